#include "gatewayd/wire/openai/openai_embedding.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {
namespace {

using json::Value;

absl::Status ReadInput(const Value& value, RequestReader& reader, EmbeddingRequest& request) {
  std::vector<std::string_view> inputs;
  if (value.is_string()) {
    inputs.push_back(value.str());
  } else {
    const bool tokens = std::any_of(value.items().begin(), value.items().end(),
                                    [](const Value& item) { return item.is_number() || item.is_array(); });
    if (tokens) {
      return FieldError(ErrorKind::kUnsupported, "input",
                        "`input`: tokens are numbers of OpenAI's own vocabulary. Send texts, or route the model to an "
                        "account of OpenAI.");
    }
    for (const Value& item : value.items()) {
      if (!item.is_string()) return WrongType("input", "a text or a list of texts");
      inputs.push_back(item.str());
    }
  }
  const bool blank = std::any_of(inputs.begin(), inputs.end(), [](std::string_view text) { return text.empty(); });
  if (inputs.empty() || blank) return WrongType("input", "a text or a list of texts, none of them empty");
  request.inputs = reader.Keep(inputs);
  return absl::OkStatus();
}

absl::Status ReadMember(std::string_view key, const Value& value, RequestReader& reader, EmbeddingRequest& request) {
  if (key == "model") return absl::OkStatus();  // the envelope has it
  if (key == "input") return ReadInput(value, reader, request);
  if (key == "dimensions") return reader.Read(value, key, request.dimensions);
  if (key == "user") return reader.Read(value, key, request.user);
  if (key != "encoding_format") {
    reader.Refuse(key, value);
    return absl::OkStatus();
  }
  request.base64 = value.str() == "base64";
  return request.base64 || value.str() == "float" ? absl::OkStatus() : WrongType(key, "float or base64");
}

absl::StatusOr<const EmbeddingRequest*> DecodeRequest(const Endpoint& /*endpoint*/, const Value& body, Arena& arena) {
  RequestReader reader(arena);
  EmbeddingRequest request;
  request.inputs_field = "input";
  for (const auto& [key, value] : body.members()) {
    if (!value.is_null()) AG_RETURN_IF_ERROR(ReadMember(key, value, reader, request));
  }
  if (request.inputs.empty()) return WrongType("input", "a text or a list of texts");
  request.unknown = reader.TakeUnknown();
  return arena.New<EmbeddingRequest>(request);
}

// Little-endian whatever the machine is.
absl::Status AppendFloat(const Value& number, std::string& bytes) {
  const auto value = number.AsDouble();
  if (!value) return MakeError(ErrorKind::kProtocol, "The provider's reply holds a vector that is no list of numbers.");
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(*value));
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((bits >> shift) & 0xFFU));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Base64Of(std::string_view vector) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const Value* list, json::Parse(vector, arena));
  std::string bytes;
  bytes.reserve(list->items().size() * sizeof(float));
  for (const Value& number : list->items()) AG_RETURN_IF_ERROR(AppendFloat(number, bytes));
  return absl::Base64Escape(bytes);
}

absl::StatusOr<std::string> EncodeReply(const EmbeddingRequest& request, const EmbeddingReply& reply,
                                        std::string_view model) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject().Field("object", "list").Key("data").BeginArray();
  std::int64_t index = 0;
  for (const std::string_view vector : reply.vectors) {
    writer.BeginObject().Field("object", "embedding").Field("index", index++).Key("embedding");
    if (request.base64) {
      AG_ASSIGN_OR_RETURN(const std::string text, Base64Of(vector));
      writer.String(text);
    } else {
      writer.Raw(vector);
    }
    writer.EndObject();
  }
  writer.EndArray().Field("model", model);
  // The field is mandatory here, and Google does not always count.
  const std::int64_t tokens = reply.usage.InputTotal();
  writer.Key("usage").BeginObject().Field("prompt_tokens", tokens).Field("total_tokens", tokens).EndObject();
  writer.EndObject();
  return body;
}

absl::StatusOr<EncodedRequest> EncodeRequest(const EmbeddingRequest& request, const UpstreamTarget& target) {
  EncodedRequest out;
  json::Writer writer(out.body);
  writer.BeginObject().Field("model", target.model).Key("input");
  if (request.inputs.size() == 1) {
    writer.String(request.inputs.front());
  } else {
    writer.BeginArray();
    for (const std::string_view input : request.inputs) writer.String(input);
    writer.EndArray();
  }
  if (request.dimensions) writer.Field("dimensions", *request.dimensions);
  writer.Field("encoding_format", "float").EndObject();
  return out;
}

Operation OperationOf(const EmbeddingRequest& /*request*/) { return Operation::kEmbed; }

absl::StatusOr<EmbeddingReply> DecodeReply(std::string_view body, Arena& arena) {
  const auto unreadable = [] {
    return MakeError(ErrorKind::kProtocol, "The provider's reply to the embeddings request holds no vectors.");
  };
  const auto parsed = json::Parse(body, arena);
  const Value* data = parsed.ok() ? (*parsed)->FindNonNull("data") : nullptr;
  if (data == nullptr || data->items().empty()) return unreadable();
  const auto vectors = arena.NewSpan<std::string_view>(data->items().size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const Value* index = data->items()[i].FindNonNull("index");
    const auto at = index == nullptr ? static_cast<std::int64_t>(i) : index->AsInt().value_or(-1);
    const Value* vector = data->items()[i].FindNonNull("embedding");
    if (at < 0 || at >= std::ssize(vectors) || vector == nullptr || !vector->is_array()) return unreadable();
    vectors[static_cast<std::size_t>(at)] = vector->raw();
  }
  if (std::any_of(vectors.begin(), vectors.end(), [](std::string_view raw) { return raw.empty(); })) {
    return unreadable();
  }
  EmbeddingReply reply;
  reply.vectors = vectors;
  if (const Value* usage = (*parsed)->FindNonNull("usage"); usage != nullptr) reply.usage = ReadUsage(*usage, {});
  return reply;
}

}  // namespace

const EmbeddingCodec& OpenAiEmbedding() {
  static constexpr EmbeddingCodec kCodec{.decode_request = &DecodeRequest,
                                         .encode_reply = &EncodeReply,
                                         .encode_request = &EncodeRequest,
                                         .operation_of = &OperationOf,
                                         .decode_reply = &DecodeReply};
  return kCodec;
}

}  // namespace ag::wire::openai
