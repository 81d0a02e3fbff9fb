#include "gatewayd/pool/cooldown.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kHintCap = hours(6);

// Failures of one ladder climb it together; the ladders do not push each other up.
enum class Ladder : std::uint8_t { kNone, kRate, kQuota, kNetwork };

Ladder LadderOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRateMinute:
      return Ladder::kRate;
    case ErrorKind::kQuotaDay:
    case ErrorKind::kBilling:
      return Ladder::kQuota;
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      return Ladder::kNetwork;
    default:
      return Ladder::kNone;
  }
}

bool IsCapacity(ErrorKind kind) { return kind == ErrorKind::kOverloaded || kind == ErrorKind::kUpstreamServer; }

// `first` doubled for each further failure, at most `cap`.
milliseconds Rung(milliseconds first, milliseconds cap, int failures) {
  milliseconds rung = first;
  for (int i = 1; i < failures && rung < cap; ++i) rung *= 2;
  return std::min(rung, cap);
}

milliseconds Between(milliseconds low, milliseconds high, RandomSource& random) {
  const auto span = static_cast<std::uint64_t>((high - low).count()) + 1;
  return low + milliseconds(static_cast<std::int64_t>(random.Next() % span));
}

// Everything that a cell knows, as one word, so that a reader sees no half-made change and a writer needs one CAS.
struct CellState {
  std::int64_t until_ms = 0;  // 45 bits: until the year 3084. While probing: when the half-open place is free again
  ErrorKind cause = ErrorKind::kInternal;
  int failures = 0;  // on `ladder`, saturated
  Ladder ladder = Ladder::kNone;
  bool hint = false;
  bool probing = false;  // one request has the half-open place
};

constexpr int kMaxFailures = 63;
constexpr std::int64_t kMaxUntilMs = (std::int64_t{1} << 45) - 1;
constexpr std::uint64_t kReadyWord = 0;

std::uint64_t Pack(const CellState& state) {
  const auto until = static_cast<std::uint64_t>(std::clamp<std::int64_t>(state.until_ms, 1, kMaxUntilMs));
  return (until << 18U) | (static_cast<std::uint64_t>(state.cause) << 10U) |
         (static_cast<std::uint64_t>(state.failures) << 4U) | (static_cast<std::uint64_t>(state.ladder) << 2U) |
         (state.hint ? 2U : 0U) | (state.probing ? 1U : 0U);
}

CellState Unpack(std::uint64_t word) {
  CellState state;
  state.until_ms = static_cast<std::int64_t>(word >> 18U);
  state.cause = static_cast<ErrorKind>((word >> 10U) & 0xffU);
  state.failures = static_cast<int>((word >> 4U) & 0x3fU);
  state.ladder = static_cast<Ladder>((word >> 2U) & 3U);
  state.hint = (word & 2U) != 0;
  state.probing = (word & 1U) != 0;
  return state;
}

std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }

CooldownStatus StatusOf(std::uint64_t word, std::int64_t now_ms) {
  CooldownStatus status;
  if (word == kReadyWord) return status;
  const CellState state = Unpack(word);
  status.until = WallTime(milliseconds(state.until_ms));
  status.cause = state.cause;
  status.provider_hint = state.hint;
  const bool waiting = now_ms < state.until_ms;
  if (!waiting) {
    status.state = CooldownStatus::State::kHalfOpen;
  } else {
    status.state = state.probing ? CooldownStatus::State::kHalfOpenTaken : CooldownStatus::State::kCooling;
  }
  return status;
}

int Severity(CooldownStatus::State state) {
  switch (state) {
    case CooldownStatus::State::kReady:
      return 0;
    case CooldownStatus::State::kHalfOpen:
      return 1;
    case CooldownStatus::State::kHalfOpenTaken:
      return 2;
    case CooldownStatus::State::kCooling:
      return 3;
  }
  return 0;
}

