#include "gatewayd/pool/account.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, 4> kStates{"ready", "needs_sign_in", "forbidden", "disabled"};

}  // namespace

std::string_view NameOf(AccountState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<AccountState> AccountStateFromName(std::string_view name) {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<AccountState>(found - kStates.begin());
}

}  // namespace ag::pool
