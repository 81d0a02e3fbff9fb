#include "gatewayd/http/message.h"

#include <gtest/gtest.h>

namespace ag::http {
namespace {

TEST(Url, TakesBaseUrlsApart) {
  const auto url = ParseUrl("HTTPS://Api.Example.com/v1/");
  ASSERT_TRUE(url.has_value());
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "api.example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->path, "/v1");
  EXPECT_EQ(url->Origin(), "https://api.example.com");
  EXPECT_EQ(url->HostHeader(), "api.example.com");
  const auto v6 = ParseUrl("http://[::1]:8080");
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->HostHeader(), "[::1]:8080");
  EXPECT_EQ(v6->path, "");
}

TEST(Url, RefusesWhatIsNotABaseUrl) {
  for (const char* text : {"", "api.example.com", "ftp://h", "http://", "http:///p", "http://h:0", "http://h:65536",
                           "http://h:8a", "http://h?q", "http://h/#f", "http://h h", "http://[::1", "http://a\r\nb",
                           "http://::1", "http://user:password@h", "http://h/a b"}) {
    EXPECT_FALSE(ParseUrl(text).has_value()) << text;
  }
}

TEST(Query, FindsAndRemovesValues) {
  EXPECT_EQ(QueryValue("a=1&key=s%2Dk+x&b=2", "key"), "s-k x");
  EXPECT_EQ(QueryValue("key", "key"), "");
  EXPECT_EQ(QueryValue("keys=1", "key"), std::nullopt);
  EXPECT_EQ(QueryWithout("a=1&key=2&b=%203&%6bey=4", "key"), "a=1&b=%203");
  EXPECT_EQ(QueryWithout("key=2", "key"), "");
}

TEST(Percent, DecodesAndEncodesPaths) {
  EXPECT_EQ(PercentDecode("a%2Fb%zz%4"), "a/b%zz%4");
  EXPECT_EQ(PercentEncodePath("models/gemini 2:gen%é"), "models/gemini%202:gen%25%C3%A9");
}

TEST(HeaderList, KeepsFieldsInOrderWhenItOutgrowsItsRoom) {
  Arena arena;
  HeaderList list(arena, 1);
  for (const std::string_view value : {"0", "1", "2", "3"}) list.Add("x-count", value);
  list.Add(Header{"x-last", "end"});
  const Headers headers(list.all());
  ASSERT_EQ(headers.all().size(), 5u);
  EXPECT_EQ(headers.Find("x-count"), "0");
  EXPECT_EQ(headers.all()[3].value, "3");
  EXPECT_EQ(headers.Find("x-last"), "end");
}

TEST(Headers, CompareNamesWithoutCase) {
  const Header fields[] = {{"Content-Type", "a"}, {"x", "1"}, {"X", "2"}};
  const Headers headers(fields);
  EXPECT_EQ(headers.Find("content-type"), "a");
  EXPECT_EQ(headers.Count("X"), 2u);
  EXPECT_FALSE(headers.Has("y"));
  EXPECT_EQ(headers.Find("y"), "");
}

TEST(Headers, KnowHopByHopFields) {
  EXPECT_TRUE(IsHopByHop("Transfer-Encoding", ""));
  EXPECT_TRUE(IsHopByHop("X-Named", "close, x-named"));
  EXPECT_FALSE(IsHopByHop("X-Other", "close, x-named"));
  EXPECT_FALSE(IsHopByHop("Content-Type", "close"));
}

}  // namespace
}  // namespace ag::http
