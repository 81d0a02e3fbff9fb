#pragma once

#include <string>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

enum class Color { kOn, kOff };

// A finished request in one line, without line end.
std::string RecordLine(const v1::RequestRecord& record, Color color);
// Everything that is known of it, in lines.
std::string RecordDetails(const v1::RequestRecord& record);
// As an object. Attempts and losses are there when the record has them.
void WriteRecord(JsonWriter& json, const v1::RequestRecord& record);

}  // namespace ag::cli
