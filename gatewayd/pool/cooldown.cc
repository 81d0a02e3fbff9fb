#include "gatewayd/pool/cooldown.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

namespace ag::pool {
namespace {

using std::chrono::milliseconds;

// A cell's status as one word, so that a reader sees no half-made change and a writer needs one CAS: until (45 bits:
// until the year 3084), cause, failures, ladder, hint, probing. The word of a probing cell is its holder's ticket: the
// two bits above tell apart those who enter within one millisecond.
constexpr std::int64_t kMaxUntilMs = (std::int64_t{1} << 45) - 1;
constexpr std::uint64_t kReadyWord = 0;
// Milliseconds that a failure may be ahead of the clock: threads read it one after the other.
constexpr std::int64_t kSetBack = 10'000;
static_assert(kErrorKindCount <= 64 && kMaxFailures < 64);

constexpr unsigned kEntryBits = 62;

std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }

std::uint64_t Pack(const AccountStatus& status) {
  if (status == AccountStatus()) return kReadyWord;
  const auto until = static_cast<std::uint64_t>(std::clamp<std::int64_t>(Millis(status.until), 1, kMaxUntilMs));
  return (until << 17U) | (static_cast<std::uint64_t>(status.cause) << 11U) |
         (static_cast<std::uint64_t>(status.failures) << 5U) | (static_cast<std::uint64_t>(status.ladder) << 2U) |
         (status.hint ? 2U : 0U) | (status.condition == Condition::kProbing ? 1U : 0U);
}

AccountStatus Unpack(std::uint64_t word) {
  AccountStatus status;
  if (word == kReadyWord) return status;
  status.cause = static_cast<ErrorKind>((word >> 11U) & 0x3fU);
  status.failures = static_cast<int>((word >> 5U) & 0x3fU);
  status.ladder = static_cast<Ladder>((word >> 2U) & 7U);
  if (status.ladder == Ladder::kStrikes) {  // ready, but warned
    status.cause = ErrorKind::kInternal;
    return status;
  }
  status.condition = (word & 1U) != 0 ? Condition::kProbing : Condition::kCooling;
  status.until = WallTime(milliseconds(static_cast<std::int64_t>(word >> 17U) & kMaxUntilMs));
  status.hint = (word & 2U) != 0;
  return status;
}

CooldownStatus::State StateOf(Condition condition) {
  switch (condition) {
    case Condition::kReady:
      return CooldownStatus::State::kReady;
    case Condition::kHalfOpen:
      return CooldownStatus::State::kHalfOpen;
    case Condition::kProbing:
      return CooldownStatus::State::kHalfOpenTaken;
    default:
      return CooldownStatus::State::kCooling;
  }
}

CooldownStatus ToCooldown(const AccountStatus& at) {
  CooldownStatus status;
  status.state = StateOf(at.condition);
  status.until = at.until;
  status.cause = at.cause;
  status.provider_hint = at.hint;
  if (at.ladder == LadderOf(at.cause)) status.failures = at.failures;
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

}  // namespace

struct CooldownBoard::Impl {
  struct Cell {
    std::atomic<std::uint64_t> word{kReadyWord};
    std::atomic<std::int64_t> failed_ms{std::numeric_limits<std::int64_t>::min()};  // the latest failure

    // What `held`, which was read from the word, is now, after a failure at `failed` (milliseconds). A pause from the
    // future, of before the clock was set back, is over: nobody knows how much of it was left.
    static AccountStatus Present(std::uint64_t held, std::int64_t failed, WallTime now);
    std::int64_t Failed() const { return failed_ms.load(std::memory_order_relaxed); }
    CooldownStatus Status(WallTime now) const {
      const std::uint64_t held = word.load(std::memory_order_relaxed);
      return held == kReadyWord ? CooldownStatus() : ToCooldown(Present(held, Failed(), now));
    }
    struct Entered {
      bool entered = false;
      std::optional<StatusChange> change;
      std::uint64_t ticket = 0;  // 0 = holds no place
    };
    Entered TryEnter(WallTime now, std::atomic<std::uint64_t>& counter);
    void Leave(std::uint64_t ticket, WallTime now);
    std::optional<StatusChange> Fail(Signal signal, const ErrorDetail& error, WallTime now, RandomSource& random,
                                     WallTime renewed);
    std::optional<StatusChange> End(Signal signal, WallTime started, Served served = Served::kWhole);
    void Put(const AccountStatus& status);
  };

