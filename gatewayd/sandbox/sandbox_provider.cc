#include "gatewayd/sandbox/sandbox_provider.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/memory_budget.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/server.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/sandbox/limits.h"
#include "gatewayd/sandbox/responder.h"

namespace ag::sandbox {
namespace {

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, runtime::Executor>;

constexpr std::size_t kMemory = 256 * 1024 * 1024;

class SandboxHandler final : public http::Handler {
 public:
  SandboxHandler(const Clock& clock, const SandboxOptions& options) : clock_(clock), options_(options) {}

  runtime::Task<void> Handle(http::Request& request, http::BodyReader& body, http::ResponseWriter& writer) override {
    const Endpoint endpoint = FindEndpoint(request.method, request.path, request.query, request.headers);
    const Stamp stamp{++answers_, clock_.Now().time_since_epoch().count() / 1000};
    Plan plan;
    if (!HasCredential(endpoint.family, request.query, request.headers)) {
      plan = ErrorPlan(endpoint.family, 401, "Incorrect API key provided: the sandbox takes any but an empty one.", "");
    } else {
      const absl::StatusOr<std::string_view> text = co_await body.ReadAll();
      if (!text.ok()) {
        if (KindOf(text.status()) != ErrorKind::kInvalidRequest) co_return;
        plan = ErrorPlan(endpoint.family, 400, ToStd(text.status().message()), "");
      } else {
        plan = Respond(endpoint, request.query, *text, stamp, *request.arena);
        TellLimits(endpoint.family, plan);
      }
    }
    co_await Write(plan, stamp, writer);
  }

 private:
  void TellLimits(Family family, Plan& plan) {
    if (plan.tokens == 0) return;
    for (auto& header : limits_.Spend(family, plan.tokens, clock_.Now())) plan.headers.push_back(std::move(header));
  }

  // Plays the plan; `plan`, `stamp` and `writer` belong to Handle's frame.
  runtime::Task<void> Write(const Plan& plan, const Stamp& stamp, http::ResponseWriter& writer) {
    const std::string request_id = absl::StrCat("req_sandbox_", stamp.number);
    std::vector<http::Header> headers = {
        {"content-type", plan.content_type}, {"x-request-id", request_id}, {"request-id", request_id}};
    for (const auto& [name, value] : plan.headers) headers.push_back({name, value});
    http::ResponseHead head;
    head.status = plan.status;
    head.headers = headers;

    if (plan.mishap == Mishap::kSlow) {
      const bool here = co_await Pause(options_.slow_first, writer);
      if (!here) co_return;
    }
    if (plan.stream) {
      writer.Start(head);
      co_await WriteStream(plan, writer);
      co_return;
    }
    const std::string& body = plan.frames.front();
    if (plan.mishap == Mishap::kCut) {
      head.content_length = body.size();
      writer.Start(head);
      const std::array<std::string_view, 1> half = {std::string_view(body).substr(0, body.size() / 2)};
      const absl::Status written = co_await writer.Write(half);
      if (written.ok()) writer.Abort();
      co_return;
    }
    const absl::Status sent = co_await writer.Send(head, body);
    static_cast<void>(sent);  // a client that left needs nothing more
  }

  runtime::Task<void> WriteStream(const Plan& plan, http::ResponseWriter& writer) {
    const bool slow = plan.mishap == Mishap::kSlow;
    const std::size_t count = plan.mishap == Mishap::kCut ? (plan.frames.size() + 1) / 2 : plan.frames.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) {
        const bool here = co_await Pause(slow ? options_.slow_between : options_.pace, writer);
        if (!here) co_return;
      }
      const std::array<std::string_view, 1> piece = {plan.frames[i]};
      const absl::Status written = co_await writer.Write(piece);
      if (!written.ok()) co_return;
    }
    if (plan.mishap == Mishap::kCut) {
      writer.Abort();
      co_return;
    }
    const absl::Status finished = co_await writer.Finish();
    static_cast<void>(finished);  // as above
  }

  // False when the client has left meanwhile.
  static runtime::Task<bool> Pause(std::chrono::milliseconds duration, http::ResponseWriter& writer) {
    runtime::CancelSource& left = writer.client_left();
    if (left.cancelled()) co_return false;
    if (duration.count() == 0) co_return true;
    const runtime::Executor executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, duration);
    const runtime::CancelSource::Hook hook(&left, [&timer] { timer.cancel(); });
    const auto waited = co_await timer.async_wait(boost::asio::as_tuple(runtime::kUseTask));
    co_return !std::get<0>(waited);
  }

  const Clock& clock_;
  const SandboxOptions options_;
  std::uint64_t answers_ = 0;
  LimitTeller limits_;
};

std::string PlainError(int status, std::string_view message) {
  return ErrorPlan(Family::kOpenAi, status, message, "").frames.front();
}

}  // namespace

struct SandboxProvider::Impl {
  Impl(const Clock& clock, const SandboxOptions& options)
      : memory(kMemory),
        handler(clock, options),
        shards(1, clock),
        server(std::in_place, shards.at(0), handler, limits, memory, PlainError),
        acceptor(std::in_place, shards.at(0), shards, std::vector<http::Server*>{&*server}) {}

  const http::ServerLimits limits;
  MemoryBudget memory;
  SandboxHandler handler;
  runtime::ShardPool shards;
  std::optional<http::Server> server;      // destroyed after the shard's thread has ended
  std::optional<http::Acceptor> acceptor;  // likewise
  bool running = false;
};

SandboxProvider::SandboxProvider(const Clock& clock, SandboxOptions options)
    : impl_(std::make_unique<Impl>(clock, options)) {}

SandboxProvider::~SandboxProvider() { Stop(); }

absl::StatusOr<std::uint16_t> SandboxProvider::Start(std::uint16_t port) {
  absl::StatusOr<std::uint16_t> bound = impl_->acceptor->Listen("127.0.0.1", port);
  if (!bound.ok()) return bound;
  impl_->shards.Start();
  impl_->running = true;
  return bound;
}

void SandboxProvider::Stop() {
  if (!std::exchange(impl_->running, false)) return;
  Impl& impl = *impl_;
  impl.shards.at(0).Post([&impl] {
    impl.acceptor->Close();
    impl.server->CloseAll();
    impl.server->Drain([&impl] { impl.shards.Stop(); });
  });
  impl.shards.Join();
}

}  // namespace ag::sandbox
