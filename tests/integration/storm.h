#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

// Many clients of two dialects at once, and what each of them has of its answer.
namespace ag::test {

inline constexpr int kStormClients = 64;
// How much faster than the real clock a gateway's runs in a storm.
inline constexpr int kStormFactor = 20;

// What every provider answers, in these pieces.
const std::vector<std::string>& StormDeltas();

// The clock runs fast, a busy machine does not: what only a slow machine would exceed is given its real time. In
// milliseconds, for settings.
std::string RealSeconds(int seconds);
Settings StormSettings(Settings more);

enum class Ending { kWhole, kFailed, kWrong };

// What a client has of a reply: all of it, an error that it can see, or something that it would take for an answer.
Ending JudgeReply(const HttpResponse& reply, bool anthropic);

struct Tally {
  std::atomic<int> whole{0};
  std::atomic<int> failed{0};
  std::atomic<int> wrong{0};
  std::mutex mutex;
  std::string first_failure;

  void Add(Ending ending, const HttpResponse& reply);
};

// A streamed turn of a conversation of its own: clients of odd number speak Anthropic's dialect and ask for claude-x,
// the others OpenAI's chat and gpt-5-mini.
HttpResponse AskInStorm(std::uint16_t port, int client, int round);
// So many turns of each client, one after the other.
void Storm(const Gateway& gateway, int rounds, Tally& tally);

}  // namespace ag::test
