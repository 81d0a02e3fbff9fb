#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/pool/account_status.h"
#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/store/account_event_table.h"

namespace ag::pool {

struct AccountEvent {
  WallTime time{};
  StatusChange change;
};

// What happened to the accounts, written behind into traffic.db: the control context hands events to the writer's
// thread and never waits for it. A failing database costs events and a line in the log.
class AccountHistory {
 public:
  static constexpr std::int64_t kPerAccount = 500;
  static constexpr std::int64_t kInAll = 20'000;
  // Of events that the writer has not taken yet; more come only while it is stuck. The oldest go first.
  static constexpr std::size_t kMostPending = 2'000;
  // Of a provider's text, which may be a page of HTML.
  static constexpr std::size_t kLongestText = 500;

  // References outlive the history and the writer's queued work. `table` is used on the writer's thread only.
  AccountHistory(runtime::Shard& control, runtime::BlockingExecutor& writer, store::AccountEventTable& table);

  // On the control context.
  void Add(const AccountId& account, const StatusChange& change);
  // The newest events of the account, newest first, with all that was added before. `done` is called on the control
  // context.
  using Events = std::vector<AccountEvent>;
  void List(const AccountId& account, std::int64_t limit, std::function<void(absl::StatusOr<Events>)> done);
  // Hands what is pending to the writer; at the end, before the writer is joined.
  void Flush() { HandOver(); }
  // Forgets a removed account.
  void Remove(const AccountId& account);

 private:
  void HandOver();

  runtime::Shard& control_;
  runtime::BlockingExecutor& writer_;
  store::AccountEventTable& table_;
  std::vector<store::AccountEventRow> pending_;
  bool writing_ = false;
};

}  // namespace ag::pool
