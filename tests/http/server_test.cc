#include "gatewayd/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gatewayd/base/error.h"
#include "tests/http/server_fixture.h"

namespace ag::http {
namespace {

using test::RawSocket;
using test::ServerFixture;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Answers with what came: "POST /path?query body", or the failure's kind with its usual status.
runtime::Task<void> Echo(Request& request, BodyReader& body, ResponseWriter& writer) {
  const auto read = co_await body.ReadAll();
  ResponseHead head;
  std::string text;
  if (read.ok()) {
    text =
        absl::StrCat(ToAbsl(request.method), " ", ToAbsl(request.path), "?", ToAbsl(request.query), " ", ToAbsl(*read));
  } else {
    const ErrorDetail detail = DetailOf(read.status());
    head.status = detail.http_status != 0 ? detail.http_status : detail.kind == ErrorKind::kBodyTooLarge ? 413 : 400;
    text = std::string(NameOf(detail.kind));
  }
  const absl::Status sent = co_await writer.Send(head, text);
  EXPECT_TRUE(sent.ok() || KindOf(sent) == ErrorKind::kClientLeft) << sent;
}

runtime::Task<void> AnswerWithoutReading(Request&, BodyReader&, ResponseWriter& writer) {
  const ResponseHead head;
  const absl::Status sent = co_await writer.Send(head, "done");
  EXPECT_TRUE(sent.ok());
}

runtime::Task<void> Stream(Request&, BodyReader&, ResponseWriter& writer) {
  const ResponseHead head;
  writer.Start(head);
  const std::string_view first[] = {"alpha", "beta"};
  absl::Status written = co_await writer.Write(first);
  EXPECT_TRUE(written.ok());
  const std::string_view second[] = {"gamma"};
  written = co_await writer.Write(second);
  EXPECT_TRUE(written.ok());
  written = co_await writer.Finish();
  EXPECT_TRUE(written.ok());
}

runtime::Task<void> StreamAndAbort(Request&, BodyReader&, ResponseWriter& writer) {
  const ResponseHead head;
  writer.Start(head);
  const std::string_view piece[] = {"half"};
  const absl::Status written = co_await writer.Write(piece);
  EXPECT_TRUE(written.ok());
  writer.Abort();
}

std::string Post(std::string_view body, std::string_view fields = "") {
  return absl::StrCat("POST /p?q=1 HTTP/1.1\r\nHost: h\r\nContent-Length: ", body.size(), "\r\n", ToAbsl(fields),
                      "\r\n", ToAbsl(body));
}

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  for (int i = 0; i < 40; ++i) {  // more than one receive block
    socket.Send(Post(std::string(1000, 'x')));
    const std::string reply = socket.ReadMessage();
    ASSERT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    ASSERT_THAT(reply, EndsWith("POST /p?q=1 " + std::string(1000, 'x')));
    ASSERT_THAT(reply, HasSubstr("\r\nDate: Sun, 01 Nov 2026 00:00:00 GMT\r\n"));
    ASSERT_THAT(reply, Not(HasSubstr("Server:")));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  std::string burst;
  for (int i = 0; i < 200; ++i) burst += Post(absl::StrCat("n", i, std::string(300, '.')));
  socket.Send(burst);
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(socket.ReadMessage(), EndsWith(absl::StrCat(" n", i, std::string(300, '.'))));
  }
}

TEST(Server, ReadsAHeadThatComesByteByByte) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  for (const char c : Post("hello")) socket.Send({&c, 1});
  EXPECT_THAT(socket.ReadMessage(), EndsWith("POST /p?q=1 hello"));
}

TEST(Server, DecodesChunkedBodies) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n");
  socket.Send("6\r\n world\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_THAT(socket.ReadMessage(), EndsWith("POST /c? hello world"));
  socket.Send(Post("again"));
  EXPECT_THAT(socket.ReadMessage(), EndsWith("again"));
}

TEST(Server, ReadsLargeBodies) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  const std::string body(3'000'000, 'b');
  std::thread sender([&] { socket.Send(Post(body)); });
  const std::string reply = socket.ReadMessage();
  sender.join();
  EXPECT_THAT(reply, EndsWith(" " + body));
  socket.Send(Post("x"));
  socket.ReadMessage();
  EXPECT_LT(fixture.memory.used(), 1000u) << "the large body's memory was not given back";
}

