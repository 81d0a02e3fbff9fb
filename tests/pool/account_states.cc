#include "account_states.h"

#include <string_view>

namespace ag::pool {
namespace {

constexpr std::string_view kIntroduction = R"(# The states of an account

Made from `gatewayd/pool/account_status.cc` by `build/dev/bin/ag_account_states > docs/account-states.md`. The same table
decides for a whole account and for an account with one model: limits are kept apart by model where the provider counts
them so. What has no row changes nothing. `agctl accounts why ID` tells an account's state and history.

| state | meaning |
| --- | --- |
| `ready` | requests may use it |
| `cooling` | it failed in a way that passes; not to be asked before the end of the pause |
| `half_open` | the pause is over: one real request may try |
| `probing` | that request is under way, for at most 30 s without word |
| `needs_sign_in` | the provider refuses the credential, or there is none that can be read |
| `forbidden` | the credential is good, the provider lets the account do nothing: for a while, or for good |
| `exhausted` | the owner's own budget is spent; covers the others until the budget's next period |
| `disabled` | switched off by its owner; covers the others until it is switched on |

How long a pause lasts: as the provider says, at most 6 h (`Retry-After` in seconds or as a date, `retry-after-ms`,
`RetryInfo.retryDelay`, the reset of a used-up bucket in `x-ratelimit-reset-*` and `anthropic-ratelimit-*-reset`, "try again in
…"). Without its word: rate limits 1 s doubling to 60 s with full jitter; quotas and money 5 min doubling to 6 h with jitter
down to a minute, but Gemini's quotas per day at most until the first minute after midnight Pacific time, when Google gives
them anew; lack of capacity and other 5xx 1–5 s, which never climbs; network 1 s doubling to 30 s with full jitter; refusals 5
s doubling to 6 h. Each of these climbs by itself, and goes on after a restart of the daemon: an outage does not lengthen a
rate limit's pauses. A failure of the provider as a whole (a 500, a 503 for everybody, a connection that is cut, also
in the middle of an answer) may be chance: the third without a whole answer between them pauses the account, one that says
for how long at once.

A refused credential is tested by the gateway itself when its pause is over (the list of models, which costs nothing); a
forbidden account is tried again by one real request. So a refusal that passes locks no account out, and one that stays
costs four requests a day.

A spent budget is an event of the history (`budget_spent`, with the budget and when it begins anew), and so is its end
(`budget_renewed`: the next period began, or the owner raised it); what ends while the daemon is down is told at its next start.
)";

}  // namespace

std::string AccountStates(std::span<const TransitionRule> rules) {
  std::string text(kIntroduction);
  text += "\n| in | what happens | leads to | |\n| --- | --- | --- | --- |\n";
  for (const TransitionRule& rule : rules) {
    text.append("| `").append(NameOf(rule.from)).append("` | ").append(NameOf(rule.signal)).append(" | `");
    text.append(NameOf(rule.to)).append("` | ").append(rule.note).append(rule.note.empty() ? "|\n" : " |\n");
  }
  return text;
}

}  // namespace ag::pool
