#pragma once

#include <cstdint>
#include <optional>

#include "gatewayd/pool/scheduler.h"

// Private to the scheduler: whether one account can serve one request now.
namespace ag::pool {

struct Verdict {
  std::optional<RejectReason> reason;  // none: it can
  Dialect dialect = Dialect::kChat;    // that it would be asked in; known from kModelNotListed on
  // When the account is back, if the reason passes; until when a fact counts; of one that may try again now, since
  // when. The epoch: none of these.
  WallTime until{};
  bool hinted = false;  // `until` is the provider's or a limit's word, not our guess
};

// True for reasons that end by themselves.
bool IsPassing(RejectReason reason);

// Judges for one request at one time. Its arguments outlive it.
class Judge {
 public:
  Judge(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now)
      : snapshot_(snapshot), traits_(traits), now_(now) {}

  // An account of the candidate's preset or family, for the candidate's model. Whether it was tried is another
  // question.
  Verdict Of(PoolIndex::Position position, const Candidate& candidate);
  // Whether the account is of the candidate's preset or family.
  bool Serves(PoolIndex::Position position, const Candidate& candidate) const;
  bool WasTried(PoolIndex::Position position, const Candidate& candidate) const;
  // The candidate's model, hashed once for all accounts.
  const ModelKey& KeyOf(const Candidate& candidate) { return Wanted(candidate).key; }

 private:
  std::optional<RejectReason> OfAccount(PoolIndex::Position position, const Candidate& candidate) const;
  std::optional<Dialect> DialectOf(const PoolIndex::Row& row) const;
  // What was found out about the candidate that is asked about, and is the same for each account.
  struct Asking {
    const Candidate* candidate = nullptr;
    ModelKey key;
    std::uint64_t bit = 0;  // AccountFacts::BitOf
    // The latest answer about a list of models: most accounts of a preset have the same one.
    const ModelList* list = nullptr;
    bool listed = false;
  };

  Asking& Wanted(const Candidate& candidate);
  static bool ListsModel(const PoolIndex::Row& row, Asking& wanted);
  void AskFacts(PoolIndex::Position position, const Candidate& candidate, Verdict& verdict) const;
  void AskCooldowns(const PooledAccount& pooled, const ModelKey& model, Verdict& verdict) const;
  void AskLimits(PoolIndex::Position position, const ModelKey& model, Verdict& verdict) const;

  const PoolSnapshot& snapshot_;
  const RequestTraits& traits_;
  const WallTime now_;
  Asking asking_;
};

// How long an account's streams take to begin, in microseconds. One whose speed is not known gets one request to
// measure it by: it counts as the quickest until then.
std::int64_t ExpectedFirstByte(const AccountCounters& counters, WallTime now);
// Within a tenth of the quickest the load decides.
constexpr bool ClearlySlower(std::int64_t taken, std::int64_t quickest) { return 10 * (taken - quickest) > taken; }

// How near an account came to being chosen: the reason that is told when its candidates fail for different ones.
int Nearness(RejectReason reason);

}  // namespace ag::pool
