#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ag::pool {

// Where conversations live: a table of many slots, each owned by one member, as Maglev spreads connections over its
// backends (Eisenbud et al., NSDI 2016, section 3.4, https://www.usenix.org/conference/nsdi16/technical-sessions/
// presentation/eisenbud), with weights. A look-up is one read. Slots follow the weights within 1/64; a member that
// joins or leaves moves its own conversations and few others (docs/adr/0010). Made of the members alone: the same on
// each shard and after a restart. Immutable.
class HomeTable {
 public:
  struct Member {
    std::uint64_t id_hash = 0;
    std::uint32_t weight = 1;  // > 0
    friend bool operator==(const Member&, const Member&) = default;
  };

  // `members` is not empty, and in an order that depends on nothing but who they are. About 64 slots a member.
  explicit HomeTable(std::vector<Member> members);

  // The index of a member.
  std::uint32_t HomeOf(std::uint64_t conversation) const { return slots_[conversation & (slots_.size() - 1)]; }
  const std::vector<Member>& members() const { return members_; }

 private:
  void Fill();

  std::vector<Member> members_;
  std::vector<std::uint32_t> slots_;  // a power of two of them
};

}  // namespace ag::pool
