#include "gatewayd/pool/account_history.h"

#include <absl/strings/numbers.h>

#include <memory>
#include <string>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_row.h"

namespace ag::pool {
namespace {

WallTime FromMillis(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

// Cut between characters: half of one would make the text invalid.
std::string Shortened(std::string text) {
  if (text.size() <= AccountHistory::kLongestText) return text;
  std::size_t end = AccountHistory::kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

// A budget in the columns of an error, which its events have none of: "requests/day", its limit.
void BudgetToRow(const SpentBudget& budget, store::AccountEventRow& row) {
  row.code = std::string(NameOf(budget.measure)).append("/").append(NameOf(budget.period));
  row.text = std::to_string(budget.limit);
}

std::optional<SpentBudget> BudgetFromRow(const store::AccountEventRow& row) {
  const std::string_view code = row.code;
  const auto slash = code.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto measure = MeasureFromName(code.substr(0, slash));
  const auto period = PeriodFromName(code.substr(slash + 1));
  std::int64_t limit = 0;
  if (!measure || !period || !absl::SimpleAtoi(row.text, &limit)) return std::nullopt;
  return SpentBudget{*measure, *period, limit, FromMillis(row.until_ms)};
}

bool IsOfBudget(Signal signal) { return signal == Signal::kBudgetSpent || signal == Signal::kBudgetRenewed; }

store::AccountEventRow ToRow(const AccountId& account, const StatusChange& change, WallTime now) {
  store::AccountEventRow row;
  row.account_id = account.value();
  row.time_ms = Millis(now);
  row.model = change.model;
  row.from_state = std::string(NameOf(change.from));
  row.to_state = std::string(NameOf(change.to));
  row.signal = std::string(NameOf(change.signal));
  row.until_ms = Millis(change.until);
  row.hint = change.hint;
  if (change.budget) {
    BudgetToRow(*change.budget, row);
    return row;
  }
  const ErrorDetail& error = change.error;
  if (error != ErrorDetail()) row.error_kind = std::string(NameOf(error.kind));
  row.http_status = error.http_status;
  if (error.retry_after) row.retry_after_ms = error.retry_after->count();
  row.code = Shortened(error.provider_code);
  row.text = Shortened(error.provider_text);
  return row;
}

AccountEvent FromRow(store::AccountEventRow row) {
  AccountEvent event;
  event.time = FromMillis(row.time_ms);
  event.change.model = std::move(row.model);
  event.change.from = ConditionFromName(row.from_state).value_or(Condition::kReady);
  event.change.to = ConditionFromName(row.to_state).value_or(Condition::kReady);
  event.change.signal = SignalFromName(row.signal).value_or(Signal::kSuccess);
  event.change.until = FromMillis(row.until_ms);
  event.change.hint = row.hint;
  if (IsOfBudget(event.change.signal)) {
    event.change.budget = BudgetFromRow(row);
    return event;
  }
  event.change.error.kind = ErrorKindFromName(row.error_kind).value_or(ErrorKind::kInternal);
  event.change.error.http_status = row.http_status;
  if (row.retry_after_ms) event.change.error.retry_after = std::chrono::milliseconds(*row.retry_after_ms);
  event.change.error.provider_code = std::move(row.code);
  event.change.error.provider_text = std::move(row.text);
  return event;
}

}  // namespace

AccountHistory::AccountHistory(runtime::Shard& control, runtime::BlockingExecutor& writer,
                               store::AccountEventTable& table)
    : control_(control), writer_(writer), table_(table) {}

void AccountHistory::Add(const AccountId& account, const StatusChange& change) {
  if (pending_.size() >= kMostPending) pending_.erase(pending_.begin());
  pending_.push_back(ToRow(account, change, control_.clock().Now()));
  if (!writing_) HandOver();
}

// One batch at a time is with the writer; what comes meanwhile is the next one.
void AccountHistory::HandOver() {
  if (pending_.empty()) return;
  writing_ = true;
  // Shared: the work must be copyable.
  auto rows = std::make_shared<std::vector<store::AccountEventRow>>(std::exchange(pending_, {}));
  writer_.Post([this, rows] {
    const absl::Status written = table_.Append(*rows, kPerAccount, kInAll);
    if (!written.ok()) Log(LogLevel::kError, "the accounts' history was not written: ", written.message());
    control_.Post([this] {
      writing_ = false;
      HandOver();
    });
  });
}

void AccountHistory::List(const AccountId& account, std::int64_t limit,
                          std::function<void(absl::StatusOr<Events>)> done) {
  HandOver();
  writer_.Post([this, account, limit, done = std::move(done)] {
    auto rows = table_.List(account.value(), limit);
    absl::StatusOr<Events> events = Events();
    if (!rows.ok()) {
      events = rows.status();
    } else {
      for (store::AccountEventRow& row : *rows) events->push_back(FromRow(std::move(row)));
    }
    control_.Post([done, events = std::move(events)] { done(events); });
  });
}

void AccountHistory::Remove(const AccountId& account) {
  std::erase_if(pending_, [&](const store::AccountEventRow& row) { return row.account_id == account.value(); });
  writer_.Post([this, account] {
    const absl::Status removed = table_.DeleteOf(account.value());
    if (!removed.ok()) Log(LogLevel::kError, "an account's history was not deleted: ", removed.message());
  });
}

}  // namespace ag::pool
