#include "gatewayd/base/log.h"

#include <gtest/gtest.h>

#include <string>

namespace ag {
namespace {

std::string Logged(const std::string& text) {
  testing::internal::CaptureStderr();
  Log(LogLevel::kError, "the provider says: ", text);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneLineWhateverItQuotes) {
  EXPECT_EQ(Logged("no\n2026-11-28 error forged\r\x1b[31m"), "the provider says: no 2026-11-28 error forged  [31m\n");
}

TEST(Log, LeavesOutWhatLooksLikeACredential) {
  EXPECT_EQ(Logged("Incorrect API key provided: sk-proj-0123456789abcdef."),
            "the provider says: Incorrect API key provided: sk-[redacted].\n");
  EXPECT_EQ(Logged("ya29.a0AfH6SMBx-1234567890 has expired"), "the provider says: ya29.[redacted] has expired\n");
}

TEST(Log, CutsWhatIsEndless) { EXPECT_LT(Logged(std::string(1'000'000, 'a')).size(), 5'000U); }

}  // namespace
}  // namespace ag