TEST(Server, RefusesBadFraming) {
  const std::pair<std::string, int> cases[] = {
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 400},
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", 431},
  };
  ServerFixture fixture(&Echo);
  for (const auto& [text, status] : cases) {
    RawSocket socket = fixture.Connect();
    socket.Send(text);
    const std::string reply = socket.ReadToEnd();
    EXPECT_THAT(reply, StartsWith(absl::StrCat("HTTP/1.1 ", status, " "))) << text.substr(0, 200);
    EXPECT_THAT(reply, HasSubstr(absl::StrCat("{\"status\":", status)));
    EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  }
}

TEST(Server, RefusesBadChunksAndCloses) {
  ServerFixture fixture(&Echo);
  for (const std::string bad : {"zz\r\n", "-1\r\n", "5\nhello", "3\r\nhello\r\n", "ffffffffffffffffff\r\n"}) {
    RawSocket socket = fixture.Connect();
    socket.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + bad);
    socket.ShutdownWrite();
    const std::string reply = socket.ReadToEnd();
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 400 ")) << bad;
    EXPECT_THAT(reply, EndsWith("invalid_request")) << bad;
  }
}

TEST(Server, AsksForTheBodyOnlyWhenTheHandlerWantsIt) {
  ServerFixture reading(&Echo);
  RawSocket socket = reading.Connect();
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.Send("ok");
  EXPECT_THAT(socket.ReadMessage(), EndsWith("POST /? ok"));

  ServerFixture refusing(&AnswerWithoutReading);
  RawSocket other = refusing.Connect();
  other.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const std::string reply = other.ReadMessage();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(reply, HasSubstr("Connection: close"));
}

TEST(Server, LetsTheClientReadA413WhileItStillSends) {
  ServerLimits limits;
  limits.max_body_bytes = 100'000;
  ServerFixture fixture(&Echo, limits);
  RawSocket socket = fixture.Connect();
  const std::string body(5'000'000, 'b');
  EXPECT_TRUE(socket.Send(Post(body)));
  const std::string reply = socket.ReadToEnd();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close"));
}

