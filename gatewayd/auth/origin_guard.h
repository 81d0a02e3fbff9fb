#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "gatewayd/http/message.h"

namespace ag::auth {

// Who may call the open local port (docs/architecture.md section 9). A value, rebuilt when the config changes.
struct OriginPolicy {
  std::vector<std::string> allowed_origins;  // exact, as configured
  std::vector<std::string> allowed_hosts;    // further Host names
  std::string machine_name;                  // allowed when `lan`
  bool lan = false;
};

struct GuardInput {
  http::Headers headers;
  std::string_view local_address;  // the socket's own
  bool has_valid_key = false;      // a correct gateway key passes whatever the Origin
};

// OK, or kOriginRefused with the one-line setting that would allow it. Host is checked in every case (DNS rebinding).
absl::Status CheckOrigin(const OriginPolicy& policy, const GuardInput& input);

// True for an Origin that passes without a key: loopback pages, app:, file:, tauri:, vscode-webview:, or allow-listed.
bool IsTrustedOrigin(const OriginPolicy& policy, std::string_view origin);

}  // namespace ag::auth