bool IsWorse(const CooldownStatus& a, const CooldownStatus& b) {
  const int left = Severity(a.state);
  const int right = Severity(b.state);
  return left != right ? left > right : a.until > b.until;
}

// FNV-1a. A model's cell is found by hash alone: names are chosen by the user and his providers, and two of 64 names
// with one 64-bit hash would only share a cool-down. Never 0, which marks a free place.
std::uint64_t HashOf(std::string_view model) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : model) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash == 0 ? 1 : hash;
}

// The state after one more failure, or `word` itself when nothing changes.
std::uint64_t Failed(std::uint64_t word, const ErrorDetail& error, WallTime now, RandomSource& random) {
  const CellState old = word == kReadyWord ? CellState{} : Unpack(word);
  const std::int64_t now_ms = Millis(now);
  const bool cooling = word != kReadyWord && !old.probing && now_ms < old.until_ms;
  CellState next;
  next.cause = error.kind;
  next.ladder = LadderOf(error.kind);
  if (next.ladder == Ladder::kNone) {  // capacity: keeps what other ladders have counted, adds nothing
    next.ladder = old.ladder;
    next.failures = old.failures;
  } else if (next.ladder != old.ladder) {
    next.failures = 1;
  } else {
    next.failures = cooling ? old.failures : std::min(old.failures + 1, kMaxFailures);
  }
  const milliseconds length = CooldownFor(error, IsCapacity(error.kind) ? 1 : next.failures, random);
  next.until_ms = now_ms + length.count();
  next.hint = error.retry_after.has_value() && error.retry_after->count() > 0;
  if (cooling && old.until_ms >= next.until_ms) return word;
  return Pack(next);
}

}  // namespace

milliseconds CooldownFor(const ErrorDetail& error, int failures_in_a_row, RandomSource& random) {
  const Ladder ladder = LadderOf(error.kind);
  if (ladder == Ladder::kNone && !IsCapacity(error.kind)) return milliseconds(0);
  // "Retry-After: 0" promises nothing: the ladder knows better.
  if (error.retry_after && error.retry_after->count() > 0) return std::min(*error.retry_after, kHintCap);
  switch (ladder) {
    case Ladder::kRate:
      return Between(milliseconds(1), Rung(seconds(1), seconds(60), failures_in_a_row), random);
    case Ladder::kQuota:
      return Rung(minutes(5), hours(6), failures_in_a_row);
    case Ladder::kNetwork:
      return Rung(seconds(1), seconds(30), failures_in_a_row);
    case Ladder::kNone:
      break;
  }
  return Between(seconds(1), seconds(5), random);
}

struct CooldownBoard::Impl {
  struct Cell {
    std::atomic<std::uint64_t> word{kReadyWord};
    std::atomic<std::int64_t> failed_ms{std::numeric_limits<std::int64_t>::min()};  // the latest failure

    CooldownStatus Status(WallTime now) const { return StatusOf(word.load(std::memory_order_relaxed), Millis(now)); }
    bool TryEnter(WallTime now);
    void Leave(WallTime now);
    bool Fail(const ErrorDetail& error, WallTime now, RandomSource& random);
    bool Succeed(WallTime started);
    void Restore(const CooldownStatus& status);
  };

  Cell account;
  // The hashes stand apart from the cells: a search reads 512 bytes at most, and nothing while no model ever failed.
  std::array<std::atomic<std::uint64_t>, kMaxModels> hashes{};
  std::array<Cell, kMaxModels> cells;
  std::array<std::atomic<std::uint64_t>, kMaxModels> used_at{};  // stamps of `uses`
  std::atomic<std::size_t> count{0};                             // cells ever used
  std::atomic<std::uint64_t> uses{0};

  std::mutex mutex;  // guards names, and who has which cell; readers find cells by their atomic hashes without it
  std::array<std::string, kMaxModels> names;

