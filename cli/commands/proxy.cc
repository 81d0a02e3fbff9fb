#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/proxy_view.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

// This machine's IPv4 addresses that other machines may reach: agctl runs where the daemon does.
std::vector<std::string> LanAddresses() {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return addresses;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    const bool usable = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    char text[INET_ADDRSTRLEN] = {};
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) addresses.emplace_back(text);
  }
  ::freeifaddrs(all);
  return addresses;
}

void Show(const Session& session, const v1::ProxyStatus& status) {
  if (!session.json) return Print(ProxyText(status));
  JsonWriter json;
  json.BeginObject();
  WriteProxy(json, status);
  Print(json.EndObject().text() + "\n");
}

absl::Status Status(Session& session) {
  const auto answer = session.client().GetProxyStatus();
  if (!answer.ok()) return answer.status();
  Show(session, answer->status());
  return absl::OkStatus();
}

absl::Status Start(Session& session) {
  const auto answer = session.client().StartProxy();
  if (!answer.ok()) return answer.status();
  Show(session, answer->status());
  return absl::OkStatus();
}

absl::Status Stop(Session& session) {
  const auto answer = session.client().StopProxy();
  if (!answer.ok()) return answer.status();
  Show(session, answer->status());
  return absl::OkStatus();
}

absl::StatusOr<std::string> Get(Session& session, const std::string& key) {
  v1::GetSettingRequest request;
  request.set_key(key);
  const auto answer = session.client().GetSetting(request);
  if (!answer.ok()) return answer.status();
  return PlainValue(answer->setting().value());
}

absl::Status Set(Session& session, const std::string& key, const std::string& value) {
  v1::SetSettingRequest request;
  request.set_key(key);
  request.set_value(value);
  const auto answer = session.client().SetSetting(request);
  if (!answer.ok()) return answer.status();
  if (!answer->apply_error().empty()) return absl::FailedPreconditionError(answer->apply_error());
  if (PlainValue(answer->setting().value()) != value) {
    return absl::FailedPreconditionError(absl::StrCat(key, " stays ", answer->setting().value(), ": the ",
                                                      NameOf(answer->setting().source()), " overrides it"));
  }
  return absl::OkStatus();
}

// Access from the network never goes without a key: a mode that asks for none there is changed first.
absl::Status LanOn(Session& session) {
  const auto mode = Get(session, "proxy.auth_mode");
  if (!mode.ok()) return mode.status();
  if (*mode == "off") {
    if (const auto status = Set(session, "proxy.auth_mode", "auto"); !status.ok()) return status;
  }
  if (const auto status = Set(session, "proxy.allow_lan_access", "true"); !status.ok()) return status;
  const auto now = Get(session, "proxy.auth_mode");
  if (!now.ok()) return now.status();
  const auto key = session.client().GetPrimaryKey();
  if (!key.ok()) return key.status();
  const auto proxy = session.client().GetProxyStatus();
  if (!proxy.ok()) return proxy.status();
  std::vector<std::string> urls;
  for (const auto& address : LanAddresses()) {
    urls.push_back(absl::StrCat("http://", address, ":", proxy->status().port()));
  }
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("allow_lan_access", true).Field("auth_mode", *now);
    json.Field("api_key", key->key()).Key("urls").BeginArray();
    for (const auto& url : urls) json.String(url);
    Print(json.EndArray().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  Print(absl::StrCat("The gateway is open to the network (auth_mode ", *now, ").\n  key  ", key->key(), "\n"));
  for (const auto& url : urls) Print(absl::StrCat("  url  ", url, "\n"));
  if (!proxy->status().running()) Print("The proxy is stopped: `agctl proxy start` starts it.\n");
  return absl::OkStatus();
}

absl::Status LanOff(Session& session) {
  if (const auto status = Set(session, "proxy.allow_lan_access", "false"); !status.ok()) return status;
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("allow_lan_access", false).EndObject();
    Print(json.text() + "\n");
  } else {
    Print("The gateway answers on this machine only.\n");
  }
  return absl::OkStatus();
}

void AddPlain(CLI::App& parent, Session& session, const std::string& name, const std::string& help,
              absl::Status (*run)(Session&)) {
  parent.add_subcommand(name, help)->fallthrough()->callback([&session, run] {
    session.command = [&session, run] { return run(session); };
  });
}

}  // namespace

void WriteProxy(JsonWriter& json, const v1::ProxyStatus& status) {
  json.Field("running", status.running()).Field("port", status.port()).Key("addresses").BeginArray();
  for (const auto& address : status.addresses()) json.String(address);
  json.EndArray().Key("urls").BeginArray();
  for (const auto& address : status.addresses()) json.String(absl::StrCat("http://", address));
  json.EndArray();
  if (!status.last_error().empty()) json.Field("last_error", status.last_error());
  json.Field("open_connections", status.open_connection_count()).Field("requests", status.request_count());
}

std::string ProxyText(const v1::ProxyStatus& status) {
  if (!status.running()) {
    return status.last_error().empty() ? "proxy     stopped: `agctl proxy start` starts it\n"
                                       : absl::StrCat("proxy     not running: ", status.last_error(), "\n");
  }
  std::string text = "proxy     running\n";
  for (const auto& address : status.addresses()) absl::StrAppend(&text, "          http://", address, "\n");
  absl::StrAppend(&text, "traffic   ", Grouped(status.request_count()), " requests, ",
                  Grouped(status.open_connection_count()), " open connections\n");
  return text;
}

void AddProxy(CLI::App& app, Session& session) {
  auto* proxy = app.add_subcommand("proxy", "The HTTP endpoint that clients use");
  proxy->require_subcommand(1)->fallthrough();
  AddPlain(*proxy, session, "start", "Open the endpoint", Start);
  AddPlain(*proxy, session, "stop", "Close the endpoint; running requests end", Stop);
  AddPlain(*proxy, session, "status", "Show whether it listens, and where", Status);
  auto* lan = proxy->add_subcommand("lan", "Access from other machines");
  lan->require_subcommand(1)->fallthrough();
  AddPlain(*lan, session, "on", "Allow it, with a key; shows key and URLs", LanOn);
  AddPlain(*lan, session, "off", "This machine only", LanOff);
}

}  // namespace ag::cli
