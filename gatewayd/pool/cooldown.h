#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"

namespace ag::pool {

// Whether an account may be asked for a model now, and why not. Deadlines combine by maximum; a success clears.
//
// ready ──failure──▶ cooling(until) ──deadline──▶ half-open: ONE request may try ──success──▶ ready
//                                                          └──failure──▶ cooling (longer)
struct CooldownStatus {
  enum class State : std::uint8_t { kReady, kCooling, kHalfOpen, kHalfOpenTaken };
  State state = State::kReady;
  WallTime until{};  // kCooling
  ErrorKind cause = ErrorKind::kInternal;
  bool provider_hint = false;  // `until` came from the provider
  std::string model;           // empty = the whole account
};

// The ladder: how long a failure cools. Pure; docs/architecture.md has the table.
//   rate_minute   hint, else 1 s doubling to 60 s, full jitter;  quota_day / billing  hint, else 5 min doubling to 6 h
//   overloaded, upstream_server  hint, else 1–5 s, never climbs;  network kinds  1 s doubling to 30 s
//   hints are capped at 6 h (half-opened by one real request then)
//   other kinds 0: they tell of the request, or change the account's state instead (account_auth, account_forbidden)
// `failures_in_a_row` counts this one: the first is 1.
std::chrono::milliseconds CooldownFor(const ErrorDetail& error, int failures_in_a_row, RandomSource& random);

// The cool-downs of one account (or of one quota group): one cell for the account, a bounded number for its models.
// Thread-safe: a cell is one atomic word, half-open is taken by one CAS; what adds, clears or lists model cells takes a
// lock that Check and TryEnter never take. When all model cells are in use, the least recently used one is recycled.
class CooldownBoard {
 public:
  static constexpr std::size_t kMaxModels = 64;
  // How long a half-open place is held without word from its request; then another request may try. Without it a
  // request that never reports would lock its account out for good.
  static constexpr std::chrono::seconds kProbeLease{30};

  CooldownBoard();
  ~CooldownBoard();
  CooldownBoard(const CooldownBoard&) = delete;
  CooldownBoard& operator=(const CooldownBoard&) = delete;

  // The worst of the account's cell and the model's.
  CooldownStatus Check(std::string_view model, WallTime now) const;
  // Takes the half-open place; true for one caller a deadline (or a kProbeLease). True at once when ready.
  bool TryEnter(std::string_view model, WallTime now);
  // Gives the half-open place back without a word about the account: the client left, the request was at fault.
  void Leave(std::string_view model, WallTime now);
  // Records a failure in the cell of `error.scope` (model or account). Request and provider scopes, and kinds that do
  // not cool, only give the half-open place back. Failures while the cell cools belong to the same burst: they may move
  // the deadline but do not climb. True if the state changed, so that the owner should publish and store it.
  bool OnFailure(std::string_view model, const ErrorDetail& error, WallTime now, RandomSource& random);
  // Clears the model's cell and the account's. A request that `started` before a cell's latest failure proves nothing
  // about it and leaves it alone. True if something was cleared.
  bool OnSuccess(std::string_view model, WallTime started = WallTime::max());
  void Clear();
  // Cells that are not ready, the account's first; for people and for storage.
  std::vector<CooldownStatus> List(WallTime now) const;
  // Puts a listed status back after a restart; combines with what is there by the later deadline.
  void Restore(const CooldownStatus& status);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::pool
