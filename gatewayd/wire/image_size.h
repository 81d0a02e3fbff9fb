#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ag::wire {

struct ImageSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// The size that the head of a PNG, JPEG, GIF or WebP file states; none when it states none. Reads no further than it
// must.
std::optional<ImageSize> SizeOfImage(std::string_view base64);

}  // namespace ag::wire
