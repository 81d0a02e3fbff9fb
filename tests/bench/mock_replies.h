#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ag::bench {

// A prepared answer: the bytes of each write.
struct MockReply {
  std::vector<std::string> writes;
  bool hang = false;  // never ends: for counting memory under open streams
};

// Answers by path (which protocol) and by what the request names: "1k", "10k" or "100k" in the model is the answer's
// text size, "hang" in it never ends, `"stream":true` or :streamGenerateContent asks for SSE with kDeltas deltas.
inline constexpr int kDeltas = 64;
const MockReply& ReplyFor(std::string_view path, std::string_view body);

}  // namespace ag::bench
