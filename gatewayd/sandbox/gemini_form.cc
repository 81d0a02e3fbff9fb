#include <absl/strings/str_cat.h>

#include <algorithm>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {
namespace {

std::string TextPart(std::string_view text) { return absl::StrCat(R"({"text":)", json::Quote(text), "}"); }

std::string CallPart(const Answer& answer) {
  return absl::StrCat(R"({"functionCall":{"name":)", json::Quote(answer.call->name), R"(,"args":)",
                      answer.call->arguments, "}}");
}

// `finish` is empty but for the last chunk.
std::string Chunk(const Ask& ask, const Stamp& stamp, std::string_view part, std::string_view finish,
                  std::int64_t output_tokens) {
  constexpr std::string_view kForm =
      R"({"candidates":[{"content":{"parts":[$part],"role":"model"}$finish,"index":0}],"usageMetadata":{)"
      R"("promptTokenCount":$input,"candidatesTokenCount":$output,"totalTokenCount":$total,"promptTokensDetails":[)"
      R"({"modality":"TEXT","tokenCount":$input}]},"modelVersion":$model,"responseId":"sandbox-$number"})";
  return Fill(kForm, {{"$part", std::string(part)},
                      {"$finish", finish.empty() ? "" : absl::StrCat(R"(,"finishReason":")", ToAbsl(finish), "\"")},
                      {"$input", absl::StrCat(ask.input_tokens)},
                      {"$output", absl::StrCat(output_tokens)},
                      {"$total", absl::StrCat(ask.input_tokens + output_tokens)},
                      {"$model", json::Quote(ask.model)},
                      {"$number", absl::StrCat(stamp.number)}});
}

// A function call ends with STOP as well.
std::string_view FinishReason(const Answer& answer) {
  return answer.stop == Answer::Stop::kLength ? "MAX_TOKENS" : "STOP";
}

}  // namespace

std::string GeminiUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  const std::string part = answer.call ? CallPart(answer) : TextPart(answer.Text());
  return Chunk(ask, stamp, part, FinishReason(answer), answer.output_tokens);
}

std::vector<std::string> GeminiChunks(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  if (answer.call || answer.words.empty()) return {GeminiUnary(ask, answer, stamp)};
  std::vector<std::string> chunks;
  for (std::size_t i = 0; i < answer.words.size(); ++i) {
    const bool last = i + 1 == answer.words.size();
    const auto so_far = static_cast<std::int64_t>(i + 1);
    chunks.push_back(Chunk(ask, stamp, TextPart(answer.words[i]), last ? FinishReason(answer) : "",
                           last ? answer.output_tokens : std::min(so_far, answer.output_tokens)));
  }
  return chunks;
}

}  // namespace ag::sandbox
