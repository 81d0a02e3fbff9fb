#pragma once

#include <string>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

// The members of a proxy's status, into an open object.
void WriteProxy(JsonWriter& json, const v1::ProxyStatus& status);
std::string ProxyText(const v1::ProxyStatus& status);

}  // namespace ag::cli
