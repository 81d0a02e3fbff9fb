#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt.h"
#include "gatewayd/proxy/relay_call.h"

// The one synchronous place where a request's outcome is reported: nothing here can be cancelled, so nothing is lost.
namespace ag::proxy {

// Tells the pool how an attempt went: cool-downs, refusals, success.
// `started` is when the attempt began: a long stream that ends well says nothing of a limit that was met meanwhile. Nor
// does a failure of a credential that its owner has replaced meanwhile say anything of the new one.
void ReportAttempt(RelayCall& call, const pool::Choice& choice, const AttemptOutcome& outcome, WallTime started);

// Tells the pool that a request which `started` then is served: at its first content, so that a long stream does not
// hold the half-open place to its end, and once it is whole.
void ReportSuccess(RelayCall& call, const pool::PooledAccount& account, std::string_view model, WallTime started,
                   pool::CooldownBoard::Served served);

// Fills in the record what spoke against each account of the wanted providers, or that nothing did: for a request that
// failed. Not for one that is at fault itself: no account could have served that.
void NotePassedOver(RelayCall& call, const pool::RequestTraits& traits);

// Why no account could be picked, in a sentence with the next step; the record gets the reason of each one.
absl::Status NoAccountError(RelayCall& call, const pool::RequestTraits& traits, const pool::Choice& choice);

// Completes the request's record and hands it to telemetry, once.
void RecordRequest(RelayCall& call, const absl::Status& outcome);

}  // namespace ag::proxy
