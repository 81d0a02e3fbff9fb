#include "gatewayd/sandbox/ask.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::sandbox {
namespace {

std::string_view Text(const json::Value* value) { return value == nullptr ? std::string_view() : value->str(); }

const json::Value* Either(const json::Value& object, std::string_view a, std::string_view b) {
  const json::Value* found = object.FindNonNull(a);
  return found != nullptr ? found : object.FindNonNull(b);
}

// Collects the conversation: counts what would be tokens, and keeps the last word of the user or of a tool.
class Conversation {
 public:
  explicit Conversation(Ask& ask) : ask_(ask) {}

  void Count(std::string_view text) { characters_ += text.size(); }
  void CountRaw(const json::Value* value) {
    if (value != nullptr) Count(value->raw());
  }
  // A turn's content: a string, or parts whose `text`, `output` or `content` is one.
  void AddTurn(std::string_view role, const json::Value* content) {
    ++turns_;
    if (content == nullptr) return;
    if (content->is_string()) {
      AddText(role, content->str());
      return;
    }
    std::string all;
    for (const json::Value& part : content->items()) {
      if (const json::Value* result = ToolResult(part)) {
        AddToolOutput(*result);
      } else {
        absl::StrAppend(&all, all.empty() ? "" : " ", ToAbsl(Text(part.Find("text"))));
      }
    }
    AddText(role, all);
  }
  void AddToolOutput(const json::Value& output) {
    std::string text(output.str());
    for (const json::Value& part : output.items()) text += Text(part.Find("text"));
    if (text.empty()) text = output.raw();
    Count(text);
    ask_.tool_output = std::move(text);
  }
  void Finish() { ask_.input_tokens = static_cast<std::int64_t>((characters_ + 3) / 4 + 3 * turns_); }

 private:
  static const json::Value* ToolResult(const json::Value& part) {
    if (Text(part.Find("type")) == "tool_result") return part.FindNonNull("content");
    const json::Value* response = Either(part, "functionResponse", "function_response");
    return response == nullptr ? nullptr : response->FindNonNull("response");
  }
  void AddText(std::string_view role, std::string_view text) {
    Count(text);
    if (role != "user" || text.empty()) return;
    ask_.text = text;
    ask_.tool_output.reset();
  }

  Ask& ask_;
  std::size_t characters_ = 0;
  std::size_t turns_ = 0;
};

absl::Status Missing(std::string_view name) {
  return FieldError(ErrorKind::kInvalidRequest, name,
                    absl::StrCat("Missing required parameter: '", ToAbsl(name), "'."));
}

absl::Status CheckTemperature(const json::Value& body, double most) {
  const json::Value* value = body.FindNonNull("temperature");
  if (value == nullptr) return absl::OkStatus();
  const std::optional<double> number = value->AsDouble();
  if (number && *number >= 0 && *number <= most) return absl::OkStatus();
  return FieldError(ErrorKind::kInvalidRequest, "temperature",
                    absl::StrCat("Invalid 'temperature': must be a number from 0 to ", most, "."));
}

void AddStops(const json::Value* value, Ask& ask) {
  if (value == nullptr) return;
  if (value->is_string()) ask.stops.emplace_back(value->str());
  for (const json::Value& item : value->items()) ask.stops.emplace_back(item.str());
}

std::optional<std::int64_t> Integer(const json::Value* value) {
  return value == nullptr ? std::nullopt : value->AsInt();
}

void AddTool(const json::Value& tool, std::string_view schema_key, Ask& ask) {
  const std::string_view name = Text(tool.Find("name"));
  if (!name.empty()) ask.tools.push_back({std::string(name), ArgumentsFor(tool.FindNonNull(schema_key))});
}

// OpenAI's tool_choice: "required", or an object that names one; chat nests the name in `function`.
void ReadToolChoice(const json::Value& body, Ask& ask) {
  const json::Value* choice = body.FindNonNull("tool_choice");
  if (choice == nullptr) return;
  if (choice->str() == "required") ask.forced_tool = "";
  if (!choice->is_object()) return;
  const json::Value* function = choice->FindNonNull("function");
  const std::string_view name = Text((function == nullptr ? *choice : *function).Find("name"));
  if (!name.empty()) ask.forced_tool = name;
}

absl::Status ReadCommon(const json::Value& body, Ask& ask) {
  if (!body.is_object()) return MakeError(ErrorKind::kInvalidRequest, "The request body must be a JSON object.");
  ask.model = Text(body.Find("model"));
  if (ask.model.empty()) return Missing("model");
  if (const json::Value* stream = body.FindNonNull("stream")) ask.stream = stream->AsBool(false);
  if (const json::Value* options = body.FindNonNull("stream_options")) {
    const json::Value* include = options->FindNonNull("include_usage");
    ask.include_usage = include != nullptr && include->AsBool(false);
  }
  return absl::OkStatus();
}

}  // namespace

