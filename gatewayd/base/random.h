#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ag {

// Where ids, jitter and choices come from; tests give a seeded one. One instance a thread.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual std::uint64_t Next() = 0;
};

// xoshiro256**, seeded from the operating system or by a test. Not for keys: those come from auth/.
class FastRandom final : public RandomSource {
 public:
  FastRandom();
  explicit FastRandom(std::uint64_t seed);
  std::uint64_t Next() override;

 private:
  std::uint64_t state_[4];
};

// `length` characters of [A-Za-z0-9].
std::string RandomToken(RandomSource& random, std::size_t length);

}  // namespace ag
