#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_config_decoder.h"
#include "gatewayd/wire/gemini/gemini_content_decoder.h"
#include "gatewayd/wire/gemini/gemini_tools_decoder.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

// What only Google's service knows and an answer is good without.
constexpr std::string_view kHints[] = {"safetySettings", "labels", "store", "modelArmorConfig"};
// Read in an order of their own.
constexpr std::string_view kOrdered[] = {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig"};

bool Names(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Endpoint& endpoint, const Value& root) {
    request_.dialect = Dialect::kGemini;
    request_.raw = &root;
    request_.model = endpoint.path_model;
    request_.stream = endpoint.operation == Operation::kGenerateStream;
    const Value* body = &root;
    if (endpoint.operation == Operation::kCountTokens) {
      // countTokens takes the contents, or a whole request in a wrapper: https://ai.google.dev/api/tokens
      if (const Value* wrapped = FindKey(root, "generateContentRequest"); wrapped != nullptr) body = wrapped;
    }
    for (const auto& [key, value] : body->members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(CamelCase(key), key, value));
    }
    AG_RETURN_IF_ERROR(Ordered(*body));
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  // `name` is the camelCase spelling, `key` what the client wrote: errors name the latter.
  absl::Status Member(const std::string& name, std::string_view key, const Value& value) {
    if (Names(kOrdered, name) || name == "model") return absl::OkStatus();
    if (name == "serviceTier") return reader_.Read(value, key, request_.service_tier);
    if (Names(kHints, name)) {
      reader_.Drop(key, value);
    } else {
      reader_.Refuse(key, value);
    }
    return absl::OkStatus();
  }

  // Images need the configuration's resolution, the choice of a tool needs the tools.
  absl::Status Ordered(const Value& body) {
    const Value* contents = FindKey(body, "contents");
    if (contents == nullptr) return WrongType("contents", "an array of contents");
    std::string_view image_detail;
    if (const json::Member* config = Find(body, "generationConfig"); config != nullptr) {
      AG_RETURN_IF_ERROR(ReadGenerationConfig(config->value, config->key, reader_, request_, image_detail));
    }
    if (const json::Member* tools = Find(body, "tools"); tools != nullptr) {
      AG_RETURN_IF_ERROR(ReadTools(tools->value, tools->key, reader_, request_));
    }
    if (const json::Member* config = Find(body, "toolConfig"); config != nullptr) {
      AG_RETURN_IF_ERROR(ReadToolConfig(config->value, config->key, reader_, request_));
    }
    ContentDecoder decoder(reader_, image_detail);
    std::vector<Message> list;
    if (const json::Member* system = Find(body, "systemInstruction"); system != nullptr) {
      AG_RETURN_IF_ERROR(decoder.ReadSystem(system->value, system->key, list));
    }
    AG_RETURN_IF_ERROR(decoder.ReadContents(*contents, "contents", list));
    request_.messages = reader_.Keep(list);
    return absl::OkStatus();
  }

  static const json::Member* Find(const Value& body, std::string_view name) {
    for (const json::Member& member : body.members()) {
      if (!member.value.is_null() && IsSpelling(member.key, name)) return &member;
    }
    return nullptr;
  }

  RequestReader reader_;
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeGeminiRequest(const Endpoint& endpoint, const Value& body, Arena& arena) {
  return Decoder(arena).Decode(endpoint, body);
}

}  // namespace ag::wire::gemini
