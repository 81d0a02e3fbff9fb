#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/openai/chat_message_reader.h"
#include "gatewayd/wire/openai/chat_tools_reader.h"
#include "gatewayd/wire/openai/json_members.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// Fields that only steer OpenAI's own service or a compatible server's sampling; a foreign reply is good without them.
constexpr std::array<std::string_view, 9> kServiceOnly{"prediction",
                                                       "include_reasoning",
                                                       "prompt_cache_options",
                                                       "prompt_cache_retention",
                                                       "moderation",
                                                       "chat_template_kwargs",
                                                       "min_p",
                                                       "repetition_penalty",
                                                       "top_a"};

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Value& body) {
    request_.dialect = Dialect::kChat;
    request_.raw = &body;
    const Value* messages = body.FindNonNull("messages");
    if (messages == nullptr) return WrongType("messages", "an array of messages");
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(key, value));
    }
    tools_.Take(request_);
    AG_RETURN_IF_ERROR(ChatMessageReader(reader_).Read(*messages, request_.messages));
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  absl::Status Member(std::string_view key, const Value& value) {
    if (key == "messages") return absl::OkStatus();
    if (key == "model") return reader_.Read(value, key, request_.model);
    if (key == "stream") return reader_.Read(value, key, request_.stream);
    if (key == "stream_options") return StreamOptions(value);
    if (key == "n") return reader_.Read(value, key, request_.n);
    if (key == "stop") return Stop(value);
    if (key == "max_tokens" || key == "max_completion_tokens") return MaxTokens(key, value);
    if (key == "logprobs") return reader_.Read(value, key, request_.logprobs);
    if (key == "top_logprobs") return reader_.Read(value, key, request_.top_logprobs);
    if (key == "service_tier") return reader_.Read(value, key, request_.service_tier);
    if (key == "store") return reader_.Read(value, key, request_.store);
    if (key == "prompt_cache_key") return reader_.Read(value, key, request_.prompt_cache_key);
    if (key == "user" || key == "safety_identifier") return User(key, value);
    if (key == "metadata") {
      request_.metadata = &value;
      return absl::OkStatus();
    }
    if (key == "modalities") return Modalities(value);
    if (key == "verbosity") return reader_.Read(value, key, request_.verbosity);
    if (key == "parallel_tool_calls") return reader_.Read(value, key, request_.parallel_tool_calls);
    if (key == "tools") return tools_.ReadTools(value);
    if (key == "functions") return tools_.ReadFunctions(value);
    if (key == "tool_choice") return tools_.ReadChoice(value);
    if (key == "function_call") return tools_.ReadFunctionCall(value);
    if (key == "response_format") return tools_.ReadFormat(value);
    if (key == "web_search_options") return tools_.ReadWebSearch(value);
    if (key == "reasoning_effort" || key == "reasoning" || key == "thinking") return Reasoning(key, value);
    if (std::find(kServiceOnly.begin(), kServiceOnly.end(), key) != kServiceOnly.end()) {
      reader_.Drop(key, value);
      return absl::OkStatus();
    }
    return SamplingMember(key, value);
  }

  absl::Status SamplingMember(std::string_view key, const Value& value) {
    Sampling& sampling = request_.sampling;
    if (key == "temperature") return reader_.Read(value, key, sampling.temperature);
    if (key == "top_p") return reader_.Read(value, key, sampling.top_p);
    if (key == "top_k") return reader_.Read(value, key, sampling.top_k);  // compatible servers have it
    if (key == "seed") return reader_.Read(value, key, sampling.seed);
    if (key == "presence_penalty") return reader_.Read(value, key, sampling.presence_penalty);
    if (key == "frequency_penalty") return reader_.Read(value, key, sampling.frequency_penalty);
    if (key == "logit_bias") {
      if (!value.members().empty()) sampling.logit_bias = &value;
      return absl::OkStatus();
    }
    reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status StreamOptions(const Value& value) {
    if (!value.is_object()) return WrongType("stream_options", "an object");
    for (const auto& [key, member] : value.members()) {
      const std::string_view field = reader_.Child("stream_options", key);
      if (key == "include_usage") {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, request_.include_usage));
      } else if (key != "include_obfuscation") {  // padding of OpenAI's own chunks
        reader_.Drop(field, member);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Stop(const Value& value) {
    if (!value.is_string()) return reader_.Read(value, "stop", request_.stop);
    request_.stop = reader_.Keep(std::vector<std::string_view>{value.str()});
    return absl::OkStatus();
  }

  // The newer name wins when both are there, as with the provider.
  absl::Status MaxTokens(std::string_view key, const Value& value) {
    if (request_.max_tokens_field == "max_completion_tokens") return absl::OkStatus();
    request_.max_tokens_field = key;
    return reader_.Read(value, key, request_.max_tokens);
  }

  absl::Status User(std::string_view key, const Value& value) {
    if (request_.user_field == "safety_identifier") return absl::OkStatus();
    request_.user_field = key;
    return reader_.Read(value, key, request_.user);
  }

  // OpenAI's field; beside it OpenRouter's object (https://openrouter.ai/docs/use-cases/reasoning-tokens) and the
  // switch of DeepSeek and others (https://api-docs.deepseek.com/guides/thinking_mode). An effort says more than a
  // switch.
  absl::Status Reasoning(std::string_view key, const Value& value) {
    ReasoningSpec spec;
    spec.field = key;
    if (key == "reasoning_effort") {
      AG_RETURN_IF_ERROR(Effort(key, value, spec));
    } else if (!value.is_object()) {
      return WrongType(key, "an object");
    } else if (key == "thinking") {
      if (TextAt(value, "type") == "disabled") spec.mode = ReasoningSpec::Mode::kOff;
    } else {
      AG_RETURN_IF_ERROR(ReasoningObject(value, spec));
    }
    if (!request_.reasoning || !AsksToReason(*request_.reasoning)) request_.reasoning = spec;
    return absl::OkStatus();
  }

  static absl::Status Effort(std::string_view field, const Value& value, ReasoningSpec& spec) {
    if (const auto effort = EffortFromName(value.str())) {
      spec.mode = ReasoningSpec::Mode::kEffort;
      spec.effort = *effort;
    } else if (value.str() == "none") {
      spec.mode = ReasoningSpec::Mode::kOff;
    } else {
      return WrongType(field, "none, minimal, low, medium, high, xhigh or max");
    }
    return absl::OkStatus();
  }

  static absl::Status ReasoningObject(const Value& value, ReasoningSpec& spec) {
    if (const auto budget = CountAt(value, "max_tokens")) {
      spec.mode = ReasoningSpec::Mode::kBudget;
      spec.budget_tokens = *budget;
    }
    if (const Value* effort = value.FindNonNull("effort"); effort != nullptr) {
      AG_RETURN_IF_ERROR(Effort("reasoning.effort", *effort, spec));
    }
    const Value* enabled = value.FindNonNull("enabled");
    if (enabled != nullptr && !enabled->AsBool(true)) spec.mode = ReasoningSpec::Mode::kOff;
    return absl::OkStatus();
  }

  absl::Status Modalities(const Value& value) {
    std::span<const std::string_view> kinds;
    AG_RETURN_IF_ERROR(reader_.Read(value, "modalities", kinds));
    for (const std::string_view kind : kinds) {
      if (kind != "text") reader_.Refuse("modalities", value);
    }
    return absl::OkStatus();
  }

  RequestReader reader_;
  ChatToolsReader tools_{reader_};
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeChatRequest(const Endpoint& /*endpoint*/, const Value& body, Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::openai
