#include "tests/replay/gateway/specified_fault.h"

#include <absl/strings/str_cat.h>

namespace ag::test {
namespace {

constexpr unsigned kSeed = 11;

}  // namespace

Reply FaultReply(const Recording& fault) {
  Reply reply(fault.status());
  for (const Field& field : fault.response_headers()) reply.Header(field.name, field.value);
  if (!fault.entry().stream || fault.status() != 200) return reply.Body(std::string(fault.response_body()));
  reply.Chunked().Piece(std::string(fault.response_body())).SplitAtRandom(2000, kSeed);
  if (fault.transport_end() == "reset") reply.CutReset();
  return reply;
}

std::string PresetOf(const Recording& fault) {
  if (fault.entry().provider == "vertex") return "gemini";
  return fault.entry().api == "chat.completions" ? "openai-compatible" : fault.entry().provider;
}

Ask AskIn(Dialect dialect, const std::string& model, bool stream) {
  const std::string begin = absl::StrCat(R"({"model":")", model, R"(","stream":)", stream ? "true" : "false", ",");
  switch (dialect) {
    case Dialect::kChat:
      return {"/v1/chat/completions", begin + R"("messages":[{"role":"user","content":"Say hello."}]})"};
    case Dialect::kCompletions:
      return {"/v1/completions", begin + R"("prompt":"Say hello."})"};
    case Dialect::kResponses:
      return {"/v1/responses", begin + R"("input":"Say hello."})"};
    case Dialect::kMessages:
      return {"/v1/messages", begin + R"("max_tokens":256,"messages":[{"role":"user","content":"Say hello."}]})"};
    case Dialect::kGemini:
      return {absl::StrCat("/v1beta/models/", model, stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
              R"({"contents":[{"role":"user","parts":[{"text":"Say hello."}]}]})"};
  }
  return {};
}

}  // namespace ag::test
