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
#include "gatewayd/pool/account_status.h"
#include "gatewayd/pool/model_key.h"

namespace ag::pool {

// Whether an account may be asked for a model now, and why not. What follows from what is account_status.h's.
struct CooldownStatus {
  enum class State : std::uint8_t { kReady, kCooling, kHalfOpen, kHalfOpenTaken };
  State state = State::kReady;
  WallTime until{};  // kCooling
  ErrorKind cause = ErrorKind::kInternal;
  bool provider_hint = false;  // `until` came from the provider
  int failures = 0;            // in a row, of the cause's ladder; 0 = the cause has none
};

// The same of one model, for people and for storage.
struct ListedCooldown : CooldownStatus {
  std::string model;  // empty = the whole account
};

// The half-open places that one request holds: of its account, of its model. Good for one entry only: whoever enters
// after a kProbeLease has another, and the first can no longer give the place back. A value; the default holds none.
struct HalfOpenTicket {
  std::uint64_t account = 0;
  std::uint64_t model = 0;
};

// The cool-downs of one account (or of one quota group): one cell for the account, a bounded number for its models.
// Thread-safe: a cell is one atomic word, half-open is taken by one CAS; what adds, clears or lists model cells takes a
// lock that Check and TryEnter never take. When all model cells are in use, the least recently used one is recycled.
class CooldownBoard {
 public:
  static constexpr std::size_t kMaxModels = 64;
  static constexpr std::chrono::seconds kProbeLease = pool::kProbeLease;

  CooldownBoard();
  ~CooldownBoard();
  CooldownBoard(const CooldownBoard&) = delete;
  CooldownBoard& operator=(const CooldownBoard&) = delete;

  // The worst of the account's cell and the model's.
  CooldownStatus Check(const ModelKey& model, WallTime now) const;
  // Whether a request may go now. True at once when ready; true with a change and a ticket for the one that takes the
  // half-open place, once a deadline (or a kProbeLease).
  struct Entry {
    bool entered = false;
    std::optional<StatusChange> change;  // to kProbing, for the history
    HalfOpenTicket ticket;
    explicit operator bool() const { return entered; }
  };
  Entry TryEnter(const ModelKey& model, WallTime now);
  // Gives the places of the ticket back without a word about the account: the client left, the request was at fault.
  void Leave(const ModelKey& model, const HalfOpenTicket& ticket, WallTime now);
  // Records a failure in the cell of `error.scope` (the model's; the account's for account and provider). What says
  // nothing of them (SignalOf), and refusals of the credential, which are the account's own and not its quota group's,
  // only give the places of the ticket back. The change, if there is one, is to be told to the owner, who stores it.
  // `ticket`: the failed request's. `renewed`: when what has failed is given anew, if that is known without the
  // provider's word (Apply).
  std::optional<StatusChange> OnFailure(const ModelKey& model, const ErrorDetail& error, WallTime now,
                                        RandomSource& random, const HalfOpenTicket& ticket = HalfOpenTicket(),
                                        WallTime renewed = WallTime::max());
  // How far a request came: to its first content, or to its end.
  enum class Served : std::uint8_t { kBegun, kWhole };
  // Clears the model's cell and the account's; but a stream that has only begun may still break off, and takes back no
  // strike (kStrikes). A request that `started` before a cell's latest failure proves nothing about it and leaves it
  // alone. What that has ended, the account's pause first.
  std::vector<StatusChange> OnSuccess(const ModelKey& model, WallTime started = WallTime::max(),
                                      Served served = Served::kWhole);
  // Lets one request try before all others, after a refusal of `cause` that may be over. Nothing when the account's
  // cell is not ready: then that happens anyway.
  void HalfOpen(ErrorKind cause, WallTime now);
  // Ends the pause of one model, or with an empty name of the account and all of its models, for `signal`. What was
  // ended, the account's first.
  std::vector<StatusChange> Clear(std::string_view model = {}, Signal signal = Signal::kCleared);
  // Cells that are not ready, the account's first; for people and for storage.
  std::vector<ListedCooldown> List(WallTime now) const;
  // Puts a listed status back after a restart; combines with what is there by the later deadline.
  void Restore(const ListedCooldown& status);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::pool
