#include "gatewayd/sandbox/responder.h"

#include <absl/strings/str_cat.h>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/models.h"

namespace ag::sandbox {
namespace {

using Action = Endpoint::Action;

std::string_view OpenAiErrorType(int status) {
  if (status == 429) return "requests";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

std::string_view OpenAiErrorCode(int status) {
  switch (status) {
    case 401:
      return "\"invalid_api_key\"";
    case 404:
      return "\"model_not_found\"";
    case 429:
      return "\"rate_limit_exceeded\"";
    default:
      return "null";
  }
}

std::string_view AnthropicErrorType(int status) {
  switch (status) {
    case 400:
      return "invalid_request_error";
    case 401:
      return "authentication_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return "api_error";
  }
}

// https://platform.claude.com/docs/en/api/errors
std::string AnthropicDetails(std::string_view param, std::string_view code) {
  if (code.empty()) return "";
  return absl::StrCat(R"(,"details":{"error_code":)", json::Quote(code), R"(,"unsupported":[)", json::Quote(param),
                      "]}");
}

std::string_view GeminiErrorStatus(int status) {
  switch (status) {
    case 400:
      return "INVALID_ARGUMENT";
    case 401:
      return "UNAUTHENTICATED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RESOURCE_EXHAUSTED";
    default:
      return "INTERNAL";
  }
}

absl::StatusOr<Ask> ReadAsk(const Endpoint& endpoint, const json::Value& body) {
  switch (endpoint.family) {
    case Family::kAnthropic:
      return ReadMessages(body, endpoint.action == Action::kCountTokens ? MaxTokens::kIgnored : MaxTokens::kRequired);
    case Family::kGemini:
      return ReadGemini(body, endpoint.model);
    case Family::kOpenAi:
      break;
  }
  if (endpoint.action == Action::kChat) return ReadChat(body);
  return endpoint.action == Action::kCompletions ? ReadCompletions(body) : ReadResponses(body);
}

Plan CountPlan(Family family, std::int64_t tokens) {
  Plan plan;
  switch (family) {
    case Family::kOpenAi:
      plan.frames.push_back(absl::StrCat(R"({"object":"response.input_tokens","input_tokens":)", tokens, "}"));
      break;
    case Family::kAnthropic:
      plan.frames.push_back(absl::StrCat(R"({"input_tokens":)", tokens, "}"));
      break;
    case Family::kGemini:
      plan.frames.push_back(absl::StrCat(R"({"totalTokens":)", tokens,
                                         R"(,"promptTokensDetails":[{"modality":"TEXT","tokenCount":)", tokens, "}]}"));
      break;
  }
  return plan;
}

Plan ModelsPlan(const Endpoint& endpoint) {
  Plan plan;
  if (endpoint.action == Action::kListModels) {
    plan.frames.push_back(ModelList(endpoint.family));
  } else if (KnowsModel(endpoint.family, endpoint.model)) {
    plan.frames.push_back(ModelObject(endpoint.family, endpoint.model));
  } else {
    return ErrorPlan(endpoint.family, 404, absl::StrCat("The model '", endpoint.model, "' does not exist."), "model");
  }
  return plan;
}

// Without alt=sse a Gemini stream is one JSON array that arrives piece by piece.
Plan GeminiStreamPlan(std::vector<std::string> chunks, std::string_view query) {
  Plan plan;
  plan.stream = true;
  if (http::QueryValue(query, "alt") == "sse") {
    plan.content_type = "text/event-stream";
    for (const std::string& chunk : chunks) plan.frames.push_back(absl::StrCat("data: ", chunk, "\r\n\r\n"));
    return plan;
  }
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    plan.frames.push_back(absl::StrCat(i == 0 ? "[" : ",\r\n", chunks[i], i + 1 == chunks.size() ? "]" : ""));
  }
  return plan;
}

Plan UnaryPlan(std::string body) {
  Plan plan;
  plan.frames.push_back(std::move(body));
  return plan;
}

Plan StreamPlan(std::vector<std::string> frames) {
  Plan plan;
  plan.stream = true;
  plan.content_type = "text/event-stream; charset=utf-8";
  plan.frames = std::move(frames);
  return plan;
}

Plan FormPlan(const Endpoint& endpoint, std::string_view query, const Ask& ask, const Answer& answer,
              const Stamp& stamp) {
  switch (endpoint.action) {
    case Action::kChat:
      return ask.stream ? StreamPlan(ChatStream(ask, answer, stamp)) : UnaryPlan(ChatUnary(ask, answer, stamp));
    case Action::kCompletions:
      return ask.stream ? StreamPlan(CompletionsStream(ask, answer, stamp))
                        : UnaryPlan(CompletionsUnary(ask, answer, stamp));
    case Action::kResponses:
      return ask.stream ? StreamPlan(ResponsesStream(ask, answer, stamp))
                        : UnaryPlan(ResponsesUnary(ask, answer, stamp));
    case Action::kMessages:
      return ask.stream ? StreamPlan(MessagesStream(ask, answer, stamp)) : UnaryPlan(MessagesUnary(ask, answer, stamp));
    case Action::kGemini:
      return UnaryPlan(GeminiUnary(ask, answer, stamp));
    case Action::kGeminiStream:
      return GeminiStreamPlan(GeminiChunks(ask, answer, stamp), query);
    case Action::kUnknown:
    case Action::kCountTokens:
    case Action::kEmbed:
    case Action::kBatchEmbed:
    case Action::kListModels:
    case Action::kGetModel:
      break;
  }
  return ErrorPlan(endpoint.family, 404, "The sandbox has no such endpoint.", "");
}

Plan AnswerPlan(const Endpoint& endpoint, std::string_view query, const Ask& ask, const Stamp& stamp) {
  const Answer answer = AnswerTo(ask);
  Plan plan = FormPlan(endpoint, query, ask, answer, stamp);
  plan.tokens = ask.input_tokens + answer.output_tokens + answer.reasoning_tokens;
  return plan;
}

}  // namespace

Plan ErrorPlan(Family family, int status, std::string_view message, std::string_view param, std::string_view code) {
  Plan plan;
  plan.status = status;
  const std::string text = json::Quote(message);
  switch (family) {
    case Family::kOpenAi:
      plan.frames.push_back(
          absl::StrCat(R"({"error":{"message":)", text, R"(,"type":")", ToAbsl(OpenAiErrorType(status)),
                       R"(","param":)", param.empty() ? "null" : json::Quote(param), R"(,"code":)",
                       code.empty() ? std::string(OpenAiErrorCode(status)) : json::Quote(code), "}}"));
      break;
    case Family::kAnthropic:
      plan.frames.push_back(absl::StrCat(R"({"type":"error","error":{"type":")", ToAbsl(AnthropicErrorType(status)),
                                         R"(","message":)", text, AnthropicDetails(param, code),
                                         R"(},"request_id":"req_sandbox"})"));
      break;
    case Family::kGemini: {
      const char* details =
          status == 429 ? R"(,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"}])" : "";
      plan.frames.push_back(absl::StrCat(R"({"error":{"code":)", status, R"(,"message":)", text, R"(,"status":")",
                                         ToAbsl(GeminiErrorStatus(status)), "\"", details, "}}"));
      break;
    }
  }
  if (status == 429) plan.headers.emplace_back("retry-after", "1");
  return plan;
}

