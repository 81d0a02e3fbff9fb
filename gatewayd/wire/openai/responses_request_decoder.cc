#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/openai/responses_input_decoder.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/openai/responses_store.h"
#include "gatewayd/wire/openai/responses_tools_decoder.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// Fields that only steer OpenAI's own service; a foreign reply is good without them.
constexpr std::array<std::string_view, 10> kServiceOnly{
    "access_programs", "background_options", "client_metadata", "context_management",   "image",
    "max_tool_calls",  "moderation",         "personality",     "prompt_cache_options", "prompt_cache_retention"};
template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Value& body) {
    request_.dialect = Dialect::kResponses;
    request_.raw = &body;
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(key, value));
    }
    AG_RETURN_IF_ERROR(Conversation(body));
    request_.tools = tools_.Take();
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  // Tools first: calls of the history and the tool choice are named by them.
  absl::Status Conversation(const Value& body) {
    const Value* input = body.FindNonNull("input");
    if (input == nullptr) return WrongType("input", "a string or an array of items");
    if (const Value* tools = body.FindNonNull("tools")) AG_RETURN_IF_ERROR(tools_.ReadTools(*tools, "tools"));
    AG_RETURN_IF_ERROR(input_.ReadLoadedTools(*input));
    if (const Value* instructions = body.FindNonNull("instructions")) {
      AG_RETURN_IF_ERROR(input_.ReadInstructions(*instructions));
    }
    AG_RETURN_IF_ERROR(input_.Read(*input));
    request_.messages = input_.Take();
    const Value* choice = body.FindNonNull("tool_choice");
    if (choice == nullptr) return absl::OkStatus();
    ToolChoice read;
    AG_RETURN_IF_ERROR(tools_.ReadChoice(*choice, read));
    request_.tool_choice = read;
    return absl::OkStatus();
  }

  absl::Status Member(std::string_view key, const Value& value) {
    if (key == "input" || key == "instructions" || key == "tools" || key == "tool_choice") return absl::OkStatus();
    if (key == "model") return reader_.Read(value, key, request_.model);
    if (key == "stream") return reader_.Read(value, key, request_.stream);
    if (key == "stream_options") return absl::OkStatus();  // padding of OpenAI's own events
    if (key == "parallel_tool_calls") return reader_.Read(value, key, request_.parallel_tool_calls);
    if (key == "temperature") return reader_.Read(value, key, request_.sampling.temperature);
    if (key == "top_p") return reader_.Read(value, key, request_.sampling.top_p);
    if (key == "max_output_tokens") {
      request_.max_tokens_field = key;
      return reader_.Read(value, key, request_.max_tokens);
    }
    if (key == "top_logprobs") return TopLogprobs(value);
    if (key == "include") return Include(value);
    if (key == "reasoning") return Reasoning(value);
    if (key == "text") return Text(value);
    if (key == "store") return reader_.Read(value, key, request_.store);
    if (key == "service_tier") return reader_.Read(value, key, request_.service_tier);
    if (key == "prompt_cache_key") return reader_.Read(value, key, request_.prompt_cache_key);
    if (key == "user" || key == "safety_identifier") return User(key, value);
    if (key == "metadata") {
      if (!value.members().empty()) request_.metadata = &value;
      return absl::OkStatus();
    }
    return RareMember(key, value);
  }

  absl::Status RareMember(std::string_view key, const Value& value) {
    if (key == "previous_response_id") {
      AG_RETURN_IF_ERROR(reader_.Read(value, key, request_.previous_response_id));
      // The turns of one that was issued here stand in the input already.
      if (!IsLocalId(request_.previous_response_id)) reader_.Refuse(key, value);
      return absl::OkStatus();
    }
    if (key == "background" || key == "truncation") {
      const bool is_default = value.raw() == "false" || value.str() == "disabled";
      if (!is_default && key == "background") reader_.Refuse(key, value);
      if (!is_default && key == "truncation") reader_.Drop(key, value);
      return absl::OkStatus();
    }
    if (IsOneOf(key, kServiceOnly)) {
      reader_.Drop(key, value);
      return absl::OkStatus();
    }
    // `conversation` and `prompt` among them: state that the provider keeps (row 14).
    reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status TopLogprobs(const Value& value) {
    AG_RETURN_IF_ERROR(reader_.Read(value, "top_logprobs", request_.top_logprobs));
    if (*request_.top_logprobs > 0) request_.logprobs = true;
    return absl::OkStatus();
  }

  // What else can be included are details of OpenAI's own tools.
  absl::Status Include(const Value& value) {
    std::span<const std::string_view> names;
    AG_RETURN_IF_ERROR(reader_.Read(value, "include", names));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == "reasoning.encrypted_content") {
        request_.encrypted_reasoning = true;
      } else if (names[i] == "message.output_text.logprobs") {
        request_.logprobs = true;
      } else {
        reader_.Drop(reader_.At("include", i), value.items()[i]);
      }
    }
    return absl::OkStatus();
  }

  // Rows 1 and 2.
  absl::Status Reasoning(const Value& value) {
    if (!value.is_object()) return WrongType("reasoning", "an object");
    ReasoningSpec spec;
    spec.field = "reasoning";
    for (const auto& [key, member] : value.members()) {
      const std::string_view field = reader_.Child("reasoning", key);
      if (member.is_null()) continue;
      if (key == "effort") {
        AG_RETURN_IF_ERROR(Effort(member, spec));
      } else if (key == "summary" || key == "generate_summary") {
        spec.visible = true;
      } else if (member.str() != "auto" && member.str() != "standard") {  // of `context` and `mode`
        reader_.Drop(field, member);
      }
    }
    if (!spec.visible) spec.visible = false;
    request_.reasoning = spec;
    return absl::OkStatus();
  }

  absl::Status Effort(const Value& value, ReasoningSpec& spec) {
    spec.field = "reasoning.effort";
    const auto effort = EffortFromName(value.str());
    if (effort) {
      spec.mode = ReasoningSpec::Mode::kEffort;
      spec.effort = *effort;
    } else if (value.str() == "none") {
      spec.mode = ReasoningSpec::Mode::kOff;
    } else {
      return WrongType("reasoning.effort", "none, minimal, low, medium, high, xhigh or max");
    }
    return absl::OkStatus();
  }

  absl::Status Text(const Value& value) {
    if (!value.is_object()) return WrongType("text", "an object");
    for (const auto& [key, member] : value.members()) {
      const std::string_view field = reader_.Child("text", key);
      if (member.is_null()) continue;
      if (key == "verbosity") {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, request_.verbosity));
      } else if (key == "format") {
        AG_RETURN_IF_ERROR(Format(member));
      } else {
        reader_.Refuse(field, member);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Format(const Value& value) {
    const std::string_view type = TextAt(value, "type");
    ResponseFormat format;
    format.field = "text.format";
    if (type == "json_object") {
      format.kind = ResponseFormat::Kind::kJsonObject;
    } else if (type == "json_schema") {
      format.kind = ResponseFormat::Kind::kJsonSchema;
      format.name = TextAt(value, "name");
      format.description = TextAt(value, "description");
      format.schema = value.FindNonNull("schema");
      if (format.schema == nullptr || !format.schema->is_object()) return WrongType("text.format.schema", "an object");
      if (const Value* strict = value.FindNonNull("strict")) {
        AG_RETURN_IF_ERROR(reader_.Read(*strict, "text.format.strict", format.strict));
      }
    } else if (type != "text") {
      return WrongType("text.format.type", "text, json_schema or json_object");
    }
    request_.response_format = format;
    return absl::OkStatus();
  }

  absl::Status User(std::string_view key, const Value& value) {
    if (request_.user_field == "safety_identifier") return absl::OkStatus();
    request_.user_field = key;
    return reader_.Read(value, key, request_.user);
  }

  RequestReader reader_;
  ResponsesToolsReader tools_{reader_};
  ResponsesInputReader input_{reader_, tools_};
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeResponsesRequest(const Endpoint& /*endpoint*/, const Value& body,
                                                          Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::openai