std::string ArgumentsFor(const json::Value* schema) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  const json::Value* properties = schema == nullptr ? nullptr : schema->FindNonNull("properties");
  if (properties != nullptr) {
    for (const json::Member& member : properties->members()) {
      const std::string type = absl::AsciiStrToLower(ToAbsl(Text(member.value.Find("type"))));
      const json::Value* choices = member.value.FindNonNull("enum");
      writer.Key(member.key);
      if (choices != nullptr && !choices->items().empty()) {
        writer.Raw(choices->items().front().raw());
      } else if (type == "integer" || type == "number") {
        writer.Int(1);
      } else if (type == "boolean") {
        writer.Bool(true);
      } else if (type == "array") {
        writer.Raw("[]");
      } else if (type == "object") {
        writer.Raw(ArgumentsFor(&member.value));
      } else {
        writer.String("sandbox");
      }
    }
  }
  writer.EndObject();
  return out;
}

absl::StatusOr<Ask> ReadChat(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* messages = body.FindNonNull("messages");
  if (messages == nullptr || messages->items().empty()) return Missing("messages");
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  for (const json::Value& message : messages->items()) {
    const std::string_view role = Text(message.Find("role"));
    const json::Value* content = message.FindNonNull("content");
    if (role == "tool" && content != nullptr) {
      conversation.AddToolOutput(*content);
    } else {
      conversation.AddTurn(role, content);
    }
  }
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      if (const json::Value* function = tool.FindNonNull("function")) AddTool(*function, "parameters", ask);
    }
  }
  ReadToolChoice(body, ask);
  ask.max_tokens = Integer(Either(body, "max_completion_tokens", "max_tokens"));
  AddStops(body.FindNonNull("stop"), ask);
  conversation.Finish();
  return ask;
}

absl::StatusOr<Ask> ReadCompletions(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* prompt = body.FindNonNull("prompt");
  if (prompt == nullptr) return Missing("prompt");
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  if (prompt->is_array() && !prompt->items().empty()) {
    conversation.AddTurn("user", &prompt->items().back());
  } else {
    conversation.AddTurn("user", prompt);
  }
  ask.max_tokens = Integer(body.FindNonNull("max_tokens"));
  AddStops(body.FindNonNull("stop"), ask);
  conversation.Finish();
  return ask;
}

absl::StatusOr<Ask> ReadResponses(const json::Value& body) {
  Ask ask;
  AG_RETURN_IF_ERROR(ReadCommon(body, ask));
  const json::Value* input = body.FindNonNull("input");
  if (input == nullptr) return Missing("input");
  AG_RETURN_IF_ERROR(CheckTemperature(body, 2));
  Conversation conversation(ask);
  conversation.CountRaw(body.FindNonNull("instructions"));
  if (input->is_string()) conversation.AddTurn("user", input);
  for (const json::Value& item : input->items()) {
    if (Text(item.Find("type")) == "function_call_output") {
      if (const json::Value* output = item.FindNonNull("output")) conversation.AddToolOutput(*output);
    } else {
      conversation.AddTurn(Text(item.Find("role")), item.FindNonNull("content"));
    }
  }
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      if (Text(tool.Find("type")) == "function") AddTool(tool, "parameters", ask);
    }
  }
  ReadToolChoice(body, ask);
  ask.max_tokens = Integer(body.FindNonNull("max_output_tokens"));
  conversation.Finish();
  return ask;
}

