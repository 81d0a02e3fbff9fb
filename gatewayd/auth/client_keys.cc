#include "gatewayd/auth/client_keys.h"

#include <array>
#include <utility>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

constexpr std::array<std::pair<AuthMode, std::string_view>, 4> kModes{{
    {AuthMode::kOff, "off"},
    {AuthMode::kStrict, "strict"},
    {AuthMode::kAllExceptHealth, "all_except_health"},
    {AuthMode::kAuto, "auto"},
}};

std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer";
  authorization = TrimSpace(authorization);
  if (authorization.size() <= kScheme.size()) return {};
  if (!EqualsIgnoreCase(authorization.substr(0, kScheme.size()), kScheme)) return {};
  if (authorization[kScheme.size()] != ' ') return {};
  return TrimSpace(authorization.substr(kScheme.size()));
}

}  // namespace

std::string_view NameOf(AuthMode mode) {
  for (const auto& [known, name] : kModes) {
    if (known == mode) return name;
  }
  return "off";
}

std::optional<AuthMode> AuthModeFromName(std::string_view name) {
  for (const auto& [mode, known] : kModes) {
    if (known == name) return mode;
  }
  return std::nullopt;
}

std::string_view PresentedKey(const http::Headers& headers, std::string_view query, std::string& decoded) {
  for (const std::string_view key : {BearerToken(headers.Find("authorization")), TrimSpace(headers.Find("x-api-key")),
                                     TrimSpace(headers.Find("x-goog-api-key"))}) {
    if (!key.empty()) return key;
  }
  decoded = http::QueryValue(query, "key").value_or("");
  return decoded;
}

KeyCheck CheckKey(const ClientKeySet& keys, std::string_view presented) {
  KeyCheck check;
  if (presented.empty()) return check;
  check.valid = !keys.primary.empty() && EqualsConstantTime(presented, keys.primary.Reveal());
  if (keys.further.empty()) return check;  // no hash needed, as on most machines
  const KeyHashText text = HashOfKey(presented);
  const std::string_view hash(text.data(), text.size());
  for (std::size_t i = 0; i < keys.further.size(); ++i) {
    const bool equal = EqualsConstantTime(hash, keys.further[i]);
    if (!equal || check.valid) continue;
    check.valid = true;
    check.further = i;
  }
  return check;
}

}  // namespace ag::auth
