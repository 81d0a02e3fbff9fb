#include "tests/integration/storm.h"

#include <absl/strings/str_cat.h>

#include <cstddef>
#include <thread>
#include <utility>

namespace ag::test {

const std::vector<std::string>& StormDeltas() {
  static const std::vector<std::string> kDeltas{"one ", "two ", "three"};
  return kDeltas;
}

std::string RealSeconds(int seconds) { return std::to_string(seconds * 1000 * kStormFactor); }

Settings StormSettings(Settings more) {
  more.insert({{"upstream.connect_timeout_ms", RealSeconds(10)}, {"upstream.idle_timeout_ms", RealSeconds(30)}});
  return more;
}

Ending JudgeReply(const HttpResponse& reply, bool anthropic) {
  if (reply.status != 200) return reply.status >= 400 ? Ending::kFailed : Ending::kWrong;
  const bool error = reply.body.find("\"error\"") != std::string::npos;
  const bool ended = reply.body.find(anthropic ? "message_stop" : "data: [DONE]") != std::string::npos &&
                     reply.body.find(anthropic ? "end_turn" : "\"finish_reason\":\"stop\"") != std::string::npos;
  std::size_t at = 0;
  bool whole = true;
  for (const std::string& delta : StormDeltas()) {
    const std::size_t found = reply.body.find(absl::StrCat("\"", delta, "\""), at);
    whole = whole && found != std::string::npos;
    if (whole) at = found;
  }
  if (error) return ended ? Ending::kWrong : Ending::kFailed;
  return whole && ended && reply.complete ? Ending::kWhole : Ending::kWrong;
}

void Tally::Add(Ending ending, const HttpResponse& reply) {
  if (ending == Ending::kWhole) {
    ++whole;
    return;
  }
  ++(ending == Ending::kFailed ? failed : wrong);
  const std::lock_guard lock(mutex);
  if (first_failure.empty()) first_failure = absl::StrCat(reply.status, " ", reply.body.substr(0, 600));
}

HttpResponse AskInStorm(std::uint16_t port, int client, int round) {
  const bool anthropic = client % 2 == 1;
  const std::string conversation = absl::StrCat("turn ", round, " of client ", client);
  const std::string body =
      anthropic ? absl::StrCat(R"({"model":"claude-x","max_tokens":64,"stream":true,"messages":[{"role":"user",)",
                               R"("content":")", conversation, R"("}]})")
                : absl::StrCat(R"({"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":")",
                               conversation, R"("}]})");
  return HttpPost(port, anthropic ? "/v1/messages" : "/v1/chat/completions", body,
                  {{"content-type", "application/json"}});
}

void Storm(const Gateway& gateway, int rounds, Tally& tally) {
  std::vector<std::thread> clients;
  for (int client = 0; client < kStormClients; ++client) {
    clients.emplace_back([&, client] {
      for (int round = 0; round < rounds; ++round) {
        const HttpResponse reply = AskInStorm(gateway.port(), client, round);
        tally.Add(JudgeReply(reply, client % 2 == 1), reply);
      }
    });
  }
  for (auto& client : clients) client.join();
}

}  // namespace ag::test