  std::size_t Find(std::string_view model) const;  // kMaxModels = none
  std::size_t FindOrAdd(std::string_view model);   // with the mutex held
  void Touch(std::size_t index) {
    used_at[index].store(uses.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

bool CooldownBoard::Impl::Cell::TryEnter(WallTime now) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  if (old == kReadyWord) return true;
  CellState state = Unpack(old);
  if (Millis(now) < state.until_ms) return false;
  state.probing = true;
  state.until_ms = Millis(now) + milliseconds(kProbeLease).count();
  // One try: whoever loses it has met another probe or a fresh failure, unless a success came between.
  if (word.compare_exchange_strong(old, Pack(state), std::memory_order_relaxed)) return true;
  return old == kReadyWord;
}

void CooldownBoard::Impl::Cell::Leave(WallTime now) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  if (old == kReadyWord) return;
  CellState state = Unpack(old);
  if (!state.probing) return;
  state.probing = false;
  state.until_ms = std::min(state.until_ms, Millis(now));
  word.compare_exchange_strong(old, Pack(state), std::memory_order_relaxed);
}

bool CooldownBoard::Impl::Cell::Fail(const ErrorDetail& error, WallTime now, RandomSource& random) {
  // Before the word: who sees the new deadline must not clear it with an older request's success.
  std::int64_t last = failed_ms.load(std::memory_order_relaxed);
  while (last < Millis(now) && !failed_ms.compare_exchange_weak(last, Millis(now), std::memory_order_relaxed)) {
  }
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (true) {
    const std::uint64_t next = Failed(old, error, now, random);
    if (next == old) return false;
    if (word.compare_exchange_weak(old, next, std::memory_order_relaxed)) return true;
  }
}

bool CooldownBoard::Impl::Cell::Succeed(WallTime started) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (old != kReadyWord) {
    if (Millis(started) < failed_ms.load(std::memory_order_relaxed)) return false;
    if (word.compare_exchange_weak(old, kReadyWord, std::memory_order_relaxed)) return true;
  }
  return false;
}

void CooldownBoard::Impl::Cell::Restore(const CooldownStatus& status) {
  if (status.state == CooldownStatus::State::kReady) return;
  CellState state;
  state.until_ms = Millis(status.until);
  state.cause = status.cause;
  state.ladder = LadderOf(status.cause);
  state.failures = state.ladder == Ladder::kNone ? 0 : 1;
  state.hint = status.provider_hint;
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (old == kReadyWord || Unpack(old).until_ms < state.until_ms) {
    if (word.compare_exchange_weak(old, Pack(state), std::memory_order_relaxed)) return;
  }
}

std::size_t CooldownBoard::Impl::Find(std::string_view model) const {
  const std::size_t size = count.load(std::memory_order_acquire);
  if (size == 0 || model.empty()) return kMaxModels;
  const std::uint64_t hash = HashOf(model);
  for (std::size_t i = 0; i < size; ++i) {
    if (hashes[i].load(std::memory_order_acquire) == hash) return i;
  }
  return kMaxModels;
}

std::size_t CooldownBoard::Impl::FindOrAdd(std::string_view model) {
  std::size_t index = Find(model);
  if (index != kMaxModels) return index;
  index = count.load(std::memory_order_relaxed);
  const bool grows = index < kMaxModels;
  if (!grows) {
    const auto oldest = std::min_element(used_at.begin(), used_at.end(), [](const auto& a, const auto& b) {
      return a.load(std::memory_order_relaxed) < b.load(std::memory_order_relaxed);
    });
    index = static_cast<std::size_t>(oldest - used_at.begin());
    hashes[index].store(0, std::memory_order_relaxed);
    cells[index].word.store(kReadyWord, std::memory_order_relaxed);
    cells[index].failed_ms.store(std::numeric_limits<std::int64_t>::min(), std::memory_order_relaxed);
  }
  names[index] = std::string(model);
  hashes[index].store(HashOf(model), std::memory_order_release);
  if (grows) count.store(index + 1, std::memory_order_release);
  return index;
}

