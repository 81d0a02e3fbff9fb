#include "gatewayd/auth/token_client.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include "gatewayd/base/error.h"

namespace ag::auth {
namespace {

constexpr std::size_t kMaxReply = 256 * 1024;
constexpr std::chrono::seconds kHeadTimeout{20};

// The same failure, as one of the account: without a token it can do nothing.
absl::Status OfTheSignIn(const std::string& token_url, const absl::Status& error) {
  ErrorDetail detail = DetailOf(error);
  if (detail.kind == ErrorKind::kClientLeft) return error;
  detail.scope = ErrorScope::kAccount;
  const std::string message = absl::StrCat("no access token from ", token_url, ": ", error.message());
  return MakeError(std::move(detail), message);
}

}  // namespace

runtime::Task<absl::StatusOr<TokenReply>> RequestToken(http::Client& client, std::string token_url, Secret form,
                                                       runtime::CancelSource* cancel,
                                                       std::shared_ptr<const http::WayOut> way_out) {
  const auto url = http::ParseUrl(token_url);
  if (!url) {
    const absl::Status bad = MakeError(ErrorKind::kInvalidRequest, "the token URL cannot be read");
    co_return OfTheSignIn(token_url, bad);
  }
  const std::array<http::Header, 2> headers{
      {{"content-type", "application/x-www-form-urlencoded"}, {"accept", "application/json"}}};
  const std::array<std::string_view, 1> body{form.Reveal()};
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = &*url;
  request.target = url->path.empty() ? std::string_view("/") : std::string_view(url->path);
  request.headers = headers;
  request.body = body;
  request.head_timeout = kHeadTimeout;
  request.cancel = cancel;
  request.way_out = std::move(way_out);
  auto exchange = co_await client.Send(std::move(request));
  if (!exchange.ok()) co_return OfTheSignIn(token_url, exchange.status());
  auto reply = co_await (*exchange)->ReadAll(kMaxReply);
  if (!reply.ok()) co_return OfTheSignIn(token_url, reply.status());
  const Secret text(*std::move(reply));
  auto tokens = ParseTokenReply((*exchange)->status(), text.Reveal());
  if (!tokens.ok()) co_return OfTheSignIn(token_url, tokens.status());
  co_return tokens;
}

}  // namespace ag::auth
