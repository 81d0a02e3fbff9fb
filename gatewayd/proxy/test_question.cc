#include "gatewayd/proxy/test_question.h"

#include "gatewayd/base/json.h"
#include "gatewayd/http/message.h"
#include "gatewayd/pool/model_test.h"

namespace ag::proxy {
namespace {

using catalog::ModelUse;

constexpr std::string_view kWords = "Reply with the word OK.";
constexpr std::int64_t kMost = pool::TestQuestion::kOutputTokens;

void WriteMessage(json::Writer& writer) {
  writer.Key("messages").BeginArray().BeginObject().Field("role", "user").Field("content", kWords).EndObject();
  writer.EndArray();
}

void WriteGeminiContent(json::Writer& writer) {
  writer.BeginObject().Field("role", "user").Key("parts").BeginArray();
  writer.BeginObject().Field("text", kWords).EndObject().EndArray().EndObject();
}

std::string GeminiPath(std::string_view model, std::string_view verb) {
  const bool resource = model.find('/') != std::string_view::npos;  // "tunedModels/x"
  std::string path(resource ? "/v1beta/" : "/v1beta/models/");
  return path.append(http::PercentEncodePath(model)).append(verb);
}

TestRequest Embedding(std::string_view model, Dialect dialect) {
  TestRequest request;
  json::Writer writer(request.body);
  writer.BeginObject();
  if (dialect == Dialect::kGemini) {
    request.path = GeminiPath(model, ":embedContent");
    WriteGeminiContent(writer.Key("content"));
  } else {
    request.path = "/v1/embeddings";
    writer.Field("model", model).Field("input", kWords);
  }
  writer.EndObject();
  return request;
}

}  // namespace

TestRequest MakeTestRequest(std::string_view model, ModelUse use, Dialect dialect, const catalog::ChatQuirks& quirks) {
  if (use == ModelUse::kEmbedding) return Embedding(model, dialect);
  TestRequest request;
  json::Writer writer(request.body);
  writer.BeginObject();
  switch (dialect) {
    case Dialect::kChat:
    case Dialect::kCompletions:
      request.path = "/v1/chat/completions";
      WriteMessage(writer.Field("model", model));
      writer.Field(quirks.max_completion_tokens ? "max_completion_tokens" : "max_tokens", kMost);
      break;
    case Dialect::kResponses:
      request.path = "/v1/responses";
      writer.Field("model", model).Field("input", kWords).Field("max_output_tokens", kMost);
      if (quirks.openai_service) writer.Field("store", false);
      break;
    case Dialect::kMessages:
      request.path = "/v1/messages";
      WriteMessage(writer.Field("model", model).Field("max_tokens", kMost));
      break;
    case Dialect::kGemini:
      request.path = GeminiPath(model, ":generateContent");
      WriteGeminiContent(writer.Key("contents").BeginArray());
      writer.EndArray().Key("generationConfig").BeginObject().Field("maxOutputTokens", kMost).EndObject();
      break;
  }
  writer.EndObject();
  return request;
}

}  // namespace ag::proxy