CooldownBoard::CooldownBoard() : impl_(std::make_unique<Impl>()) {}
CooldownBoard::~CooldownBoard() = default;

CooldownStatus CooldownBoard::Check(std::string_view model, WallTime now) const {
  CooldownStatus status = impl_->account.Status(now);
  const std::size_t index = impl_->Find(model);
  if (index == kMaxModels) return status;
  CooldownStatus of_model = impl_->cells[index].Status(now);
  if (!IsWorse(of_model, status)) return status;
  of_model.model = std::string(model);
  return of_model;
}

bool CooldownBoard::TryEnter(std::string_view model, WallTime now) {
  const std::size_t index = impl_->Find(model);
  if (index == kMaxModels) return impl_->account.TryEnter(now);
  auto& cell = impl_->cells[index];
  impl_->Touch(index);
  if (!cell.TryEnter(now)) return false;
  if (impl_->account.TryEnter(now)) return true;
  cell.Leave(now);
  return false;
}

void CooldownBoard::Leave(std::string_view model, WallTime now) {
  impl_->account.Leave(now);
  const std::size_t index = impl_->Find(model);
  if (index != kMaxModels) impl_->cells[index].Leave(now);
}

bool CooldownBoard::OnFailure(std::string_view model, const ErrorDetail& error, WallTime now, RandomSource& random) {
  const bool cools = LadderOf(error.kind) != Ladder::kNone || IsCapacity(error.kind);
  const bool of_account = error.scope == ErrorScope::kAccount || (error.scope == ErrorScope::kModel && model.empty());
  if (!cools || (!of_account && error.scope != ErrorScope::kModel)) {
    Leave(model, now);
    return false;
  }
  if (of_account) {
    const bool changed = impl_->account.Fail(error, now, random);
    const std::size_t index = impl_->Find(model);
    if (index != kMaxModels) impl_->cells[index].Leave(now);
    return changed;
  }
  impl_->account.Leave(now);
  const std::lock_guard lock(impl_->mutex);
  const std::size_t index = impl_->FindOrAdd(model);
  impl_->Touch(index);
  return impl_->cells[index].Fail(error, now, random);
}

bool CooldownBoard::OnSuccess(std::string_view model, WallTime started) {
  const bool cleared = impl_->account.Succeed(started);
  std::size_t index = impl_->Find(model);
  if (index == kMaxModels || impl_->cells[index].word.load(std::memory_order_relaxed) == kReadyWord) return cleared;
  const std::lock_guard lock(impl_->mutex);
  index = impl_->Find(model);  // once more: the cell may have gone to another model meanwhile
  return (index != kMaxModels && impl_->cells[index].Succeed(started)) || cleared;
}

void CooldownBoard::Clear() {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.Succeed(WallTime::max());
  const std::size_t size = impl_->count.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < size; ++i) impl_->cells[i].Succeed(WallTime::max());
}

std::vector<CooldownStatus> CooldownBoard::List(WallTime now) const {
  std::vector<CooldownStatus> list;
  CooldownStatus status = impl_->account.Status(now);
  if (status.state != CooldownStatus::State::kReady) list.push_back(std::move(status));
  const std::lock_guard lock(impl_->mutex);
  const std::size_t size = impl_->count.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < size; ++i) {
    status = impl_->cells[i].Status(now);
    if (status.state == CooldownStatus::State::kReady) continue;
    status.model = impl_->names[i];
    list.push_back(std::move(status));
  }
  return list;
}

void CooldownBoard::Restore(const CooldownStatus& status) {
  if (status.model.empty()) {
    impl_->account.Restore(status);
    return;
  }
  const std::lock_guard lock(impl_->mutex);
  const std::size_t index = impl_->FindOrAdd(status.model);
  impl_->Touch(index);
  impl_->cells[index].Restore(status);
}

}  // namespace ag::pool
