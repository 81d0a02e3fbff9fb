#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"

namespace ag::test {

enum class FaultKind {
  kRateHinted,  // 429 that says when it ends
  kRateBare,    // 429 that does not
  kServer,      // 500
  kOverloaded,  // 529
  kConnect,     // nobody answers
  kRevoked,     // 401
  kSlow,        // answers, but late
};

// What is wrong with one account for a while, or with one of its models alone. Faults of one account do not overlap.
struct Fault {
  std::size_t account = 0;
  FaultKind kind = FaultKind::kServer;
  WallTime from{};
  WallTime to{};
  std::string model;  // empty = all
};

// The truth that the pool does not know: how each account's provider would answer at any time. Times must not go back.
class SimulatedProviders {
 public:
  struct Answer {
    std::optional<ErrorDetail> error;
    std::chrono::milliseconds first_byte{0};
    std::chrono::milliseconds total{0};
  };

  SimulatedProviders(std::size_t accounts, std::vector<Fault> faults, RandomSource& random);
  // Requests a day, from midnight UTC.
  void LimitDaily(std::size_t account, int requests) { accounts_[account].daily_limit = requests; }

  Answer Ask(std::size_t account, std::string_view model, WallTime now);
  // Whether Ask would bring an answer.
  bool CouldServe(std::size_t account, std::string_view model, WallTime now);

 private:
  struct Account {
    std::vector<Fault> faults;  // by time
    std::size_t next = 0;       // the first that is not over
    std::optional<int> daily_limit;
    std::chrono::sys_days day{};
    int asked_today = 0;
  };

  const Fault* Current(Account& account, std::string_view model, WallTime now);
  static void CountDay(Account& account, WallTime now);
  Answer Refuse(ErrorKind kind, ErrorScope scope, std::optional<WallTime> until, WallTime now);
  std::chrono::milliseconds Between(int low_ms, int high_ms);

  std::vector<Account> accounts_;
  RandomSource& random_;
};

}  // namespace ag::test
