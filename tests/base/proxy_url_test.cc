#include "gatewayd/base/proxy_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/base/error.h"

namespace ag {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Read(std::string_view text) {
  const auto proxy = ParseProxyUrl(text);
  if (!proxy.ok()) return std::string(proxy.status().message());
  return proxy->ToString() + " " + std::string(proxy->password.Reveal());
}

TEST(ProxyUrl, ReadsHttpAndSocks) {
  EXPECT_EQ(Read("http://proxy.example:3128"), "http://proxy.example:3128 ");
  EXPECT_EQ(Read("proxy.example:3128/"), "http://proxy.example:3128 ");
  EXPECT_EQ(Read("HTTP://proxy"), "http://proxy:80 ");
  EXPECT_EQ(Read("socks5h://proxy"), "socks5h://proxy:1080 ");
  EXPECT_EQ(Read("socks5://[fd00::1]:9"), "socks5h://[fd00::1]:9 ");
  EXPECT_EQ(Read("http://me:p%40ss:word@proxy:1"), "http://me@proxy:1 p@ss:word");
  EXPECT_EQ(Read("http://corp%5Cme@proxy:1"), "http://corp%5Cme@proxy:1 ");
}

TEST(ProxyUrl, RefusesWithANextStep) {
  EXPECT_THAT(Read("pac+http://intranet/p"), HasSubstr("PROXY host:port"));
  EXPECT_THAT(Read("http://intranet/files/Proxy.PAC"), HasSubstr("PROXY host:port"));
  EXPECT_THAT(Read("http://wpad/wpad.dat"), HasSubstr("PROXY host:port"));
  EXPECT_THAT(Read("auto"), HasSubstr("PROXY host:port"));
  EXPECT_THAT(Read("https://proxy:443"), HasSubstr("http://host:port"));
  EXPECT_THAT(Read("socks4://proxy:1080"), HasSubstr("socks5h://host:port"));
  EXPECT_THAT(Read("ftp://proxy"), HasSubstr("http://host:port or socks5h://host:port"));
}

TEST(ProxyUrl, NeverQuotesWhatMayBeAPassword) {
  for (const char* text : {"http://me:hunter2@", "http://me:hunter2@h:0", "http://me:hunter2@h:x", "ftp://me:hunter2@h",
                           "http://me:hunter2@h/path", "http://me:hunter2@[::1", ""}) {
    const auto refused = ParseProxyUrl(text);
    ASSERT_FALSE(refused.ok()) << text;
    EXPECT_EQ(DetailOf(refused.status()).param, "proxy_url");
    EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace ag
