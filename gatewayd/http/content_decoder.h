#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace ag::http {

enum class ContentCoding : std::uint8_t { kIdentity, kGzip, kDeflate, kZstd };
// None for codings that we cannot undo. An empty text is identity.
std::optional<ContentCoding> ContentCodingFromName(std::string_view name);

// Undoes one content coding piece by piece. The caller gives the room, so that a small input cannot grow without bound.
class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;
  // Takes bytes from the front of `in` and writes up to `room` bytes to `out`; the number written. 0 with `in` empty =
  // needs more. An error (kProtocol) when the data is damaged.
  virtual absl::StatusOr<std::size_t> Decode(std::string_view& in, char* out, std::size_t room) = 0;
  // The coded data has come to its own end.
  virtual bool finished() const = 0;
};
// nullptr for kIdentity.
std::unique_ptr<ContentDecoder> MakeContentDecoder(ContentCoding coding);

}  // namespace ag::http
