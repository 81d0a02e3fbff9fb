#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/http/message.h"

namespace ag::auth {

// Who may call the open local port (docs/architecture.md section 9). A value, rebuilt when the config changes.
struct OriginPolicy {
  std::vector<std::string> allowed_origins;  // whole origins ("https://app.example", "null"); no patterns
  std::vector<std::string> allowed_hosts;    // further Host names, without port
  std::string machine_name;                  // allowed when `lan`, also as <name>.local
  bool lan = false;
};

struct GuardInput {
  http::Headers headers;
  std::string_view local_address;  // the socket's own
  bool has_valid_key = false;      // a correct gateway key passes whatever the Origin
  bool http10 = false;             // may come without Host (RFC 9112 section 3.2)
};

// OK, or kOriginRefused with the one-line setting that would allow it; a missing or repeated Host and a repeated Origin
// are kInvalidRequest. Host is checked in every case (DNS rebinding); its port is not: forwarded ports differ.
// Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) decides only where there is no Origin: a trusted page is often
// cross-site, for localhost and 127.0.0.1 are two sites.
absl::Status CheckOrigin(const OriginPolicy& policy, const GuardInput& input);

// True for an Origin that passes without a key: loopback pages, app:, file:, tauri:, vscode-webview:, or allow-listed.
bool IsTrustedOrigin(const OriginPolicy& policy, std::string_view origin);

}  // namespace ag::auth
