#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "gatewayd/wire/chat_request.h"

// Where media may come from (TRANSLATION row 25, LESSONS 16). The gateway itself reads no file and fetches no URL.
namespace ag::wire {

// A URL of an image, audio, video or document as a client wrote it: "data:<type>;base64,<text>" becomes inline base64,
// "https://…" a URL. InvalidRequest, naming `field`, for http:, file:, local paths, and hosts that are private,
// loopback, link-local or without a dot: another company's server must not be sent there.
absl::StatusOr<MediaSource> ReadMediaUrl(std::string_view url, std::string_view field);

// "image/png" for "https://host/a.png?x=1"; empty when the extension says nothing.
std::string_view MediaTypeOfUrl(std::string_view url);

}  // namespace ag::wire
