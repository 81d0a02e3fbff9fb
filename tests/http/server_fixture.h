#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gatewayd/base/memory_budget.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/server.h"
#include "gatewayd/runtime/shard.h"
#include "tests/http/raw_socket.h"
#include "tests/support/fake_clock.h"
#include "tests/support/on_shard.h"

namespace ag::test {

using HandlerFunction = std::function<runtime::Task<void>(http::Request&, http::BodyReader&, http::ResponseWriter&)>;

// A running server on a loopback port, on one shard, with a clock that the test moves.
class ServerFixture {
 public:
  explicit ServerFixture(HandlerFunction function, const http::ServerLimits& limits = {},
                         std::size_t memory_bytes = 256 * 1024 * 1024)
      : memory(memory_bytes), handler_(std::move(function)) {
    server = std::make_unique<http::Server>(shards.at(0), handler_, limits, memory, &ErrorText);
    acceptor = std::make_unique<http::Acceptor>(shards.at(0), shards, std::vector<http::Server*>{server.get()});
    auto bound = acceptor->Listen("127.0.0.1", 0);
    AG_CHECK(bound.ok());
    port = *bound;
    shards.Start();
  }
  ~ServerFixture() {
    RunOn(shards.at(0), [this] {
      acceptor->Close();
      server->CloseAll();
      server->Drain([this] { drained_.set_value(); });
    });
    drained_.get_future().wait();
    shards.Stop();
    shards.Join();
  }

  RawSocket Connect() { return RawSocket::Connect(port); }
  std::size_t Sessions() {
    return RunOn(shards.at(0), [this] { return server->session_count(); });
  }

  FakeClock clock;
  runtime::ShardPool shards{1, clock};
  MemoryBudget memory;
  std::uint16_t port = 0;

 private:
  class FunctionHandler final : public http::Handler {
   public:
    explicit FunctionHandler(HandlerFunction function) : function_(std::move(function)) {}
    runtime::Task<void> Handle(http::Request& request, http::BodyReader& body, http::ResponseWriter& writer) override {
      return function_(request, body, writer);
    }

   private:
    HandlerFunction function_;
  };

  static std::string ErrorText(int status, std::string_view message) {
    return absl::StrCat("{\"status\":", status, ",\"message\":\"", ToAbsl(message), "\"}");
  }

  FunctionHandler handler_;
  std::promise<void> drained_;

 public:
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Acceptor> acceptor;
};

}  // namespace ag::test
