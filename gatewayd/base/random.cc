#include "gatewayd/base/random.h"

#include <bit>
#include <random>
#include <string_view>

namespace ag {
namespace {

// splitmix64 spreads one seed over the state: https://prng.di.unimi.it/splitmix64.c (public domain algorithm).
std::uint64_t SplitMix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15U;
  std::uint64_t z = x;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::uint64_t SystemSeed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace

FastRandom::FastRandom() : FastRandom(SystemSeed()) {}

FastRandom::FastRandom(std::uint64_t seed) : state_{} {
  for (auto& word : state_) word = SplitMix(seed);
}

std::uint64_t FastRandom::Next() {
  const std::uint64_t result = std::rotl(state_[1] * 5U, 7) * 9U;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::string RandomToken(RandomSource& random, std::size_t length) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string token(length, '\0');
  for (char& c : token) c = kAlphabet[random.Next() % kAlphabet.size()];
  return token;
}

}  // namespace ag
