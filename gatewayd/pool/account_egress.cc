#include "gatewayd/pool/account_egress.h"

#include <absl/strings/str_cat.h>

#include <optional>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::pool {
namespace {

std::string BoundTo(const AccountId& id, const ProxyAddress& proxy) {
  return absl::StrCat(id.value(), "\negress\n", proxy.ToString());
}

absl::Status Unreadable() {
  return MakeError(ErrorKind::kInvalidRequest,
                   "the stored way out cannot be read; set it again: agctl accounts egress");
}

std::string_view TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

absl::StatusOr<http::Egress> EgressFromJson(const json::Value& object, const AccountId& id,
                                            const auth::SecretBox& box) {
  http::Egress egress;
  const std::string_view url = TextOf(object, "proxy");
  if (url.empty()) return egress;
  auto proxy = ParseProxyUrl(url);
  if (!proxy.ok()) return Unreadable();
  if (const std::string_view sealed = TextOf(object, "password"); !sealed.empty()) {
    AG_ASSIGN_OR_RETURN(proxy->password, box.Open(sealed, BoundTo(id, *proxy)));
  }
  egress.proxy = *std::move(proxy);
  if (const json::Value* hosts = object.Find("no_proxy")) {
    for (const json::Value& host : hosts->items()) egress.no_proxy.emplace_back(host.str());
  }
  return egress;
}

}  // namespace

absl::StatusOr<SharedWayOut> MakeWayOut(const EgressInput& input) {
  http::WayOut way;
  if (!input.ca_file.empty() && input.ca_file.front() != '/') {
    return FieldError(ErrorKind::kInvalidRequest, "egress.ca_file", "give the CA file by its absolute path");
  }
  way.extra_ca_file = input.ca_file;
  if (input.mode != EgressInput::Mode::kProxy && !input.proxy_url.empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "egress.proxy_url", "only the mode that uses a proxy takes its URL");
  }
  if (input.mode == EgressInput::Mode::kProxy) {
    auto proxy = ParseProxyUrl(input.proxy_url.Reveal());
    if (!proxy.ok()) return FieldError(ErrorKind::kInvalidRequest, "egress.proxy_url", ToStd(proxy.status().message()));
    way.egress.emplace();
    way.egress->proxy = *std::move(proxy);
    way.egress->no_proxy = input.no_proxy;
  }
  if (input.mode == EgressInput::Mode::kDirect) way.egress.emplace();
  if (way == http::WayOut()) return SharedWayOut();
  return std::make_shared<const http::WayOut>(std::move(way));
}

EgressInput InputOf(const SharedWayOut& way_out) {
  EgressInput input;
  if (way_out == nullptr) return input;
  input.ca_file = way_out->extra_ca_file;
  if (!way_out->egress) return input;
  input.mode = way_out->egress->proxy ? EgressInput::Mode::kProxy : EgressInput::Mode::kDirect;
  if (!way_out->egress->proxy) return input;
  input.proxy_url = way_out->egress->proxy->ToUrl();
  input.no_proxy = way_out->egress->no_proxy;
  return input;
}

std::string WayOutToJson(const SharedWayOut& way_out, const AccountId& id, const auth::SecretBox& box) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  if (way_out != nullptr && way_out->egress) {
    writer.Key("egress").BeginObject();
    if (const auto& proxy = way_out->egress->proxy) {
      writer.Field("proxy", proxy->ToString());
      if (!proxy->password.empty()) writer.Field("password", box.Seal(proxy->password, BoundTo(id, *proxy)));
      writer.Key("no_proxy").BeginArray();
      for (const std::string& host : way_out->egress->no_proxy) writer.String(host);
      writer.EndArray();
    }
    writer.EndObject();
  }
  if (way_out != nullptr && !way_out->extra_ca_file.empty()) writer.Field("ca_file", way_out->extra_ca_file);
  writer.EndObject();
  return out;
}

absl::StatusOr<SharedWayOut> WayOutFromJson(std::string_view json, const AccountId& id, const auth::SecretBox& box) {
  if (json.empty() || json == "{}") return SharedWayOut();
  Arena arena;
  const auto root = json::Parse(json, arena);
  if (!root.ok() || !(*root)->is_object()) return Unreadable();
  http::WayOut way;
  if (const json::Value* egress = (*root)->Find("egress")) {
    AG_ASSIGN_OR_RETURN(way.egress, EgressFromJson(*egress, id, box));
  }
  way.extra_ca_file = std::string(TextOf(**root, "ca_file"));
  return std::make_shared<const http::WayOut>(std::move(way));
}

}  // namespace ag::pool
