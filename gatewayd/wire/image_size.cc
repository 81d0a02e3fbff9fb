#include "gatewayd/wire/image_size.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "gatewayd/base/strings.h"

namespace ag::wire {
namespace {

constexpr std::size_t kHead = 64;                // base64 characters; enough for all but JPEG
constexpr std::size_t kMetadata = 256UL * 1024;  // a JPEG's size stands behind its thumbnail

std::int64_t Byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::int64_t BigEndian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | Byte(bytes, at + i);
  return value;
}
std::int64_t LittleEndian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = count; i > 0; --i) value = value << 8 | Byte(bytes, at + i - 1);
  return value;
}

std::string Decoded(std::string_view base64, std::size_t limit) {
  base64 = base64.substr(0, limit);
  base64 = base64.substr(0, base64.size() / 4 * 4);
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(base64), &bytes)) bytes.clear();
  return bytes;
}

// https://developers.google.com/speed/webp/docs/riff_container
std::optional<ImageSize> SizeOfWebp(std::string_view bytes) {
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8X") return ImageSize{LittleEndian(bytes, 24, 3) + 1, LittleEndian(bytes, 27, 3) + 1};
  if (kind == "VP8 ") return ImageSize{LittleEndian(bytes, 26, 2) & 0x3FFF, LittleEndian(bytes, 28, 2) & 0x3FFF};
  if (kind != "VP8L") return std::nullopt;
  const std::int64_t bits = LittleEndian(bytes, 21, 4);
  return ImageSize{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
}

// The first frame header among the segments: ITU T.81, annex B.
std::optional<ImageSize> SizeOfJpeg(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 <= bytes.size() && Byte(bytes, at) == 0xFF) {
    const std::int64_t marker = Byte(bytes, at + 1);
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) return ImageSize{BigEndian(bytes, at + 7, 2), BigEndian(bytes, at + 5, 2)};
    at += marker == 0xFF ? 1 : 2 + static_cast<std::size_t>(BigEndian(bytes, at + 2, 2));
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> SizeOfImage(std::string_view base64) {
  const std::string head = Decoded(base64, kHead);
  const std::string_view bytes = head;
  if (bytes.size() < 30) return std::nullopt;
  if (bytes.substr(1, 3) == "PNG") return ImageSize{BigEndian(bytes, 16, 4), BigEndian(bytes, 20, 4)};
  if (bytes.substr(0, 3) == "GIF") return ImageSize{LittleEndian(bytes, 6, 2), LittleEndian(bytes, 8, 2)};
  if (bytes.substr(0, 4) == "RIFF" && bytes.substr(8, 4) == "WEBP") return SizeOfWebp(bytes);
  if (Byte(bytes, 0) == 0xFF && Byte(bytes, 1) == 0xD8) return SizeOfJpeg(Decoded(base64, kMetadata));
  return std::nullopt;
}

}  // namespace ag::wire
