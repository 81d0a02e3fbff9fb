#pragma once

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/http/client.h"
#include "gatewayd/runtime/resolver.h"
#include "tests/http/scripted_server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/on_shard.h"

namespace ag::test {

// What a whole exchange brought.
struct Outcome {
  absl::Status status;
  int code = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool reused = false;
};

struct Call {
  std::string url;
  std::string method = "POST";
  std::string target = "/t";
  std::string body = "hello";
  runtime::CancelSource* cancel = nullptr;
  std::shared_ptr<const http::WayOut> way_out;  // shared with the client
  const std::atomic<bool>* withdrawn = nullptr;
};

inline runtime::Task<Outcome> Exchange1(http::Client* client, Call call) {
  const auto url = http::ParseUrl(call.url);
  const http::Header fields[] = {{"X-Test", "1"}};
  const std::string_view body[] = {call.body};
  http::OutgoingRequest request;
  request.method = call.method;
  request.url = &*url;
  request.target = call.target;
  request.headers = fields;
  request.body = body;
  request.cancel = call.cancel;
  request.way_out = call.way_out;
  request.withdrawn = call.withdrawn;
  Outcome outcome;
  auto exchange = co_await client->Send(request);
  if (!exchange.ok()) {
    outcome.status = exchange.status();
    co_return outcome;
  }
  outcome.code = (*exchange)->status();
  outcome.reused = (*exchange)->timings().reused;
  while (true) {
    const auto piece = co_await (*exchange)->Read();
    if (!piece.ok()) outcome.status = piece.status();
    if (!piece.ok() || piece->empty()) break;
    outcome.body += *piece;
  }
  // After the body's end: the head's views live as long as the exchange.
  for (const http::Header& field : (*exchange)->headers().all()) outcome.headers.emplace_back(field.name, field.value);
  co_return outcome;
}

// A client on a shard of its own.
class ClientTest : public ::testing::Test {
 protected:
  ClientTest() { shard_.Start(); }
  ~ClientTest() override {
    RunOn(shard_, [this] { client_.reset(); });
    shard_.Stop();
    shard_.Join();
  }

  void UseOptions(http::ClientOptions options) {
    RunOn(shard_, [&] { client_ = std::make_unique<http::Client>(shard_, resolver_, std::move(options)); });
  }
  std::future<Outcome> Begin(Call call) {
    if (client_ == nullptr) UseOptions({});
    return Start(shard_, Exchange1(client_.get(), std::move(call)));
  }
  Outcome Run(Call call) { return Begin(std::move(call)).get(); }
  Outcome Run(const ScriptedServer& server) { return Run(CallTo(server)); }
  static Call CallTo(const ScriptedServer& server) {
    Call call;
    call.url = absl::StrCat("http://127.0.0.1:", server.port());
    return call;
  }
  std::size_t Idle() {
    return RunOn(shard_, [this] { return client_->idle_count(); });
  }

  FakeClock clock_;
  runtime::Shard shard_{0, clock_};
  runtime::Resolver resolver_{clock_};
  std::unique_ptr<http::Client> client_;
};

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

inline void AnswerEach(RawSocket& socket, std::string_view reply) {
  while (!socket.ReadMessage().empty()) socket.Send(reply);
}

}  // namespace ag::test