  // Side by side: most boards are asked for these two alone.
  Cell account;
  std::atomic<std::size_t> count{0};  // cells ever used
  // A model's cell is found by hash alone: names are chosen by the user and his providers, and two of 64 names with one
  // 64-bit hash would only share a cool-down. 0 marks a free place.
  // The hashes stand apart from the cells: a search reads 512 bytes at most, and nothing while no model ever failed.
  std::array<std::atomic<std::uint64_t>, kMaxModels> hashes{};
  std::array<Cell, kMaxModels> cells;
  std::array<std::atomic<std::uint64_t>, kMaxModels> used_at{};  // stamps of `uses`
  std::atomic<std::uint64_t> uses{0};
  std::atomic<std::uint64_t> entries{0};  // of half-open places

  std::mutex mutex;  // guards names, and who has which cell; readers find cells by their atomic hashes without it
  std::array<std::string, kMaxModels> names;

  std::size_t Find(const ModelKey& model) const;  // kMaxModels = none
  std::size_t FindOrAdd(const ModelKey& model);   // with the mutex held
  void Touch(std::size_t index) {
    used_at[index].store(uses.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

AccountStatus CooldownBoard::Impl::Cell::Present(std::uint64_t held, std::int64_t failed, WallTime now) {
  AccountStatus status = Unpack(held);
  if (failed > Millis(now) + kSetBack && status.until > now) status.until = now;
  return StatusAt(status, now);
}

CooldownBoard::Impl::Cell::Entered CooldownBoard::Impl::Cell::TryEnter(WallTime now,
                                                                       std::atomic<std::uint64_t>& counter) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  if (old == kReadyWord) return {true, {}, 0};
  std::int64_t failed = Failed();
  const AccountStatus before = Present(old, failed, now);
  if (before.condition == Condition::kReady) return {true, {}, 0};
  const AccountStatus after = Apply(before, Signal::kProbeTaken, now);
  if (after.condition != Condition::kProbing || before.condition == Condition::kProbing) return {};
  const std::uint64_t ticket = Pack(after) | (counter.fetch_add(1, std::memory_order_relaxed) << kEntryBits);
  // One try: whoever loses it has met another probe or a fresh failure, unless a success came between.
  if (!word.compare_exchange_strong(old, ticket, std::memory_order_relaxed)) return {old == kReadyWord, {}, 0};
  // That the clock was set back is known now; this request's success is to count.
  if (failed > Millis(now) + kSetBack) {
    failed_ms.compare_exchange_strong(failed, Millis(now), std::memory_order_relaxed);
  }
  return {true, Difference(before, after, Signal::kProbeTaken, ErrorDetail()), ticket};
}

void CooldownBoard::Impl::Cell::Leave(std::uint64_t ticket, WallTime now) {
  if (ticket == 0) return;
  const AccountStatus after = Apply(Unpack(ticket), Signal::kProbeLeft, now);
  word.compare_exchange_strong(ticket, Pack(after), std::memory_order_relaxed);
}

std::optional<StatusChange> CooldownBoard::Impl::Cell::Fail(Signal signal, const ErrorDetail& error, WallTime now,
                                                            RandomSource& random, WallTime renewed) {
  // Before the word: who sees the new deadline must not clear it with an older request's success.
  const std::int64_t before_this = Failed();
  std::int64_t last = before_this;
  const auto newer = [&] { return last < Millis(now) || last > Millis(now) + kSetBack; };
  while (newer() && !failed_ms.compare_exchange_weak(last, Millis(now), std::memory_order_relaxed)) {
  }
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (true) {
    const AccountStatus before = Present(old, before_this, now);
    const AccountStatus after = Apply(before, signal, error, now, random, renewed);
    if (before == after) return std::nullopt;
    if (word.compare_exchange_weak(old, Pack(after), std::memory_order_relaxed)) {
      return Difference(before, after, signal, error);
    }
  }
}

std::optional<StatusChange> CooldownBoard::Impl::Cell::End(Signal signal, WallTime started, Served served) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (old != kReadyWord) {
    if (Millis(started) < failed_ms.load(std::memory_order_relaxed)) return std::nullopt;
    if (served == Served::kBegun && Unpack(old).ladder == Ladder::kStrikes) return std::nullopt;
    if (word.compare_exchange_weak(old, kReadyWord, std::memory_order_relaxed)) {
      return Difference(Unpack(old), AccountStatus(), signal, ErrorDetail());
    }
  }
  return std::nullopt;
}

// Combines with what is there by the later deadline.
void CooldownBoard::Impl::Cell::Put(const AccountStatus& status) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (old == kReadyWord || Unpack(old).until < status.until) {
    if (word.compare_exchange_weak(old, Pack(status), std::memory_order_relaxed)) return;
  }
}

std::size_t CooldownBoard::Impl::Find(const ModelKey& model) const {
  const std::size_t size = count.load(std::memory_order_acquire);
  if (size == 0 || model.name().empty()) return kMaxModels;
  for (std::size_t i = 0; i < size; ++i) {
    if (hashes[i].load(std::memory_order_acquire) == model.hash()) return i;
  }
  return kMaxModels;
}

std::size_t CooldownBoard::Impl::FindOrAdd(const ModelKey& model) {
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
  names[index] = std::string(model.name());
  hashes[index].store(model.hash(), std::memory_order_release);
  if (grows) count.store(index + 1, std::memory_order_release);
  return index;
}

CooldownBoard::CooldownBoard() : impl_(std::make_unique<Impl>()) {}
CooldownBoard::~CooldownBoard() = default;

CooldownStatus CooldownBoard::Check(const ModelKey& model, WallTime now) const {
  const CooldownStatus status = impl_->account.Status(now);
  const std::size_t index = impl_->Find(model);
  if (index == kMaxModels) return status;
  const CooldownStatus of_model = impl_->cells[index].Status(now);
  return IsWorse(of_model, status) ? of_model : status;
}

CooldownBoard::Entry CooldownBoard::TryEnter(const ModelKey& model, WallTime now) {
  const std::size_t index = impl_->Find(model);
  Impl::Cell::Entered of_model{true, {}, 0};
  if (index != kMaxModels) {
    impl_->Touch(index);
    of_model = impl_->cells[index].TryEnter(now, impl_->entries);
    if (!of_model.entered) return {};
  }
  Impl::Cell::Entered of_account = impl_->account.TryEnter(now, impl_->entries);
  if (!of_account.entered) {
    if (index != kMaxModels) impl_->cells[index].Leave(of_model.ticket, now);
    return {};
  }
  if (of_model.change) of_model.change->model = std::string(model.name());
  auto& change = of_model.change ? of_model.change : of_account.change;
  return {true, std::move(change), {of_account.ticket, of_model.ticket}};
}

void CooldownBoard::Leave(const ModelKey& model, const HalfOpenTicket& ticket, WallTime now) {
  impl_->account.Leave(ticket.account, now);
  if (ticket.model == 0) return;
  const std::size_t index = impl_->Find(model);
  if (index != kMaxModels) impl_->cells[index].Leave(ticket.model, now);
}

std::optional<StatusChange> CooldownBoard::OnFailure(const ModelKey& model, const ErrorDetail& error, WallTime now,
                                                     RandomSource& random, const HalfOpenTicket& ticket,
                                                     WallTime renewed) {
  const std::optional<Signal> signal = SignalOf(error);
  if (!signal || NextCondition(Condition::kReady, *signal) != Condition::kCooling) {
    Leave(model, ticket, now);
    return std::nullopt;
  }
  if (error.scope != ErrorScope::kModel || model.name().empty()) {
    std::optional<StatusChange> change = impl_->account.Fail(*signal, error, now, random, renewed);
    Leave(model, {0, ticket.model}, now);
    return change;
  }
  impl_->account.Leave(ticket.account, now);
  const std::lock_guard lock(impl_->mutex);
  const std::size_t index = impl_->FindOrAdd(model);
  impl_->Touch(index);
  std::optional<StatusChange> change = impl_->cells[index].Fail(*signal, error, now, random, renewed);
  if (change) change->model = std::string(model.name());
  return change;
}

std::vector<StatusChange> CooldownBoard::OnSuccess(const ModelKey& model, WallTime started, Served served) {
  std::vector<StatusChange> ended;
  if (auto of_account = impl_->account.End(Signal::kSuccess, started, served)) ended.push_back(*std::move(of_account));
  std::size_t index = impl_->Find(model);
  if (index == kMaxModels || impl_->cells[index].word.load(std::memory_order_relaxed) == kReadyWord) return ended;
  const std::lock_guard lock(impl_->mutex);
  index = impl_->Find(model);  // once more: the cell may have gone to another model meanwhile
  if (index == kMaxModels) return ended;
  if (auto of_model = impl_->cells[index].End(Signal::kSuccess, started, served)) {
    of_model->model = std::string(model.name());
    ended.push_back(*std::move(of_model));
  }
  return ended;
}

void CooldownBoard::HalfOpen(ErrorKind cause, WallTime now) {
  AccountStatus status;
  status.condition = Condition::kHalfOpen;
  status.until = now;
  status.cause = cause;
  auto& word = impl_->account.word;
  std::uint64_t old = word.load(std::memory_order_relaxed);
  while (Unpack(old).condition == Condition::kReady) {  // warned or not
    if (word.compare_exchange_weak(old, Pack(status), std::memory_order_relaxed)) return;
  }
}

std::vector<StatusChange> CooldownBoard::Clear(std::string_view model, Signal signal) {
  std::vector<StatusChange> ended;
  const auto end = [&ended, signal](Impl::Cell& cell, const std::string& name) {
    std::optional<StatusChange> change = cell.End(signal, WallTime::max());
    if (!change) return;
    change->model = name;
    ended.push_back(*std::move(change));
  };
  const std::lock_guard lock(impl_->mutex);
  if (model.empty()) end(impl_->account, {});
  const std::size_t size = impl_->count.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < size; ++i) {
    if (model.empty() || impl_->names[i] == model) end(impl_->cells[i], impl_->names[i]);
  }
  return ended;
}