TEST(Server, LimitsChunkedBodiesToo) {
  ServerLimits limits;
  limits.max_body_bytes = 10;
  ServerFixture fixture(&Echo, limits);
  RawSocket socket = fixture.Connect();
  socket.Send(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n");
  EXPECT_THAT(socket.ReadMessage(), StartsWith("HTTP/1.1 413 "));
}

TEST(Server, DrainsAShortUnreadBody) {
  ServerFixture fixture(&AnswerWithoutReading);
  RawSocket socket = fixture.Connect();
  for (int i = 0; i < 3; ++i) {
    socket.Send(Post("unread"));
    EXPECT_THAT(socket.ReadMessage(), EndsWith("done"));
  }
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_THAT(socket.ReadMessage(), EndsWith("done"));
  socket.Send(Post("unread"));
  EXPECT_THAT(socket.ReadMessage(), EndsWith("done"));
}

TEST(Server, AnswersHeadWithTheLengthOnly) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send("HEAD /h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string reply = socket.ReadToEnd();
  EXPECT_THAT(reply, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST(Server, StreamsInChunks) {
  ServerFixture fixture(&Stream);
  RawSocket socket = fixture.Connect();
  for (int i = 0; i < 2; ++i) {
    socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(socket.ReadUntil("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_EQ(socket.ReadUntil("0\r\n\r\n"), "9\r\nalphabeta\r\n5\r\ngamma\r\n0\r\n\r\n");
  }
}

TEST(Server, StreamsToTheEndOfTheConnectionForHttp10) {
  ServerFixture fixture(&Stream);
  RawSocket socket = fixture.Connect();
  socket.Send("GET / HTTP/1.0\r\n\r\n");
  const std::string reply = socket.ReadToEnd();
  EXPECT_THAT(reply, Not(HasSubstr("chunked")));
  EXPECT_THAT(reply, EndsWith("\r\n\r\nalphabetagamma"));
}

TEST(Server, KeepsHttp10ConnectionsOnRequest) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  for (int i = 0; i < 2; ++i) {
    socket.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(socket.ReadMessage(), HasSubstr("Connection: keep-alive\r\n"));
  }
}

TEST(Server, ShowsAnAbortedAnswerAsACut) {
  ServerFixture fixture(&StreamAndAbort);
  RawSocket socket = fixture.Connect();
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.ReadToEnd(), EndsWith("4\r\nhalf\r\n"));
}

TEST(Server, TakesAbsoluteTargetsApart) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send("GET http://example.com/a/b?c=d HTTP/1.1\r\nHost: example.com\r\n\r\n");
  EXPECT_THAT(socket.ReadMessage(), EndsWith("GET /a/b?c=d "));
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(Server, DecodesCompressedBodies) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  const std::string text(400'000, 'c');
  socket.Send(Post(Gzip(text), "Content-Encoding: gzip\r\n"));
  EXPECT_THAT(socket.ReadMessage(), EndsWith(" " + text));
  socket.Send(Post(Zstd(text), "Content-Encoding: zstd\r\n"));
  EXPECT_THAT(socket.ReadMessage(), EndsWith(" " + text));
}

TEST(Server, StopsCompressionBombsAtTheLimit) {
  ServerLimits limits;
  limits.max_body_bytes = 1'000'000;
  ServerFixture fixture(&Echo, limits);
  const std::string bomb(50'000'000, '\0');
  for (const auto& [body, coding] : {std::pair(Gzip(bomb), "gzip"), std::pair(Zstd(bomb), "zstd")}) {
    RawSocket socket = fixture.Connect();
    socket.Send(Post(body, absl::StrCat("Content-Encoding: ", coding, "\r\n")));
    EXPECT_THAT(socket.ReadMessage(), StartsWith("HTTP/1.1 413 ")) << coding;
  }
}

TEST(Server, RefusesUnknownCodingsAndDamagedData) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send(Post("x", "Content-Encoding: br\r\n"));
  EXPECT_THAT(socket.ReadMessage(), StartsWith("HTTP/1.1 415 "));
  RawSocket other = fixture.Connect();
  other.Send(Post("not gzip at all", "Content-Encoding: gzip\r\n"));
  EXPECT_THAT(other.ReadMessage(), StartsWith("HTTP/1.1 400 "));
  RawSocket third = fixture.Connect();
  third.Send(Post(Gzip("cut short").substr(0, 15), "Content-Encoding: gzip\r\n"));
  EXPECT_THAT(third.ReadMessage(), StartsWith("HTTP/1.1 400 "));
}

TEST(Server, RefusesBodiesBeyondTheMemoryBudget) {
  ServerFixture fixture(&Echo, {}, 200'000);
  RawSocket socket = fixture.Connect();
  socket.Send(Post(std::string(500'000, 'm')));
  EXPECT_THAT(socket.ReadToEnd(), EndsWith("overloaded"));
}

// A handler that waits for its client to leave, and says so.
struct LeaveProbe {
  std::promise<void> entered;
  std::promise<bool> left;
};

runtime::Task<void> WaitForLeave(LeaveProbe* probe, ResponseWriter* writer) {
  const runtime::Executor home = co_await boost::asio::this_coro::executor;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    runtime::Executor>
      never(home, std::chrono::steady_clock::time_point::max());
  const runtime::CancelSource::Hook hook(&writer->client_left(), [&never] { never.cancel(); });
  probe->entered.set_value();
  boost::system::error_code ended;
  co_await never.async_wait(boost::asio::redirect_error(runtime::kUseTask, ended));
  probe->left.set_value(writer->client_left().cancelled());
}

TEST(Server, TellsTheHandlerThatItsClientLeft) {
  for (const bool reset : {false, true}) {
    LeaveProbe probe;
    ServerFixture fixture([&](Request&, BodyReader&, ResponseWriter& writer) { return WaitForLeave(&probe, &writer); });
    RawSocket socket = fixture.Connect();
    socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    probe.entered.get_future().wait();
    reset ? socket.Reset() : socket.Close();
    EXPECT_TRUE(probe.left.get_future().get());
  }
}

TEST(Server, CloseAllCancelsWhatRuns) {
  LeaveProbe probe;
  ServerFixture fixture([&](Request&, BodyReader&, ResponseWriter& writer) { return WaitForLeave(&probe, &writer); });
  RawSocket socket = fixture.Connect();
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  probe.entered.get_future().wait();
  test::RunOn(fixture.shards.at(0), [&] { fixture.server->CloseAll(); });
  EXPECT_TRUE(probe.left.get_future().get());
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST(Server, TimesOutASlowHeadWith408) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send("GET / HTTP/1.1\r\nHo");
  RawSocket probe = fixture.Connect();  // when it is answered, the first bytes above have been seen
  probe.Send(Post("x"));
  probe.ReadMessage();
  fixture.clock.Advance(std::chrono::seconds(16));
  EXPECT_THAT(socket.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
}

TEST(Server, ClosesIdleConnectionsWithoutAWord) {
  ServerFixture fixture(&Echo);
  RawSocket socket = fixture.Connect();
  socket.Send(Post("x"));
  socket.ReadMessage();
  while (fixture.Sessions() != 1) {
  }
  fixture.clock.Advance(std::chrono::seconds(80));
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST(Server, TimesOutABodyThatStops) {
  std::promise<void> reading;
  ServerFixture fixture([&](Request& request, BodyReader& body, ResponseWriter& writer) {
    reading.set_value();
    return Echo(request, body, writer);
  });
  RawSocket socket = fixture.Connect();
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nonly this");
  reading.get_future().wait();
  fixture.Sessions();  // a round trip: the handler waits by now
  fixture.clock.Advance(std::chrono::seconds(31));
  EXPECT_THAT(socket.ReadToEnd(), EndsWith("idle_timeout"));
}

runtime::Task<void> WriteMuch(std::promise<absl::Status>* result, ResponseWriter* writer) {
  const std::string block(1'000'000, 'w');
  const ResponseHead head;
  writer->Start(head);
  absl::Status written;
  for (int i = 0; i < 100 && written.ok(); ++i) {
    const std::string_view piece[] = {block};
    written = co_await writer->Write(piece);
  }
  result->set_value(written);
}

TEST(Server, GivesUpOnAClientThatReadsNothing) {
  std::promise<absl::Status> result;
  ServerFixture fixture([&](Request&, BodyReader&, ResponseWriter& writer) { return WriteMuch(&result, &writer); });
  RawSocket socket = fixture.Connect();
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto future = result.get_future();
  while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    fixture.clock.Advance(std::chrono::seconds(60));
  }
  EXPECT_EQ(KindOf(future.get()), ErrorKind::kClientLeft);
}

TEST(Server, Says503OverTheConnectionLimit) {
  ServerLimits limits;
  limits.max_connections = 1;
  ServerFixture fixture(&Echo, limits);
  RawSocket first = fixture.Connect();
  first.Send(Post("x"));
  first.ReadMessage();
  RawSocket second = fixture.Connect();
  EXPECT_THAT(second.ReadToEnd(), StartsWith("HTTP/1.1 503 "));
  first.Send(Post("still served"));
  EXPECT_THAT(first.ReadMessage(), EndsWith("still served"));
}

TEST(Server, DrainLetsTheRunningRequestEnd) {
  std::promise<void> entered;
  ServerFixture fixture([&](Request& request, BodyReader& body, ResponseWriter& writer) {
    entered.set_value();
    return Echo(request, body, writer);
  });
  RawSocket socket = fixture.Connect();
  RawSocket idle = fixture.Connect();
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
  entered.get_future().wait();
  std::promise<void> drained;
  test::RunOn(fixture.shards.at(0), [&] { fixture.server->Drain([&] { drained.set_value(); }); });
  EXPECT_EQ(idle.ReadToEnd(), "");
  socket.Send("last");
  const std::string reply = socket.ReadToEnd();
  EXPECT_THAT(reply, HasSubstr("Connection: close"));
  EXPECT_THAT(reply, EndsWith("last"));
  drained.get_future().wait();
  EXPECT_EQ(fixture.Sessions(), 0u);
}

}  // namespace
}  // namespace ag::http
