#pragma once

#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/json.h"
#include "gatewayd/sandbox/sandbox_provider.h"
#include "tests/support/http_client.h"

namespace ag::sandbox {

using test::Field;
using test::HttpConnection;
using test::HttpResponse;

inline const std::vector<Field> kOpenAi = {{"Authorization", "Bearer k"}};
inline const std::vector<Field> kAnthropic = {{"x-api-key", "k"}, {"anthropic-version", "2023-06-01"}};
inline const std::vector<Field> kGemini = {{"x-goog-api-key", "k"}};

// A running sandbox without pauses, and a client of it.
class SandboxClient : public ::testing::Test {
 protected:
  void SetUp() override {
    const absl::StatusOr<std::uint16_t> port = provider_.Start();
    ASSERT_TRUE(port.ok()) << port.status();
    port_ = *port;
  }
  HttpResponse Post(std::string_view target, std::string_view body, const std::vector<Field>& headers) const {
    return test::HttpPost(port_, target, body, headers);
  }
  // The value at a path of keys and indexes, as its raw text; empty when absent.
  std::string At(std::string_view text, const std::string& path) {
    const absl::StatusOr<const json::Value*> parsed = json::Parse(text, arena_);
    if (!parsed.ok()) return "no JSON";
    const json::Value* value = *parsed;
    for (const std::string& step : std::vector<std::string>(absl::StrSplit(path, '.'))) {
      int index = 0;
      if (value->is_array() && absl::SimpleAtoi(step, &index)) {
        if (static_cast<std::size_t>(index) >= value->items().size()) return "";
        value = &value->items()[static_cast<std::size_t>(index)];
      } else {
        value = value->Find(step);
      }
      if (value == nullptr) return "";
    }
    return std::string(value->is_string() ? value->str() : value->raw());
  }
  // The values at `path` of all "data:" events, joined.
  std::string Joined(std::string_view sse, const std::string& path) {
    std::string all;
    for (const absl::string_view line : absl::StrSplit(absl::string_view(sse.data(), sse.size()), '\n')) {
      if (line.substr(0, 7) == "data: {") all += At(std::string(line.substr(6)), path);
    }
    return all;
  }

  SystemClock clock_;
  SandboxProvider provider_{clock_, SandboxOptions{.pace = std::chrono::milliseconds(0),
                                                   .slow_first = std::chrono::milliseconds(20),
                                                   .slow_between = std::chrono::milliseconds(1)}};
  std::uint16_t port_ = 0;
  Arena arena_;
};

}  // namespace ag::sandbox
