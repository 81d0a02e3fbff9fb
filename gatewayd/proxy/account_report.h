#pragma once

#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/proxy/shard_services.h"

// What an attempt says of its account: to the account's cool-downs at once, and by `feedback` to the pool's owner.
namespace ag::proxy {

// A request that `started` then is served, or its stream has begun. True when that has ended a pause: those who wait
// may look.
bool ReportServed(const pool::PooledAccount& account, std::string_view model, WallTime started,
                  pool::CooldownBoard::Served served, PoolFeedback& feedback);

// Whether the failure of a request without a model (files, batches, caches) says nothing of the account's completions:
// what its credential may not do there, and how much of it. Providers limit those apart from models
// (https://platform.openai.com/docs/api-reference/files, https://ai.google.dev/gemini-api/docs/rate-limits).
bool IsOfResourcesAlone(std::string_view model, const ErrorDetail& error);

// `place`: what the request holds of it.
void ReportFailed(const pool::PooledAccount& account, std::string_view model, const pool::HalfOpenTicket& place,
                  const ErrorDetail& error, WallTime now, RandomSource& random, PoolFeedback& feedback);

}  // namespace ag::proxy
