#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ag::http {

// The chunked coding (RFC 9112 section 7.1), strictly: CRLF only, sizes of at most 15 hex digits, extensions and
// trailers bounded and ignored. Pure: bytes in, views of the same bytes out.
class ChunkDecoder {
 public:
  enum class Result : std::uint8_t { kNeedMore, kData, kDone, kMalformed };

  // Takes bytes from the front of `in`. kData: `data` is a piece of the body, call again. kNeedMore: `in` is used up.
  // kDone: the body has ended; what is left in `in` belongs to the next message.
  Result Next(std::string_view& in, std::string_view& data);

 private:
  enum class State : std::uint8_t {
    kSizeFirst,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerFirst,
    kTrailer,
    kTrailerLf,
    kEndLf,
    kDone
  };
  bool StepByte(char c);
  bool OnSizeByte(char c);
  bool OnOverheadByte();
  bool Expect(char c, char wanted, State next);

  State state_ = State::kSizeFirst;
  std::uint64_t left_ = 0;
  int digits_ = 0;
  std::size_t overhead_ = 0;  // bytes of extensions and trailers so far
};

}  // namespace ag::http
