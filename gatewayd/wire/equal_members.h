#pragma once

#include <string>

#include "gatewayd/base/json.h"

// JSON leaves open what equal members of one object mean; clients and providers alike take the last one.
namespace ag::wire {

// True if some object in the document has members of one name.
bool HasEqualMembers(const json::Value& document);

// The document with the last of equal members alone; what has none is as it was written.
std::string WithoutEqualMembers(const json::Value& document);

}  // namespace ag::wire
