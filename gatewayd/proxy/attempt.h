#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "gatewayd/base/secret.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/proxy/reply_stream.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/wire/translation.h"

namespace ag::proxy {

// How an attempt ended. kReplied: the client has its complete answer. kFailed: nothing of this attempt reached the
// client, so another may follow. kCut: the answer had begun and was ended with the dialect's in-stream error.
// kWithdrawn: the account was removed or switched off after it was picked, and nothing was sent.
struct AttemptOutcome {
  enum class Kind : std::uint8_t { kReplied, kFailed, kCut, kWithdrawn };
  Kind kind = Kind::kFailed;
  absl::Status error;
  // kFailed: the provider's own reply, where its words are for the client.
  std::optional<ProviderReply> reply;
  bool pool_knows = false;  // the error is the token keeper's word about the account: it has drawn the consequences
};

// What is known from before the attempt, of the request's conversation and of the account.
struct AttemptState {
  AttemptState() = default;
  AttemptState(std::span<const wire::KeptState> its_kept, bool its_without_state)
      : kept(its_kept), without_state(its_without_state) {}

  std::span<const wire::KeptState> kept;  // outlives the attempt
  bool without_state = false;             // leave reasoning state out: the upstream refused it
  Secret refused_token;                   // not this one again: the provider does not take it
};

// One attempt on one account: encode, send, pump the reply. All steps are on the call's shard; the objects it refers to
// outlive it.
class Attempt {
 public:
  // `choice` and `endpoint` belong to the state that `call` holds.
  Attempt(RelayCall& call, const pool::Choice& choice, const upstream::Endpoint& endpoint, const AttemptState& state);

  runtime::Task<AttemptOutcome> Run();

  // True when `outcome`, this attempt's, may be the access token's fault alone: another token is worth one more
  // attempt.
  bool RefusedItsToken(const AttemptOutcome& outcome) const;
  const Secret& credential() const { return *credential_; }

 private:
  // Makes `credential_` what the request will carry.
  runtime::Task<absl::Status> Authorize();
  runtime::Task<absl::StatusOr<std::unique_ptr<http::Exchange>>> Send();
  runtime::Task<AttemptOutcome> Pump(http::Exchange& exchange);
  runtime::Task<AttemptOutcome> ReadRefusal(http::Exchange& exchange);
  // Writes what the step left in the reply; completes the answer on kDone.
  runtime::Task<AttemptOutcome> EndReply(http::Exchange& exchange);
  runtime::Task<AttemptOutcome> EndCut(absl::Status error);
  ProviderReply KeepReply(const http::Exchange& exchange, std::string body) const;
  absl::Status Prepare();
  // OK unless the user wants no request to go out that says less than the client's.
  absl::Status CheckLosses() const;
  // What of the request this upstream was not told, for the client that asks or whose user wants to be warned.
  std::string_view LossHeader() const;
  void CommitHead(const http::Exchange& exchange, std::optional<std::uint64_t> length);
  std::optional<std::uint64_t> KnownLength(const http::Exchange& exchange) const;
  AttemptOutcome Failed(absl::Status error);
  AttemptOutcome Withdrawn();
  absl::Status StreamError() const;
  std::string AccountName() const;  // for messages
  // A failure on the way to the provider, which the HTTP client knows by its address only.
  absl::Status OfTheAccount(const absl::Status& error) const;
  // What the provider's headers say is left of its limits.
  void NoteLimits(const http::Exchange& exchange);
  // For pool.mode performance_first.
  void NoteFirstContent();
  void NoteReport();
  // Against the budgets of the account and of the client key, once.
  void CountUse();
  // By the provider's price for the model; nothing when that is not known.
  std::optional<std::int64_t> CostOf(const Usage& usage) const;
  // Before the client has the end of the reply: its next turn may name what is kept at once, and counts with this one.
  void Settle();
  void KeepConversation() const;
  wire::UpstreamTarget MakeTarget() const;

  RelayCall& call_;
  const pool::Choice& choice_;
  const upstream::Endpoint& endpoint_;
  ReplyStream& reply_;
  wire::TranslationContext context_;
  std::unique_ptr<wire::Translation> translation_;
  wire::UpstreamCall upstream_call_;
  upstream::BuiltRequest built_;
  const Secret refused_token_;
  const Secret* credential_;  // the snapshot's, or `renewed_`
  Secret renewed_;
  telemetry::AttemptRecord* record_ = nullptr;
  SteadyTime started_;
  pool::LimitBoard::Unanswered unanswered_;
  bool content_sent_ = false;
  bool counted_ = false;
  bool settled_ = false;
};

// Asks the chosen account, once more with another token where it does not take the first, and tells the pool what came
// of it. `choice` belongs to the state that `call` holds, which has an endpoint for it.
runtime::Task<AttemptOutcome> AskAccount(RelayCall& call, const pool::Choice& choice, AttemptState state);

}  // namespace ag::proxy
