#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"

namespace ag::sandbox {

// The limits that the sandbox tells in its answers' headers, as the providers do
// (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers,
// https://platform.claude.com/docs/en/api/rate-limits#response-headers): buckets that refill all the time. So first use
// shows what the gateway does with them. It refuses nobody for them, and a fifth of each is always left. Gemini tells
// none.
class LimitTeller {
 public:
  using Headers = std::vector<std::pair<std::string_view, std::string>>;

  // One answer of so many tokens at `now`; what its headers say.
  Headers Spend(Family family, std::int64_t tokens, WallTime now);

 private:
  struct Bucket {
    std::int64_t limit;
    std::chrono::milliseconds refill;  // from nothing to full
    double used = 0;
    WallTime at{};

    void Spend(std::int64_t amount, WallTime now);
    std::int64_t Left() const;
    std::chrono::milliseconds Wait() const;  // until it is full
  };
  struct Limits {
    Bucket requests;
    Bucket tokens;
  };

  Limits openai_{{2'000, std::chrono::hours(24)}, {200'000, std::chrono::minutes(1)}};
  Limits anthropic_{{1'000, std::chrono::hours(1)}, {400'000, std::chrono::minutes(1)}};
};

}  // namespace ag::sandbox
