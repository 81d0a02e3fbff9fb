#include <absl/strings/str_cat.h>

#include <algorithm>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/ask.h"
#include "gatewayd/sandbox/conversation.h"
#include "gatewayd/sandbox/openai_ask.h"
#include "gatewayd/sandbox/signature.h"

// https://platform.openai.com/docs/api-reference/responses/create
namespace ag::sandbox {

std::string ResponsesBinding() { return "responses"; }

namespace {

class ResponsesInput {
 public:
  explicit ResponsesInput(Conversation& conversation) : conversation_(conversation) {}

  absl::Status Add(const json::Value& item) {
    const std::string_view type = TextOf(item.Find("type"));
    const bool of_model = type == "reasoning" || type == "function_call" || TextOf(item.Find("role")) == "assistant";
    if (reasoning_open_ && !of_model) {
      return Refuse("input",
                    absl::StrCat("Item '", ToAbsl(reasoning_id_), "' of type 'reasoning' was provided without ",
                                 "its required following item."));
    }
    if (of_model && !in_model_turn_) conversation_.BeginModelTurn();
    in_model_turn_ = of_model;
    if (!of_model) thought_leads_ = false;
    if (type == "reasoning") return AddReasoning(item);
    reasoning_open_ = false;
    if (type == "function_call") return AddCall(item);
    if (type == "function_call_output") return AddOutput(item);
    AddMessage(item, of_model);
    return absl::OkStatus();
  }
  absl::Status Finish() const {
    if (conversation_.open_calls().empty()) return absl::OkStatus();
    return Refuse("input",
                  absl::StrCat("No tool output found for function call ", conversation_.open_calls().front(), "."));
  }

 private:
  absl::Status AddReasoning(const json::Value& item) {
    reasoning_open_ = true;
    thought_leads_ = true;
    reasoning_id_ = TextOf(item.Find("id"));
    const json::Value* state = item.FindNonNull("encrypted_content");
    if (state == nullptr) return absl::OkStatus();
    if (!IsSignature(state->str(), ResponsesBinding())) {
      return Refuse("input", "The encrypted content could not be verified. Reason: it is not the sandbox's own.",
                    "invalid_encrypted_content");
    }
    conversation_.AddState();
    return absl::OkStatus();
  }

  // Calls that were made after thinking bear it in their id.
  absl::Status AddCall(const json::Value& item) {
    const std::string_view id = TextOf(item.Find("id"));
    if (id.find("_thought_") != std::string_view::npos && !thought_leads_) {
      return Refuse("input", absl::StrCat("Item '", ToAbsl(id), "' of type 'function_call' was provided without its ",
                                          "required 'reasoning' item."));
    }
    conversation_.AddCall(TextOf(item.Find("call_id")));
    return absl::OkStatus();
  }

  absl::Status AddOutput(const json::Value& item) {
    const json::Value* output = item.FindNonNull("output");
    std::string text(TextOf(output));
    if (output != nullptr) {
      for (const json::Value& part : output->items()) AddPart(part, text);
    }
    const std::string_view id = TextOf(item.Find("call_id"));
    if (conversation_.AddOutput(id, std::move(text))) return absl::OkStatus();
    return Refuse("input", absl::StrCat("No tool call found for function call output with call_id ", ToAbsl(id), "."));
  }

  void AddMessage(const json::Value& item, bool of_model) {
    const json::Value* content = item.FindNonNull("content");
    std::string text(TextOf(content));
    if (content != nullptr) {
      for (const json::Value& part : content->items()) AddPart(part, text);
    }
    if (!of_model) conversation_.BeginTurn();
    if (TextOf(item.Find("role")) == "user") {
      conversation_.AddUserText(text);
    } else {
      conversation_.Count(text);
    }
  }

  void AddPart(const json::Value& part, std::string& text) {
    const std::string_view type = TextOf(part.Find("type"));
    if (type == "input_image") {
      conversation_.AddMediumUrl(Ask::Medium::Kind::kImage, TextOf(part.Find("image_url")));
    } else if (type == "input_file") {
      conversation_.AddMediumUrl(Ask::Medium::Kind::kFile, TextOf(Either(part, "file_data", "file_url")));
    } else {
      absl::StrAppend(&text, text.empty() ? "" : " ", ToAbsl(TextOf(part.Find("text"))));
    }
  }

  Conversation& conversation_;
  bool in_model_turn_ = false;
  bool reasoning_open_ = false;  // the item before was reasoning
  bool thought_leads_ = false;   // reasoning stands before in the model's turn
  std::string_view reasoning_id_;
};

void ReadReasoning(const json::Value& body, Ask& ask) {
  const json::Value* reasoning = body.FindNonNull("reasoning");
  ask.thinking.allowed = reasoning == nullptr || TextOf(reasoning->Find("effort")) != "none";
  ask.thinking.visible = reasoning != nullptr && reasoning->FindNonNull("summary") != nullptr;
  if (const json::Value* include = body.FindNonNull("include")) {
    ask.thinking.with_state = std::ranges::any_of(
        include->items(), [](const json::Value& what) { return what.str() == "reasoning.encrypted_content"; });
  }
}

}  // namespace

absl::StatusOr<Ask> ReadResponses(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* input = body.FindNonNull("input");
  if (input == nullptr) return MissingParameter("input");
  if (const json::Value* previous = body.FindNonNull("previous_response_id")) {
    return Refuse("previous_response_id",
                  absl::StrCat("Previous response with id '", ToAbsl(previous->str()),
                               "' not found: the sandbox keeps ", "none."),
                  "previous_response_not_found");
  }
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  conversation.CountRaw(body.FindNonNull("instructions"));
  if (input->is_string()) {
    conversation.BeginTurn();
    conversation.AddUserText(input->str());
  }
  ResponsesInput items(conversation);
  for (const json::Value& item : input->items()) AG_RETURN_IF_ERROR(items.Add(item));
  AG_RETURN_IF_ERROR(items.Finish());
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      if (TextOf(tool.Find("type")) == "function")
        AddTool(TextOf(tool.Find("name")), tool.FindNonNull("parameters"), ask);
    }
  }
  ReadToolChoice(body, ask);
  if (const json::Value* text = body.FindNonNull("text")) {
    const json::Value* format = text->FindNonNull("format");
    ReadFormat(format, format == nullptr ? nullptr : format->FindNonNull("schema"), ask);
  }
  ReadReasoning(body, ask);
  ask.max_tokens = IntegerOf(body.FindNonNull("max_output_tokens"));
  conversation.Finish();
  return ask;
}

}  // namespace ag::sandbox