std::vector<ListedCooldown> CooldownBoard::List(WallTime now) const {
  std::vector<ListedCooldown> list;
  const CooldownStatus of_account = impl_->account.Status(now);
  if (of_account.state != CooldownStatus::State::kReady) list.push_back({of_account, {}});
  const std::lock_guard lock(impl_->mutex);
  const std::size_t size = impl_->count.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < size; ++i) {
    const CooldownStatus of_model = impl_->cells[i].Status(now);
    if (of_model.state != CooldownStatus::State::kReady) list.push_back({of_model, impl_->names[i]});
  }
  return list;
}

void CooldownBoard::Restore(const ListedCooldown& status) {
  if (status.state == CooldownStatus::State::kReady) return;
  AccountStatus stored;
  stored.condition = Condition::kCooling;
  stored.until = status.until;
  stored.cause = status.cause;
  stored.hint = status.provider_hint;
  stored.ladder = LadderOf(status.cause);
  stored.failures = stored.ladder == Ladder::kNone ? 0 : std::clamp(status.failures, 1, kMaxFailures);
  if (status.model.empty()) {
    impl_->account.Put(stored);
    return;
  }
  const std::lock_guard lock(impl_->mutex);
  const std::size_t index = impl_->FindOrAdd(status.model);
  impl_->Touch(index);
  impl_->cells[index].Put(stored);
}

}  // namespace ag::pool
