#include "gatewayd/base/dialect.h"

#include <array>
#include <cstddef>

namespace ag {
namespace {

constexpr std::array<std::string_view, kDialectCount> kDialects{"chat", "completions", "responses", "messages",
                                                                "gemini"};
constexpr std::array<std::string_view, 3> kFamilies{"openai", "anthropic", "gemini"};
constexpr std::array<std::string_view, 8> kOperations{"generate",  "generate_stream", "count_tokens", "list_models",
                                                      "get_model", "embed",           "batch_embed",  "other"};

template <typename Enum, std::size_t N>
std::optional<Enum> FromName(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view NameOf(Dialect dialect) { return kDialects[static_cast<std::size_t>(dialect)]; }
std::string_view NameOf(Family family) { return kFamilies[static_cast<std::size_t>(family)]; }
std::string_view NameOf(Operation operation) { return kOperations[static_cast<std::size_t>(operation)]; }
std::optional<Dialect> DialectFromName(std::string_view name) { return FromName<Dialect>(kDialects, name); }
std::optional<Family> FamilyFromName(std::string_view name) { return FromName<Family>(kFamilies, name); }
std::optional<Operation> OperationFromName(std::string_view name) { return FromName<Operation>(kOperations, name); }

}  // namespace ag
