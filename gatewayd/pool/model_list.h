#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ag::pool {

// The models that a provider lists, to be asked by the names that requests use. Lists name builds; providers also
// answer to the alias without the date (Anthropic, OpenAI), with "-latest", without ":latest" (Ollama), and with a
// ":variant" of a listed name (OpenRouter). Gemini lists "models/<name>". A value; asking costs a hash look-up, however
// long the list.
class ModelList {
 public:
  ModelList() = default;
  explicit ModelList(std::span<const std::string> listed);

  // True also when no list is known, or no model is asked for (a request for a resource).
  bool Answers(std::string_view asked) const;

 private:
  // How a name is known. kWithoutDate, kWithoutLatest: as the beginning of a listed one.
  enum Known : std::uint8_t { kListed = 1, kWithoutDate = 2, kWithoutLatest = 4 };

  bool Knows(std::string_view name, std::uint8_t how) const;

  absl::flat_hash_map<std::string, std::uint8_t> names_;
};

}  // namespace ag::pool