absl::StatusOr<Ask> ReadMessages(const json::Value& body, MaxTokens max_tokens) {
  Ask ask;
  if (absl::Status status = ReadCommon(body, ask); !status.ok()) {
    if (!body.is_object()) return status;
    return FieldError(ErrorKind::kInvalidRequest, "model", "model: Field required");
  }
  ask.max_tokens = Integer(body.FindNonNull("max_tokens"));
  if (max_tokens == MaxTokens::kRequired && !ask.max_tokens) {
    return FieldError(ErrorKind::kInvalidRequest, "max_tokens", "max_tokens: Field required");
  }
  if (max_tokens == MaxTokens::kRequired && *ask.max_tokens < 1) {
    return FieldError(ErrorKind::kInvalidRequest, "max_tokens",
                      "max_tokens: Input should be greater than or equal to 1");
  }
  const json::Value* messages = body.FindNonNull("messages");
  if (messages == nullptr || messages->items().empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "messages", "messages: at least one message is required");
  }
  AG_RETURN_IF_ERROR(CheckTemperature(body, 1));
  Conversation conversation(ask);
  conversation.CountRaw(body.FindNonNull("system"));
  for (const json::Value& message : messages->items()) {
    conversation.AddTurn(Text(message.Find("role")), message.FindNonNull("content"));
  }
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) AddTool(tool, "input_schema", ask);
  }
  if (const json::Value* choice = body.FindNonNull("tool_choice")) {
    const std::string_view type = Text(choice->Find("type"));
    if (type == "any") ask.forced_tool = "";
    if (type == "tool") ask.forced_tool = Text(choice->Find("name"));
  }
  AddStops(body.FindNonNull("stop_sequences"), ask);
  conversation.Finish();
  return ask;
}

namespace {

void ReadGeminiTools(const json::Value& request, Conversation& conversation, Ask& ask) {
  if (const json::Value* tools = request.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items()) {
      const json::Value* functions = Either(tool, "functionDeclarations", "function_declarations");
      if (functions == nullptr) continue;
      for (const json::Value& function : functions->items()) {
        const bool by_json_schema = function.FindNonNull("parametersJsonSchema") != nullptr;
        AddTool(function, by_json_schema ? "parametersJsonSchema" : "parameters", ask);
      }
    }
  }
  const json::Value* config = Either(request, "toolConfig", "tool_config");
  const json::Value* calling =
      config == nullptr ? nullptr : Either(*config, "functionCallingConfig", "function_calling_config");
  if (calling != nullptr && Text(calling->Find("mode")) == "ANY") ask.forced_tool = "";
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
    return FieldError(ErrorKind::kInvalidRequest, "contents",
                      "* GenerateContentRequest.contents: contents is not specified");
  }
  Conversation conversation(ask);
  if (const json::Value* system = Either(request, "systemInstruction", "system_instruction")) {
    conversation.AddTurn("system", system->FindNonNull("parts"));
  }
  for (const json::Value& content : contents->items()) {
    const std::string_view role = Text(content.Find("role"));
    conversation.AddTurn(role == "model" ? "model" : "user", content.FindNonNull("parts"));
  }
  ReadGeminiTools(request, conversation, ask);
  if (const json::Value* config = Either(request, "generationConfig", "generation_config")) {
    AG_RETURN_IF_ERROR(CheckTemperature(*config, 2));
    ask.max_tokens = Integer(Either(*config, "maxOutputTokens", "max_output_tokens"));
    AddStops(Either(*config, "stopSequences", "stop_sequences"), ask);
  }
  conversation.Finish();
  return ask;
}

}  // namespace ag::sandbox
