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
  WallTime until{};                              // kCooling
  ErrorKind cause = ErrorKind::kInternal;
  bool provider_hint = false;                    // `until` came from the provider
  std::string model;                             // empty = the whole account
};

// The ladder: how long a failure cools. Pure; docs/architecture.md has the table.
//   rate_minute   hint, else 1 s doubling to 60 s, full jitter;  quota_day / billing  hint, else 5 min doubling to 6 h
//   overloaded, upstream_server  1–5 s, never climbs;  network kinds  1 s doubling to 30 s
//   hints are capped at 6 h (half-opened by one real request then)
std::chrono::milliseconds CooldownFor(const ErrorDetail& error, int failures_in_a_row, RandomSource& random);

// The cool-downs of one account: one cell for the account, a bounded number for its models. Thread-safe: cells are
// relaxed atomics, half-open is taken by one CAS; adding a model's cell takes a lock that readers never take.
class CooldownBoard {
 public:
  static constexpr std::size_t kMaxModels = 64;

  CooldownBoard();
  ~CooldownBoard();
  CooldownBoard(const CooldownBoard&) = delete;
  CooldownBoard& operator=(const CooldownBoard&) = delete;

  // The worst of the account's cell and the model's.
  CooldownStatus Check(std::string_view model, WallTime now) const;
  // Takes the half-open place; true for one caller a deadline. True at once when ready.
  bool TryEnter(std::string_view model, WallTime now);
  // Records a failure in the cell of `error.scope` (model or account; request and provider scopes change nothing).
  // True if the state changed, so that the owner should publish and store it.
  bool OnFailure(std::string_view model, const ErrorDetail& error, WallTime now, RandomSource& random);
  // True if something was cleared.
  bool OnSuccess(std::string_view model);
  void Clear();
  // Cells that are not ready, the account's first; for people and for storage.
  std::vector<CooldownStatus> List(WallTime now) const;
  void Restore(const CooldownStatus& status);

 private:
  struct Cell;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::pool