Plan Respond(const Endpoint& endpoint, std::string_view query, std::string_view body, const Stamp& stamp,
             Arena& arena) {
  const Family family = endpoint.family;
  if (endpoint.action == Action::kUnknown) return ErrorPlan(family, 404, "The sandbox has no such endpoint.", "");
  if (endpoint.action == Action::kListModels || endpoint.action == Action::kGetModel) return ModelsPlan(endpoint);
  const absl::StatusOr<const json::Value*> parsed = json::Parse(body, arena);
  if (!parsed.ok()) return ErrorPlan(family, 400, "We could not parse the JSON body of your request.", "");
  if (endpoint.action == Action::kEmbed || endpoint.action == Action::kBatchEmbed) {
    return family == Family::kOpenAi ? EmbedOpenAi(**parsed) : EmbedGemini(**parsed, endpoint.action);
  }
  const absl::StatusOr<Ask> ask = ReadAsk(endpoint, **parsed);
  if (!ask.ok()) {
    const ErrorDetail detail = DetailOf(ask.status());
    return ErrorPlan(family, 400, ToStd(ask.status().message()), detail.param, detail.provider_code);
  }
  if (!KnowsModel(family, ask->model)) {
    return ErrorPlan(family, 404, absl::StrCat("The model '", ask->model, "' does not exist."), "model");
  }
  if (endpoint.action == Action::kCountTokens) return CountPlan(family, ask->input_tokens);
  const Mishap mishap = MishapIn(*ask);
  if (mishap == Mishap::kRateLimit) return ErrorPlan(family, 429, "Rate limit reached: the prompt asked for it.", "");
  if (mishap == Mishap::kServerError) return ErrorPlan(family, 500, "Internal error: the prompt asked for it.", "");
  Plan plan = AnswerPlan(endpoint, query, *ask, stamp);
  plan.mishap = mishap;
  return plan;
}

}  // namespace ag::sandbox
