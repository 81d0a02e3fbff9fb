#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {
namespace {

std::string TextPart(std::string_view text, std::string_view more = {}) {
  return absl::StrCat(R"({"text":)", json::Quote(text), ToAbsl(more), "}");
}

std::string Signature(const Answer& answer, std::string_view function) {
  if (answer.state_seed.empty()) return "";
  return absl::StrCat(R"(,"thoughtSignature":)", json::Quote(answer.State(GeminiBinding(function))));
}

// Of parallel calls the first bears the signature.
std::string CallParts(const Answer& answer) {
  std::vector<std::string> parts;
  for (const Ask::Tool& call : answer.calls) {
    parts.push_back(absl::StrCat(R"({"functionCall":{"name":)", json::Quote(call.name), R"(,"args":)", call.arguments,
                                 "}", parts.empty() ? Signature(answer, call.name) : "", "}"));
  }
  return absl::StrJoin(parts, ",");
}

std::string ThoughtPart(std::string_view text) { return TextPart(text, R"(,"thought":true)"); }

struct Tokens {
  std::int64_t output = 0;
  std::int64_t thoughts = 0;
};

// `finish` is empty but for the last chunk.
std::string Chunk(const Ask& ask, const Stamp& stamp, std::string_view parts, std::string_view finish, Tokens tokens) {
  constexpr std::string_view kForm =
      R"({"candidates":[{"content":{"parts":[$parts],"role":"model"}$finish,"index":0}],"usageMetadata":{)"
      R"("promptTokenCount":$input,"candidatesTokenCount":$output,"totalTokenCount":$total$thoughts,)"
      R"("promptTokensDetails":[{"modality":"TEXT","tokenCount":$input}]},"modelVersion":$model,)"
      R"("responseId":"sandbox-$number"})";
  return Fill(kForm,
              {{"$parts", std::string(parts)},
               {"$finish", finish.empty() ? "" : absl::StrCat(R"(,"finishReason":")", ToAbsl(finish), "\"")},
               {"$input", absl::StrCat(ask.input_tokens)},
               {"$output", absl::StrCat(tokens.output)},
               {"$total", absl::StrCat(ask.input_tokens + tokens.output + tokens.thoughts)},
               {"$thoughts", tokens.thoughts == 0 ? "" : absl::StrCat(R"(,"thoughtsTokenCount":)", tokens.thoughts)},
               {"$model", json::Quote(ask.model)},
               {"$number", absl::StrCat(stamp.number)}});
}

// A function call ends with STOP as well.
std::string_view FinishReason(const Answer& answer) {
  return answer.stop == Answer::Stop::kLength ? "MAX_TOKENS" : "STOP";
}

}  // namespace

std::string GeminiUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  std::string parts = answer.thoughts.empty() ? "" : absl::StrCat(ThoughtPart(answer.Thought()), ",");
  parts += answer.calls.empty() ? TextPart(answer.Text(), Signature(answer, "")) : CallParts(answer);
  return Chunk(ask, stamp, parts, FinishReason(answer), {answer.output_tokens, answer.reasoning_tokens});
}

std::vector<std::string> GeminiChunks(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  std::vector<std::string> chunks;
  std::int64_t thought = 0;
  for (const std::string& word : answer.thoughts) {
    chunks.push_back(Chunk(ask, stamp, ThoughtPart(word), "", {0, std::min(++thought, answer.reasoning_tokens)}));
  }
  const Tokens all{answer.output_tokens, answer.reasoning_tokens};
  if (!answer.calls.empty()) {
    chunks.push_back(Chunk(ask, stamp, CallParts(answer), FinishReason(answer), all));
    return chunks;
  }
  std::int64_t said = 0;
  for (const std::string& word : answer.words) {
    const bool last = said + 1 == static_cast<std::int64_t>(answer.words.size());
    ++said;
    // The signature of a streamed text comes behind it, with a text that is empty.
    const bool ends = last && answer.state_seed.empty();
    const Tokens so_far{std::min(said, answer.output_tokens), answer.reasoning_tokens};
    chunks.push_back(Chunk(ask, stamp, TextPart(word), ends ? FinishReason(answer) : "", ends ? all : so_far));
  }
  if (answer.words.empty() || !answer.state_seed.empty()) {
    chunks.push_back(Chunk(ask, stamp, TextPart("", Signature(answer, "")), FinishReason(answer), all));
  }
  return chunks;
}

}  // namespace ag::sandbox
