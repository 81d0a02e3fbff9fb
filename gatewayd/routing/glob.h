#pragma once

#include <cstddef>
#include <string_view>

namespace ag::routing {

// A pattern with '*' (any text) and '?' (one character); everything else is literal. Case matters, as in model names.
bool IsGlob(std::string_view pattern);
bool GlobMatches(std::string_view pattern, std::string_view name);
// How much of a name the pattern pins down: its literal and '?' characters.
std::size_t LiteralCount(std::string_view pattern);

}  // namespace ag::routing
