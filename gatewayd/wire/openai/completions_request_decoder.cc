#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/completions_codec.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// What only steers a compatible server's sampling; a foreign reply is good without it.
constexpr std::array<std::string_view, 4> kServerOnly{"min_p", "repetition_penalty", "top_a", "ignore_eos"};

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Value& body) {
    request_.dialect = Dialect::kCompletions;
    request_.raw = &body;
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(key, value));
    }
    if (request_.messages.empty() && !prompt_refused_) return WrongType("prompt", "a string");
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  absl::Status Member(std::string_view key, const Value& value) {
    if (key == "model") return reader_.Read(value, key, request_.model);
    if (key == "prompt") return Prompt(value);
    if (key == "stream") return reader_.Read(value, key, request_.stream);
    if (key == "stream_options") return StreamOptions(value);
    if (key == "n") return reader_.Read(value, key, request_.n);
    if (key == "max_tokens") {
      request_.max_tokens_field = key;
      return reader_.Read(value, key, request_.max_tokens);
    }
    if (key == "stop") return Stop(value);
    if (key == "user") {
      request_.user_field = key;
      return reader_.Read(value, key, request_.user);
    }
    if (key == "echo") return Echo(value);
    if (key == "best_of") return BestOf(value);
    if (key == "suffix") return Suffix(value);
    if (std::find(kServerOnly.begin(), kServerOnly.end(), key) != kServerOnly.end()) {
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
    reader_.Refuse(key, value);  // logprobs too, whose shape is of tokens that a foreign model does not have
    return absl::OkStatus();
  }

  // One text, also as the only element of an array.
  absl::Status Prompt(const Value& value) {
    if (!value.is_string() && !value.is_array()) return WrongType("prompt", "a string");
    const bool single = value.is_array() && value.items().size() == 1 && value.items().front().is_string();
    if (value.is_array() && !single) {
      prompt_refused_ = true;
      reader_.Refuse("prompt", value);
      return absl::OkStatus();
    }
    Part part;
    part.field = single ? reader_.At("prompt", 0) : "prompt";
    part.value = TextPart{single ? value.items().front().str() : value.str()};
    Message message;
    message.field = "prompt";
    message.parts = reader_.Keep(std::vector<Part>{part});
    request_.messages = reader_.Keep(std::vector<Message>{message});
    return absl::OkStatus();
  }

  absl::Status StreamOptions(const Value& value) {
    if (!value.is_object()) return WrongType("stream_options", "an object");
    for (const auto& [key, member] : value.members()) {
      const std::string_view field = reader_.Child("stream_options", key);
      if (key == "include_usage") {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, request_.include_usage));
      } else if (key != "include_obfuscation") {
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

  absl::Status Echo(const Value& value) {
    bool echo = false;
    AG_RETURN_IF_ERROR(reader_.Read(value, "echo", echo));
    if (echo) reader_.Refuse("echo", value);
    return absl::OkStatus();
  }

  absl::Status BestOf(const Value& value) {
    std::optional<std::int64_t> best_of;
    AG_RETURN_IF_ERROR(reader_.Read(value, "best_of", best_of));
    if (*best_of > 1) reader_.Refuse("best_of", value);
    return absl::OkStatus();
  }

  absl::Status Suffix(const Value& value) {
    std::string_view suffix;
    AG_RETURN_IF_ERROR(reader_.Read(value, "suffix", suffix));
    if (!suffix.empty()) reader_.Refuse("suffix", value);
    return absl::OkStatus();
  }

  RequestReader reader_;
  ChatRequest request_;
  bool prompt_refused_ = false;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeCompletionsRequest(const Endpoint& /*endpoint*/, const Value& body,
                                                            Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::openai
