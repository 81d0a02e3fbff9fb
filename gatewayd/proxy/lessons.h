#pragma once

#include <optional>
#include <string_view>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/pool/account_facts.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/relay_call.h"

// What requests teach of the accounts' models: refusals that are definitive, and successes that prove them out of date.
namespace ag::proxy {

// What `error`, the answer of an endpoint of `family`, says for good of the model that was asked.
std::optional<pool::LearnedFact> LessonOf(const RelayCall& call, Family family, std::string_view model,
                                          const ErrorDetail& error, WallTime now);

// Tells the pool if `error`, an attempt's, is definitive.
void NoteLesson(RelayCall& call, const pool::Choice& choice, const ErrorDetail& error, WallTime now);

// Tells the pool which facts the success of a request that began at `started` contradicts. That it may not be served,
// always; that a parameter or so many tokens are refused, only where the request went out untouched and had them.
void NoteContradictions(RelayCall& call, const pool::Account& account, std::string_view model, WallTime started);

}  // namespace ag::proxy
