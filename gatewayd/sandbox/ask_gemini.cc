#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/ask.h"
#include "gatewayd/sandbox/conversation.h"
#include "gatewayd/sandbox/sample.h"
#include "gatewayd/sandbox/signature.h"

// https://ai.google.dev/api/generate-content
namespace ag::sandbox {

std::string GeminiBinding(std::string_view function) { return absl::StrCat("gemini:", ToAbsl(function)); }

namespace {

// https://ai.google.dev/gemini-api/docs/thought-signatures: what may stand for a signature that nobody has.
bool StandsForNone(std::string_view signature) {
  return signature == "skip_thought_signature_validator" || signature == "context_engineering_is_the_way_to_go";
}

// From Gemini 3 on a function call of the turn in progress must bear its signature.
bool DemandsSignatures(std::string_view model) {
  constexpr std::string_view kPrefix = "gemini-";
  return model.starts_with(kPrefix) && model.size() > kPrefix.size() && model[kPrefix.size()] >= '3' &&
         model[kPrefix.size()] <= '9';
}

// The field is of bytes: SDKs write its base64 in either alphabet.
std::string SignatureIn(const json::Value& part) {
  const std::string_view signature = TextOf(Either(part, "thoughtSignature", "thought_signature"));
  if (StandsForNone(signature)) return std::string(signature);
  return absl::StrReplaceAll(ToAbsl(signature), {{"-", "+"}, {"_", "/"}});
}

class GeminiContents {
 public:
  explicit GeminiContents(Conversation& conversation) : conversation_(conversation) {}

  absl::Status Add(const json::Value& content) {
    const json::Value* parts = content.FindNonNull("parts");
    if (TextOf(content.Find("role")) == "model") {
      conversation_.BeginModelTurn();
      return AddModelParts(parts);
    }
    conversation_.BeginTurn();
    std::string text;
    if (parts != nullptr) {
      for (const json::Value& part : parts->items()) AG_RETURN_IF_ERROR(AddUserPart(part, text));
    }
    if (!conversation_.open_calls().empty()) return UnequalParts();
    if (!text.empty()) unsigned_call_ = false;
    conversation_.AddUserText(text);
    return absl::OkStatus();
  }

  // The turn in progress has a step whose first call bears no signature.
  bool unsigned_call() const { return unsigned_call_; }

 private:
  static absl::Status UnequalParts() {
    return Refuse("contents",
                  "Please ensure that the number of function response parts is equal to the number of function call "
                  "parts of the function call turn.");
  }

  absl::Status AddModelParts(const json::Value* parts) {
    bool first_call = true;
    if (parts == nullptr) return absl::OkStatus();
    for (const json::Value& part : parts->items()) {
      const json::Value* call = Either(part, "functionCall", "function_call");
      const std::string_view name = call == nullptr ? std::string_view() : TextOf(call->Find("name"));
      const std::string signature = SignatureIn(part);
      if (!signature.empty() && !StandsForNone(signature)) {
        if (!IsSignature(signature, GeminiBinding(name))) return Refuse("contents", "Corrupted thought signature.");
        conversation_.AddState();
      }
      conversation_.Count(TextOf(part.Find("text")));
      if (call == nullptr) continue;
      conversation_.AddCall(name);
      if (std::exchange(first_call, false) && signature.empty()) unsigned_call_ = true;
    }
    return absl::OkStatus();
  }

  absl::Status AddUserPart(const json::Value& part, std::string& text) {
    if (const json::Value* response = Either(part, "functionResponse", "function_response")) {
      const json::Value* result = response->FindNonNull("response");
      std::string output(result == nullptr ? std::string_view() : result->raw());
      if (!conversation_.AddOutput(TextOf(response->Find("name")), std::move(output))) return UnequalParts();
      if (const json::Value* media = response->FindNonNull("parts")) {
        for (const json::Value& medium : media->items()) AddMedium(medium);
      }
      return absl::OkStatus();
    }
    AddMedium(part);
    const std::string_view more = TextOf(part.Find("text"));
    absl::StrAppend(&text, text.empty() || more.empty() ? "" : " ", ToAbsl(more));
    return absl::OkStatus();
  }

  void AddMedium(const json::Value& part) {
    const json::Value* data = Either(part, "inlineData", "inline_data");
    const json::Value* file = Either(part, "fileData", "file_data");
    if (data == nullptr && file == nullptr) return;
    const std::string_view type = TextOf(Either(data != nullptr ? *data : *file, "mimeType", "mime_type"));
    const auto kind = type.starts_with("image/") ? Ask::Medium::Kind::kImage : Ask::Medium::Kind::kFile;
    if (data != nullptr) {
      conversation_.AddMedium(kind, type, TextOf(data->Find("data")));
    } else {
      conversation_.AddMediumAt(kind, TextOf(Either(*file, "fileUri", "file_uri")));
    }
  }

