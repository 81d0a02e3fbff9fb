#pragma once

#include <string>
#include <string_view>

namespace ag::auth {

// Appends "name=value", percent-encoded as application/x-www-form-urlencoded, after an "&" where one is due.
void AppendPair(std::string& out, std::string_view name, std::string_view value);

}  // namespace ag::auth
