#include "gatewayd/wire/gemini/gemini_embedding.h"

#include <string>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/gemini/gemini_outcome.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const EmbeddingRequest*> Decode(const Endpoint& endpoint, const Value& body) {
    request_.batch = endpoint.operation == Operation::kBatchEmbed;
    request_.inputs_field = request_.batch ? "requests" : "content";
    if (request_.batch) {
      AG_RETURN_IF_ERROR(ReadBatch(body));
    } else {
      AG_RETURN_IF_ERROR(ReadOne(body, {}, request_));
    }
    request_.inputs = reader_.Keep(inputs_);
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<EmbeddingRequest>(request_);
  }

 private:
  absl::Status ReadBatch(const Value& body) {
    const Value* list = FindKey(body, "requests");
    if (list == nullptr || list->items().empty()) return WrongType("requests", "a non-empty array of requests");
    for (std::size_t i = 0; i < list->items().size(); ++i) {
      EmbeddingRequest one;
      AG_RETURN_IF_ERROR(ReadOne(list->items()[i], reader_.At("requests", i), one));
      if (i > 0 && one.dimensions != request_.dimensions) {
        return FieldError(ErrorKind::kUnsupported, reader_.At("requests", i),
                          "`requests`: contents of one batch that want vectors of different length are not "
                          "translated. Send them in batches of their own.");
      }
      request_.dimensions = one.dimensions;
    }
    for (const auto& [key, value] : body.members()) {
      if (!IsSpelling(key, "requests") && key != "model") reader_.Refuse(key, value);
    }
    return absl::OkStatus();
  }

  absl::Status ReadOne(const Value& body, std::string_view parent, EmbeddingRequest& request) {
    if (!body.is_object()) return WrongType(parent, "an object");
    bool any = false;
    for (const auto& [key, value] : body.members()) {
      if (value.is_null() || key == "model") continue;
      const std::string_view field = reader_.Child(parent, key);
      if (IsSpelling(key, "content")) {
        any = true;
        AG_RETURN_IF_ERROR(ReadContent(value, field));
      } else if (IsSpelling(key, "embedContentConfig")) {
        for (const auto& [name, member] : value.members()) {
          AG_RETURN_IF_ERROR(ReadSetting(name, reader_.Child(field, name), member, request));
        }
      } else {
        AG_RETURN_IF_ERROR(ReadSetting(key, field, value, request));
      }
    }
    return any ? absl::OkStatus() : WrongType(reader_.Child(parent, "content"), "a content");
  }

  absl::Status ReadSetting(std::string_view key, std::string_view field, const Value& value,
                           EmbeddingRequest& request) {
    if (IsSpelling(key, "outputDimensionality")) return reader_.Read(value, field, request.dimensions);
    // Hints of what the vector is for.
    if (IsSpelling(key, "taskType") || IsSpelling(key, "title") || IsSpelling(key, "autoTruncate")) {
      reader_.Drop(field, value);
    } else {
      reader_.Refuse(field, value);
    }
    return absl::OkStatus();
  }

  // The parts of a content get one vector together.
  absl::Status ReadContent(const Value& content, std::string_view field) {
    const Value* parts = FindKey(content, "parts");
    const std::string_view name = reader_.Child(field, "parts");
    if (parts == nullptr || parts->items().empty()) return WrongType(name, "a non-empty array of parts");
    std::string joined;
    for (std::size_t i = 0; i < parts->items().size(); ++i) {
      const Value* text = FindKey(parts->items()[i], "text");
      if (text == nullptr || !text->is_string()) {
        return FieldError(ErrorKind::kUnsupported, reader_.At(name, i),
                          "`" + std::string(reader_.At(name, i)) + "`: only texts are translated for embeddings.");
      }
      joined.append(text->str());
    }
    if (joined.empty()) return WrongType(name, "parts with text");
    inputs_.push_back(reader_.arena().Copy(joined));
    return absl::OkStatus();
  }

  RequestReader reader_;
  EmbeddingRequest request_;
  std::vector<std::string_view> inputs_;
};

