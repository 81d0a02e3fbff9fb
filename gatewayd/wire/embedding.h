#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/translation.h"

// Embeddings between families. One codec a family, since below generation an API is one for all its dialects.
namespace ag::wire {

// The canonical form of a request; views live as long as its body and arena.
struct EmbeddingRequest {
  std::span<const std::string_view> inputs;  // at least one text, each to get one vector
  std::string_view inputs_field;             // as the client names them: "input", "requests"
  bool batch = false;                        // Gemini: batchEmbedContents, whose reply is a list
  std::optional<std::int64_t> dimensions;
  bool base64 = false;    // OpenAI: vectors as base64 of little-endian floats of 32 bits
  std::string_view user;  // OpenAI
  std::span<const UnknownField> unknown;
};

// The canonical form of a reply; views live as long as its body and arena.
struct EmbeddingReply {
  std::span<const std::string_view> vectors;  // raw JSON arrays of numbers, in the order of the inputs
  Usage usage;
};

struct EmbeddingCodec {
  // Client side. InvalidRequest and Unsupported name the field.
  absl::StatusOr<const EmbeddingRequest*> (*decode_request)(const Endpoint& endpoint, const json::Value& body,
                                                            Arena& arena);
  // `model` is the client's name of it. kProtocol when a vector is no list of numbers.
  absl::StatusOr<std::string> (*encode_reply)(const EmbeddingRequest& request, const EmbeddingReply& reply,
                                              std::string_view model);
  // Upstream side. The operation that the body is for depends on how many inputs there are.
  absl::StatusOr<EncodedRequest> (*encode_request)(const EmbeddingRequest& request, const UpstreamTarget& target);
  Operation (*operation_of)(const EmbeddingRequest& request);
  // kProtocol when the body holds no vectors.
  absl::StatusOr<EmbeddingReply> (*decode_reply)(std::string_view body, Arena& arena);
};

}  // namespace ag::wire