  Conversation& conversation_;
  bool unsigned_call_ = false;
};

void ReadGeminiTools(const json::Value& request, Conversation& conversation, Ask& ask) {
  if (const json::Value* tools = request.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      const json::Value* functions = Either(tool, "functionDeclarations", "function_declarations");
      if (functions == nullptr) continue;
      for (const json::Value& function : functions->items()) {
        const json::Value* schema = Either(function, "parametersJsonSchema", "parameters_json_schema");
        if (schema == nullptr) schema = function.FindNonNull("parameters");
        AddTool(TextOf(function.Find("name")), schema, ask);
      }
    }
  }
  const json::Value* config = Either(request, "toolConfig", "tool_config");
  const json::Value* calling =
      config == nullptr ? nullptr : Either(*config, "functionCallingConfig", "function_calling_config");
  if (calling == nullptr) return;
  const std::string mode = absl::AsciiStrToUpper(ToAbsl(TextOf(calling->Find("mode"))));
  if (mode == "NONE") ask.tools.clear();
  if (mode != "ANY") return;
  const json::Value* names = Either(*calling, "allowedFunctionNames", "allowed_function_names");
  const bool named = names != nullptr && !names->items().empty();
  ask.forced_tool = named ? names->items().front().str() : std::string_view();
}

void ReadGeminiFormat(const json::Value& config, Ask& ask) {
  if (TextOf(Either(config, "responseMimeType", "response_mime_type")) != "application/json") return;
  const json::Value* schema = Either(config, "responseJsonSchema", "response_json_schema");
  if (schema == nullptr) schema = Either(config, "responseSchema", "response_schema");
  ask.json = schema == nullptr ? R"({"answer":"sandbox"})" : SampleOf(*schema);
}

absl::Status ReadGeminiConfig(const json::Value& config, Ask& ask) {
  AG_RETURN_IF_ERROR(CheckTemperature(config, 2));
  ask.max_tokens = IntegerOf(Either(config, "maxOutputTokens", "max_output_tokens"));
  AddStops(Either(config, "stopSequences", "stop_sequences"), ask);
  ReadGeminiFormat(config, ask);
  const json::Value* thinking = Either(config, "thinkingConfig", "thinking_config");
  if (thinking == nullptr) return absl::OkStatus();
  const json::Value* budget = Either(*thinking, "thinkingBudget", "thinking_budget");
  if (budget != nullptr && Either(*thinking, "thinkingLevel", "thinking_level") != nullptr) {
    return Refuse("generationConfig.thinkingConfig",
                  "You can only set only one of thinking budget and thinking level.");
  }
  ask.thinking.allowed = IntegerOf(budget).value_or(-1) != 0;
  const json::Value* visible = Either(*thinking, "includeThoughts", "include_thoughts");
  ask.thinking.visible = visible != nullptr && visible->AsBool(false);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ask> ReadGemini(const json::Value& body, std::string_view model) {
  if (!body.is_object()) return MakeError(ErrorKind::kInvalidRequest, "Invalid JSON payload received.");
  const json::Value* inner = Either(body, "generateContentRequest", "generate_content_request");
  const json::Value& request = inner != nullptr ? *inner : body;
  Ask ask;
  ask.model = model;
  const json::Value* contents = request.FindNonNull("contents");
  if (contents == nullptr || contents->items().empty()) {
    return Refuse("contents", "* GenerateContentRequest.contents: contents is not specified");
  }
  Conversation conversation(ask);
  conversation.CountRaw(Either(request, "systemInstruction", "system_instruction"));
  GeminiContents turns(conversation);
  for (const json::Value& content : contents->items()) AG_RETURN_IF_ERROR(turns.Add(content));
  ask.thinking.allowed = true;
  ask.thinking.with_state = true;
  if (const json::Value* config = Either(request, "generationConfig", "generation_config")) {
    AG_RETURN_IF_ERROR(ReadGeminiConfig(*config, ask));
  }
  ReadGeminiTools(request, conversation, ask);
  if (ask.Thinks() && turns.unsigned_call() && DemandsSignatures(model)) {
    return Refuse("contents",
                  "Function call is missing a thought_signature in functionCall parts. This is required for "
                  "tools to work correctly.");
  }
  conversation.Finish();
  return ask;
}

}  // namespace ag::sandbox