absl::StatusOr<const EmbeddingRequest*> DecodeRequest(const Endpoint& endpoint, const Value& body, Arena& arena) {
  return Decoder(arena).Decode(endpoint, body);
}

absl::StatusOr<std::string> EncodeReply(const EmbeddingRequest& request, const EmbeddingReply& reply,
                                        std::string_view /*model*/) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  if (request.batch) {
    writer.Key("embeddings").BeginArray();
    for (const std::string_view vector : reply.vectors) writer.BeginObject().Key("values").Raw(vector).EndObject();
    writer.EndArray();
  } else {
    writer.Key("embedding").BeginObject().Key("values").Raw(reply.vectors.front()).EndObject();
  }
  if (reply.usage.known()) {
    const std::int64_t tokens = reply.usage.InputTotal();
    writer.Key("usageMetadata").BeginObject().Field("promptTokenCount", tokens).Field("totalTokenCount", tokens);
    writer.EndObject();
  }
  writer.EndObject();
  return body;
}

Operation OperationOf(const EmbeddingRequest& request) {
  return request.inputs.size() > 1 || request.batch ? Operation::kBatchEmbed : Operation::kEmbed;
}

void WriteOne(std::string_view input, const EmbeddingRequest& request, json::Writer& writer) {
  writer.Key("content").BeginObject().Key("parts").BeginArray();
  writer.BeginObject().Field("text", input).EndObject().EndArray().EndObject();
  if (request.dimensions) writer.Field("outputDimensionality", *request.dimensions);
}

absl::StatusOr<EncodedRequest> EncodeRequest(const EmbeddingRequest& request, const UpstreamTarget& target) {
  EncodedRequest out;
  if (!request.user.empty()) NoteDrop(out, "user", "affinity_only");
  json::Writer writer(out.body);
  writer.BeginObject();
  if (OperationOf(request) == Operation::kEmbed) {
    WriteOne(request.inputs.front(), request, writer);
    writer.EndObject();
    return out;
  }
  if (target.quirks.vertex) {
    return FieldError(
        ErrorKind::kUnsupported, request.inputs_field,
        "`" + std::string(request.inputs_field) + "`: Vertex AI embeds one text a request. Send them one by one.");
  }
  const bool resource = target.model.find('/') != std::string::npos;
  const std::string name = resource ? target.model : "models/" + target.model;
  writer.Key("requests").BeginArray();
  for (const std::string_view input : request.inputs) {
    writer.BeginObject().Field("model", name);
    WriteOne(input, request, writer);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return out;
}

absl::StatusOr<EmbeddingReply> DecodeReply(std::string_view body, Arena& arena) {
  const auto unreadable = [] {
    return MakeError(ErrorKind::kProtocol, "The provider's reply to the embeddings request holds no vectors.");
  };
  const auto parsed = json::Parse(body, arena);
  if (!parsed.ok()) return unreadable();
  const Value* one = FindKey(**parsed, "embedding");
  const Value* several = FindKey(**parsed, "embeddings");
  const std::span<const Value> list = one != nullptr       ? std::span<const Value>(one, 1)
                                      : several != nullptr ? several->items()
                                                           : std::span<const Value>();
  if (list.empty()) return unreadable();
  const auto vectors = arena.NewSpan<std::string_view>(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value* values = FindKey(list[i], "values");
    if (values == nullptr || !values->is_array()) return unreadable();
    vectors[i] = values->raw();
  }
  EmbeddingReply reply;
  reply.vectors = vectors;
  if (const Value* usage = FindKey(**parsed, "usageMetadata"); usage != nullptr) reply.usage = ReadUsage(*usage, {});
  return reply;
}

}  // namespace

const EmbeddingCodec& GeminiEmbedding() {
  static constexpr EmbeddingCodec kCodec{.decode_request = &DecodeRequest,
                                         .encode_reply = &EncodeReply,
                                         .encode_request = &EncodeRequest,
                                         .operation_of = &OperationOf,
                                         .decode_reply = &DecodeReply};
  return kCodec;
}

}  // namespace ag::wire::gemini
