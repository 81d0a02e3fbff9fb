#pragma once

#include <string>
#include <string_view>

#include "tests/replay/recording.h"
#include "tests/support/http_client.h"

// Each comparison gives an empty string for "equal", else the first difference with its place.
namespace ag::test {

// Equal as JSON: keys in any order, strings by their characters, numbers by their very spelling (1.0 is not 1: a
// passthrough must not touch it).
std::string CompareJson(std::string_view expected, std::string_view actual);
std::string CompareBytes(std::string_view expected, std::string_view actual);
// Every object of the recorded list is in the actual one, equal as JSON; the gateway may list more. Lists as the three
// families write them ("data" by "id", "models" by "name").
std::string CompareModelLists(std::string_view expected, std::string_view actual);

// What the client of the gateway received against what the provider sent: status, then SSE byte by byte or JSON.
std::string CompareResponse(const Recording& recording, const HttpResponse& actual);
// What reached the provider against what the client sent, as JSON, but for stream_options: the gateway asks for usage.
std::string CompareRequestBody(const Recording& recording, std::string_view actual);

}  // namespace ag::test
