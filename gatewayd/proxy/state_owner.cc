#include "gatewayd/proxy/state_owner.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/bound_ids.h"

namespace ag::proxy {
namespace {

// Ids are made by machines (resp_68e1…, file-9Kx…, msgbatch_01H…): a separator and a digit tell them from the words of
// a path (file_batches, input_items).
bool LooksIssued(std::string_view segment) {
  const bool digit = std::any_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digit && segment.find_first_of("_-") != std::string_view::npos;
}

std::string_view IdInPath(std::string_view path, Family family) {
  if (path.starts_with("/models")) return {};  // names, not ids
  // Google's ids have no mark of their own; they stand behind their collection, perhaps with a verb.
  const bool gemini = family == Family::kGemini;
  for (auto slash = path.find('/', 1); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const std::string_view segment = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
    if (gemini) return segment.substr(0, segment.find(':'));
    if (LooksIssued(segment)) return segment;
  }
  return {};
}

// An account that is only resting, or is at a limit, may still be the owner.
bool MayOwn(const pool::CandidateExplanation& row) {
  switch (row.reason.value_or(pool::RejectReason::kOtherProvider)) {
    case pool::RejectReason::kCooling:
    case pool::RejectReason::kHalfOpenTaken:
    case pool::RejectReason::kLimitReached:
    case pool::RejectReason::kBudgetSpent:
      return true;
    default:
      return row.eligible;
  }
}

// `why` follows the id; `back` is what would bring the state back.
absl::Status NotFound(const StateReference& state, std::string_view why, std::string_view back) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kStateRejected;
  detail.http_status = 404;
  detail.param = std::string(state.param);
  const bool response = state.param == "previous_response_id";
  if (response) detail.provider_code = "previous_response_not_found";
  const char* instead = response ? "Send the whole history instead" : "Make it anew through the gateway";
  return MakeError(std::move(detail),
                   absl::StrCat("'", ToAbsl(state.id), "' ", ToAbsl(why), ". ", instead, ", or ", ToAbsl(back), "."));
}

absl::Status NotKnown(const StateReference& state) {
  return NotFound(state, "was not issued through this gateway since it started, and several accounts could have it",
                  "leave enabled only the account that made it (agctl accounts disable ID)");
}

absl::Status SwitchedOff(const StateReference& state, const pool::Account& owner) {
  return NotFound(state, absl::StrCat("is kept by account '", owner.label, "' (", owner.preset, "), which is disabled"),
                  absl::StrCat("switch the account on again (agctl accounts enable ", owner.id.value(), ")"));
}

}  // namespace

StateReference FindStateReference(const EndpointMatch& match, const wire::ClientRequest& request) {
  const std::string_view previous = request.envelope().previous_response_id;
  if (!previous.empty()) return {previous, "previous_response_id"};
  if (const std::string_view id = IdInPath(match.other_path, match.family); !id.empty()) return {id, {}};
  const wire::BoundId bound = wire::FindBoundId(request);
  return {bound.id, bound.member};
}

absl::StatusOr<std::optional<AccountId>> FindStateOwner(const StateReference& state, Dialect dialect,
                                                        const pool::ResourceOwner& owners,
                                                        const pool::PoolSnapshot& accounts,
                                                        const pool::RequestTraits& traits, WallTime now) {
  if (auto issuer = owners.Find(state.id)) {
    const pool::PooledAccount* const owner = accounts.Find(*issuer);
    if (owner != nullptr && !owner->account.enabled) return SwitchedOff(state, owner->account);
    return issuer;
  }
  pool::RequestTraits asked = traits;
  asked.dialects = {dialect};  // a translation could not use the state
  std::optional<AccountId> only;
  for (const pool::CandidateExplanation& row : pool::Scheduler::Explain(accounts, asked, now)) {
    if (!MayOwn(row) || only == row.account) continue;
    if (only) return NotKnown(state);
    only = row.account;
  }
  return only;
}

}  // namespace ag::proxy
