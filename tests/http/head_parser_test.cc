#include "gatewayd/http/head_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "gatewayd/http/chunk_decoder.h"

namespace ag::http {
namespace {

std::optional<int> Refusal(const std::string& text) {
  HeadScan scan;
  std::size_t length = 0;
  if (FindHeadEnd(text, scan, length) != HeadScan::State::kComplete) return -1;
  RequestHead head;
  if (const auto error = ParseRequestHead(std::string_view(text).substr(0, length), head)) return error->status;
  Framing framing;
  if (const auto error = RequestFraming(head, framing)) return error->status;
  return std::nullopt;
}

TEST(HeadParser, TakesAHeadApart) {
  const std::string text = "POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Pad: \t v \t\r\nContent-Length: 7\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(ParseRequestHead(text, head).has_value());
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  ASSERT_EQ(head.fields.size(), 4u);
  EXPECT_EQ(head.fields[1].value, "");
  EXPECT_EQ(head.fields[2].value, "v");
  Framing framing;
  ASSERT_FALSE(RequestFraming(head, framing).has_value());
  EXPECT_EQ(framing.body, Framing::Body::kLength);
  EXPECT_EQ(framing.length, 7u);
}

TEST(HeadParser, FindsTheEndInAnySplit) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\n\r\nrest";
  for (std::size_t split = 0; split < text.size() - 4; ++split) {
    HeadScan scan;
    std::size_t length = 0;
    ASSERT_EQ(FindHeadEnd(text.substr(0, split), scan, length), HeadScan::State::kNeedMore) << split;
    ASSERT_EQ(FindHeadEnd(text, scan, length), HeadScan::State::kComplete) << split;
    EXPECT_EQ(length, text.size() - 4);
  }
}

TEST(HeadParser, RefusesHostileHeads) {
  const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
  using std::string_literals::operator""s;
  EXPECT_EQ(Refusal(line + "\r\n"), std::nullopt);
  EXPECT_EQ(Refusal(line + "A: b\0c\r\n\r\n"s), 400);
  EXPECT_EQ(Refusal(line + "A: b\rc\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "A b: c\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "A\t: c\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + ": c\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "nothing\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "\x80: c\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Host: again\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length: 1 \r\n\r\n"), std::nullopt);
  EXPECT_EQ(Refusal(line + "Content-Length: 0x1\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length:\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 501);
  EXPECT_EQ(Refusal(line + "Transfer-Encoding: identity\r\n\r\n"), 501);
  EXPECT_EQ(Refusal(line + "Transfer-Encoding: \x0b"
                           "chunked\r\n\r\n"),
            400);
  EXPECT_EQ(Refusal("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.1 \r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("G@T / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / http/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\n Host: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("\r\n\r\n"), 400);
  std::string many = line;
  for (int i = 0; i < 300; ++i) many += "A: b\r\n";
  EXPECT_EQ(Refusal(many + "\r\n"), 431);
}

TEST(HeadParser, SurvivesDamagedHeads) {
  const std::string good = "POST /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n";
  std::mt19937 random(7);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    if (!Refusal(text).has_value()) ++accepted;
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 20'000);
}

// The same bytes in any split give the same body, and the same end.
TEST(ChunkDecoder, DecodesInAnySplit) {
  const std::string text = "4;a=b\r\nWiki\r\n00a\r\n0123456789\r\n0\r\nT: v\r\nU: w\r\n\r\nnext";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    ChunkDecoder decoder;
    std::string body;
    std::string rest;
    auto result = ChunkDecoder::Result::kNeedMore;
    for (std::size_t at = 0; at < text.size(); at += step) {
      const std::string part = text.substr(at, step);
      std::string_view in = part;
      std::string_view data;
      while ((result = decoder.Next(in, data)) == ChunkDecoder::Result::kData) body += data;
      ASSERT_NE(result, ChunkDecoder::Result::kMalformed);
      if (result == ChunkDecoder::Result::kDone) rest += in;
    }
    EXPECT_EQ(result, ChunkDecoder::Result::kDone);
    EXPECT_EQ(body, "Wiki0123456789");
    EXPECT_EQ(rest, "next");
  }
}

TEST(ChunkDecoder, RefusesMalformedChunks) {
  for (const std::string text : {"\r\n", "g\r\n", "0x4\r\n", " 4\r\n", "4\n", "4\r\nWikiX", "4\r\nWiki\n",
                                 "1234567890abcdef\r\n", "0\r\n\n", "0\r\n bad\r\n\r\n", "4;\x01\r\n"}) {
    ChunkDecoder decoder;
    std::string_view in = text;
    std::string_view data;
    auto result = ChunkDecoder::Result::kData;
    while (result == ChunkDecoder::Result::kData) result = decoder.Next(in, data);
    EXPECT_EQ(result, ChunkDecoder::Result::kMalformed) << text;
  }
}

}  // namespace
}  // namespace ag::http
