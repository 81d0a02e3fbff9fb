#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/ask.h"
#include "gatewayd/sandbox/conversation.h"
#include "gatewayd/sandbox/openai_ask.h"
#include "gatewayd/sandbox/sample.h"

// Chat completions and completions: https://platform.openai.com/docs/api-reference/chat/create
namespace ag::sandbox {

absl::Status MissingParameter(std::string_view name) {
  return Refuse(name, absl::StrCat("Missing required parameter: '", ToAbsl(name), "'."));
}

absl::Status ReadCommon(const json::Value& body, Ask& ask) {
  if (!body.is_object()) return MakeError(ErrorKind::kInvalidRequest, "The request body must be a JSON object.");
  ask.model = TextOf(body.Find("model"));
  if (ask.model.empty()) return MissingParameter("model");
  if (const json::Value* stream = body.FindNonNull("stream")) ask.stream = stream->AsBool(false);
  if (const json::Value* options = body.FindNonNull("stream_options")) {
    const json::Value* include = options->FindNonNull("include_usage");
    ask.include_usage = include != nullptr && include->AsBool(false);
  }
  return absl::OkStatus();
}

void ReadToolChoice(const json::Value& body, Ask& ask) {
  if (const json::Value* parallel = body.FindNonNull("parallel_tool_calls")) ask.one_call = !parallel->AsBool(true);
  const json::Value* choice = body.FindNonNull("tool_choice");
  if (choice == nullptr) return;
  if (choice->str() == "required") ask.forced_tool = "";
  if (choice->str() == "none") ask.tools.clear();
  if (!choice->is_object()) return;
  const json::Value* function = choice->FindNonNull("function");
  const std::string_view name = TextOf((function == nullptr ? *choice : *function).Find("name"));
  if (!name.empty()) ask.forced_tool = name;
}

void ReadFormat(const json::Value* format, const json::Value* schema, Ask& ask) {
  const std::string_view type = format == nullptr ? std::string_view() : TextOf(format->Find("type"));
  if (type == "json_object") ask.json = R"({"answer":"sandbox"})";
  if (type == "json_schema") ask.json = schema == nullptr ? "{}" : SampleOf(*schema);
}

namespace {

void AddChatPart(const json::Value& part, std::string& text, Conversation& conversation) {
  const std::string_view type = TextOf(part.Find("type"));
  if (type == "image_url") {
    const json::Value* image = part.FindNonNull("image_url");
    if (image != nullptr) conversation.AddMediumUrl(Ask::Medium::Kind::kImage, TextOf(image->Find("url")));
  } else if (type == "file") {
    const json::Value* file = part.FindNonNull("file");
    if (file != nullptr) conversation.AddMediumUrl(Ask::Medium::Kind::kFile, TextOf(file->Find("file_data")));
  } else if (type == "input_audio") {
    const json::Value* audio = part.FindNonNull("input_audio");
    if (audio == nullptr) return;
    conversation.AddMedium(Ask::Medium::Kind::kFile, TextOf(audio->Find("format")), TextOf(audio->Find("data")));
  } else {
    absl::StrAppend(&text, text.empty() ? "" : " ", ToAbsl(TextOf(part.Find("text"))));
  }
}

// A message's content: a text, or parts.
std::string ChatText(const json::Value* content, Conversation& conversation) {
  if (content == nullptr) return {};
  std::string text(content->str());
  for (const json::Value& part : content->items()) AddChatPart(part, text, conversation);
  return text;
}

absl::Status AddChatMessage(const json::Value& message, Conversation& conversation) {
  const std::string_view role = TextOf(message.Find("role"));
  const json::Value* content = message.FindNonNull("content");
  if (role == "tool") {
    const std::string_view id = TextOf(message.Find("tool_call_id"));
    if (conversation.AddOutput(id, ChatText(content, conversation))) return absl::OkStatus();
    return Refuse("messages",
                  "Invalid parameter: messages with role 'tool' must be a response to a preceding message "
                  "with 'tool_calls'.");
  }
  if (!conversation.open_calls().empty()) {
    return Refuse("messages", absl::StrCat("An assistant message with 'tool_calls' must be followed by tool messages "
                                           "responding to each 'tool_call_id'. The following tool_call_ids did not "
                                           "have response messages: ",
                                           absl::StrJoin(conversation.open_calls(), ", ")));
  }
  if (role == "user") {
    conversation.BeginTurn();
    conversation.AddUserText(ChatText(content, conversation));
    return absl::OkStatus();
  }
  if (role != "assistant") {
    conversation.BeginTurn();
    conversation.Count(ChatText(content, conversation));
    return absl::OkStatus();
  }
  conversation.BeginModelTurn();
  conversation.Count(ChatText(content, conversation));
  if (const json::Value* calls = message.FindNonNull("tool_calls")) {
    for (const json::Value& call : calls->items()) conversation.AddCall(TextOf(call.Find("id")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ask> ReadChat(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* messages = body.FindNonNull("messages");
  if (messages == nullptr || messages->items().empty()) return MissingParameter("messages");
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  for (const json::Value& message : messages->items()) {
    AG_RETURN_IF_ERROR(AddChatMessage(message, conversation));
  }
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      if (const json::Value* function = tool.FindNonNull("function"))
        AddTool(TextOf(function->Find("name")), function->FindNonNull("parameters"), ask);
    }
  }
  ReadToolChoice(body, ask);
  if (const json::Value* format = body.FindNonNull("response_format")) {
    const json::Value* wrapper = format->FindNonNull("json_schema");
    ReadFormat(format, wrapper == nullptr ? nullptr : wrapper->FindNonNull("schema"), ask);
  }
  ask.thinking.allowed = TextOf(body.Find("reasoning_effort")) != "none";
  ask.thinking.visible = true;  // as servers with reasoning_content do; the protocol has no state
  ask.max_tokens = IntegerOf(Either(body, "max_completion_tokens", "max_tokens"));
  AddStops(body.FindNonNull("stop"), ask);
  conversation.Finish();
  return ask;
}

absl::StatusOr<Ask> ReadCompletions(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* prompt = body.FindNonNull("prompt");
  if (prompt == nullptr) return MissingParameter("prompt");
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  conversation.BeginTurn();
  const bool several = prompt->is_array() && !prompt->items().empty();
  conversation.AddUserText(several ? prompt->items().back().str() : prompt->str());
  ask.max_tokens = IntegerOf(body.FindNonNull("max_tokens"));
  AddStops(body.FindNonNull("stop"), ask);
  conversation.Finish();
  return ask;
}

}  // namespace ag::sandbox
