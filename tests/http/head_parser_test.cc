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
  EXPECT_EQ(Refusal("GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET  / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.10\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET /\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("\r\n\r\n"), 400);
  std::string many = line;
  for (int i = 0; i < 300; ++i) many += "A: b\r\n";
  EXPECT_EQ(Refusal(many + "\r\n"), 431);
}

TEST(HeadParser, RefusesForeignVersions) {
  for (const std::string version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.1"}) {
    EXPECT_EQ(Refusal("GET / " + version + "\r\nHost: h\r\n\r\n"), 505) << version;
  }
  EXPECT_EQ(Refusal("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
}

// A parser that unfolds would have to copy, and views of what it copied would dangle.
TEST(HeadParser, RefusesFoldedHeadersOfEveryShape) {
  const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (const std::string field : {"A: b\r\n c\r\n", "A: b\r\n\tc\r\n", "A:\r\n c\r\n", "A: b\r\n \r\n", "A:\r\n \r\n",
                                  "A: \r\n\t\r\n c\r\n", "A: b\r\n c\r\n d\r\n", "Content-Length: 1\r\n 2\r\n",
                                  "Content-Length:\r\n 1\r\n", "Connection: ;\r\n close\r\n"}) {
    EXPECT_EQ(Refusal(line + field + "\r\n"), 400) << field;
    EXPECT_EQ(Refusal(line + field + "X: y\r\n\r\n"), 400) << field;
  }
  EXPECT_EQ(Refusal(line + "A: b\r\n " + std::string(10'000, 'c') + "\r\n\r\n"), 400);
}

TEST(HeadParser, RefusesBareLineFeedsBeforeTheHeadEnds) {
  for (const std::string text : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: h\n", "\n"}) {
    HeadScan scan;
    std::size_t length = 0;
    EXPECT_EQ(FindHeadEnd(text, scan, length), HeadScan::State::kMalformed) << text;
  }
  RequestHead head;
  EXPECT_TRUE(ParseRequestHead("GET / HTTP/1.1\nHost: h\n\n", head).has_value());
  EXPECT_TRUE(ParseRequestHead("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", head).has_value());
}

TEST(HeadParser, RefusesTwoWaysToEndABody) {
  const std::string line = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string length = "Content-Length: 3\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(Refusal(line + length + chunked + "\r\n"), 400);
  EXPECT_EQ(Refusal(line + chunked + length + "\r\n"), 400);
  EXPECT_EQ(Refusal(line + length + length + "\r\n"), 400);
  EXPECT_EQ(Refusal(line + length + "Content-Length: 4\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length: 3, 3\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length: +3\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Content-Length: -3\r\n\r\n"), 400);
  EXPECT_EQ(Refusal(line + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(Refusal(line + "Transfer-Encoding: chunked, gzip\r\n\r\n"), 501);
}

// The views point into the head itself: nothing was copied on the way.
TEST(HeadParser, ViewsReferToTheHead) {
  const std::string text = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\nConnection: a;b\r\nLast: z\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(ParseRequestHead(text, head).has_value());
  ASSERT_EQ(head.fields.size(), 4u);
  const auto inside = [&](std::string_view view) {
    return view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size();
  };
  EXPECT_TRUE(inside(head.method) && inside(head.target));
  for (const Header& field : head.fields) EXPECT_TRUE(inside(field.name) && inside(field.value)) << field.name;
  EXPECT_EQ(head.fields[1].value, "0x1");
  EXPECT_EQ(head.fields[2].value, "a;b");
  EXPECT_EQ(head.fields[3].value, "z");
}

TEST(HeadParser, TakesHeadsOfAnyAllowedSize) {
  const std::string value(60'000, 'v');
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\nA: " + value + "\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(ParseRequestHead(text, head).has_value());
  EXPECT_EQ(head.fields[2].value, value);
}

std::optional<ReplyHead> Reply(std::string_view text) {
  ReplyHead head;
  if (ParseReplyHead(text, head)) return std::nullopt;
  return head;
}

TEST(HeadParser, TakesAReplyApart) {
  const auto head = Reply("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->reason, "Not Found");
  EXPECT_EQ(head->minor_version, 0);
  EXPECT_EQ(head->fields.size(), 1u);
}

// Without a reason many servers leave out the space before it too.
TEST(HeadParser, TakesAStatusWithoutAReason) {
  for (const std::string text : {"HTTP/1.1 204\r\nA: b\r\n\r\n", "HTTP/1.1 204 \r\nA: b\r\n\r\n"}) {
    const auto head = Reply(text);
    ASSERT_TRUE(head.has_value()) << text;
    EXPECT_EQ(head->status, 204);
    EXPECT_EQ(head->reason, "");
    ASSERT_EQ(head->fields.size(), 1u);
    EXPECT_EQ(head->fields[0].value, "b");
  }
}

TEST(HeadParser, RefusesHostileReplies) {
  for (const std::string text :
       {"HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 -20 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20x\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200\r\n A: b\r\n\r\n", "ICY 200 OK\r\n\r\n", "\r\n", ""}) {
    EXPECT_FALSE(Reply(text).has_value()) << text;
  }
}

TEST(HeadParser, JudgesTheFramingOfReplies) {
  const std::string line = "HTTP/1.1 200 OK\r\n";
  const auto framing_of = [&](const std::string& fields, Framing& framing) {
    const std::string text = line + fields + "\r\n";
    const auto head = Reply(text);
    EXPECT_TRUE(head.has_value()) << fields;
    return head.has_value() && !ReplyFraming(*head, {}, framing).has_value();
  };
  Framing framing;
  EXPECT_TRUE(framing_of("Content-Length: 3\r\nContent-Length: 3\r\n", framing));
  EXPECT_EQ(framing.length, 3u);
  EXPECT_FALSE(framing_of("Content-Length: 3\r\nContent-Length: 4\r\n", framing));
  EXPECT_TRUE(framing_of("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", framing));
  EXPECT_EQ(framing.body, Framing::Body::kChunked);
  EXPECT_FALSE(framing.keep_alive);
  EXPECT_FALSE(framing_of("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", framing));
  EXPECT_TRUE(framing_of("Connection: Keep-Alive; timeout=5, close\r\nContent-Length: 1\r\n", framing));
  EXPECT_FALSE(framing.keep_alive);
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
