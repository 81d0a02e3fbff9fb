#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

// Hashes whose values are the same on each shard and after a restart: where a conversation lives depends on them.
namespace ag::pool {

// splitmix64's finaliser: one changed bit changes half of the result. https://prng.di.unimi.it/splitmix64.c
constexpr std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

// Eight bytes a step. Not for hash tables that strangers fill.
inline std::uint64_t HashOf(std::string_view text) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = text.size() * kFactor;
  const auto add = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32U;
  };
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    add(word);
    text.remove_prefix(sizeof(word));
  }
  if (!text.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), text.size());
    add(word);
  }
  return Mix(hash);
}

}  // namespace ag::pool
