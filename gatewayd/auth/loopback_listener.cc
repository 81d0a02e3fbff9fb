#include "gatewayd/auth/loopback_listener.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/memory_budget.h"
#include "gatewayd/http/server.h"

namespace ag::auth {
namespace {

constexpr std::size_t kMaxHead = 32 * 1024;
constexpr std::size_t kMaxBody = 4096;
constexpr std::size_t kMaxConnections = 32;
constexpr std::chrono::seconds kKeepAlive{5};
constexpr int kPortTries = 10;

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

// Plain, and without anything that is loaded from elsewhere.
std::string Html(const BrowserPage& page) {
  const std::string title = Escaped(page.title);
  return absl::StrCat("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", title,
                      "</title></head>\n<body><h1>", title, "</h1><p>", Escaped(page.text), "</p></body></html>\n");
}

std::string PlainError(int, std::string_view message) { return std::string(message) + "\n"; }

http::ServerLimits Limits() {
  http::ServerLimits limits;
  limits.max_head_bytes = kMaxHead;
  limits.max_body_bytes = kMaxBody;
  limits.max_connections = kMaxConnections;
  limits.keep_alive_timeout = kKeepAlive;
  return limits;
}

// A preflight of a browser that lets pages of the internet reach this machine only with its consent
// (https://wicg.github.io/private-network-access/).
void AppendPreflight(const http::Request& request, http::HeaderList& headers) {
  const std::string_view origin = request.headers.Find("origin");
  if (!origin.empty()) headers.Add("access-control-allow-origin", origin);
  headers.Add("access-control-allow-methods", "GET");
  if (request.headers.Has("access-control-request-private-network")) {
    headers.Add("access-control-allow-private-network", "true");
  }
  if (request.headers.Has("access-control-request-local-network")) {
    headers.Add("access-control-allow-local-network", "true");
  }
}

}  // namespace

struct LoopbackListener::Impl final : http::Handler {
  Impl(runtime::Shard& its_shard, std::string its_path, OnRedirect its_callback)
      : path(std::move(its_path)),
        on_redirect(std::move(its_callback)),
        memory(kMaxConnections * kMaxBody),
        shard(its_shard),
        server(its_shard, *this, Limits(), memory, PlainError),
        acceptor(std::make_unique<http::Acceptor>(its_shard, server)) {}

  runtime::Task<void> Handle(http::Request& request, http::BodyReader&, http::ResponseWriter& writer) override {
    http::HeaderList headers(*request.arena);
    http::ResponseHead head;
    std::string body;
    headers.Add("cache-control", "no-store");
    if (request.method == "OPTIONS") {
      head.status = 204;
      AppendPreflight(request, headers);
    } else if ((request.method == "GET" || request.method == "HEAD") && request.path == path &&
               !request.query.empty()) {
      const BrowserPage page = on_redirect(request.query);
      head.status = page.status;
      headers.Add("content-type", "text/html; charset=utf-8");
      headers.Add("referrer-policy", "no-referrer");  // the code is in this page's address
      body = Html(page);
    } else {
      head.status = 404;
      headers.Add("content-type", "text/plain");
      body = "Only the sign-in that is under way is answered here.\n";
    }
    head.headers = headers.all();
    const absl::Status sent = co_await writer.Send(head, body);
    if (!sent.ok()) Log(LogLevel::kDebug, "a browser left before it was answered: ", sent.message());
  }

  const std::string path;
  const OnRedirect on_redirect;
  MemoryBudget memory;
  runtime::Shard& shard;
  http::Server server;
  std::unique_ptr<http::Acceptor> acceptor;
  std::uint16_t port = 0;
};

bool LoopbackListener::HasIpv6(Impl& impl) {
  http::Acceptor probe(impl.shard, impl.server);
  return probe.Listen("::1", 0).ok();
}

LoopbackListener::LoopbackListener(runtime::Shard& shard, std::string path, OnRedirect on_redirect)
    : impl_(std::make_shared<Impl>(shard, std::move(path), std::move(on_redirect))) {}

// Sessions that end a moment later still refer to the implementation.
LoopbackListener::~LoopbackListener() {
  impl_->acceptor->Close();
  impl_->server.CloseAll();
  impl_->server.Drain([kept = impl_] {});
}

absl::Status LoopbackListener::Listen() {
  absl::Status failure;
  for (int i = 0; i < kPortTries; ++i) {
    const auto port = impl_->acceptor->Listen("127.0.0.1", 0);
    if (!port.ok()) return port.status();
    const auto v6 = impl_->acceptor->Listen("::1", *port);
    if (v6.ok() || !HasIpv6(*impl_)) {
      impl_->port = *port;
      return absl::OkStatus();
    }
    // Somebody else has the port there: a browser that takes "localhost" for ::1 would go to them.
    failure = v6.status();
    impl_->acceptor->Close();
  }
  return failure;
}

std::uint16_t LoopbackListener::port() const { return impl_->port; }

void LoopbackListener::Close() {
  impl_->acceptor->Close();
  impl_->server.Drain([] {});
}

}  // namespace ag::auth
