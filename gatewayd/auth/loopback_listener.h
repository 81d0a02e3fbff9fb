#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/runtime/shard.h"

namespace ag::auth {

// What a browser that came to the loopback address is shown.
struct BrowserPage {
  int status = 200;
  std::string title;
  std::string text;
};

// Waits on 127.0.0.1 and ::1 for the browser that an authorization server sends back (RFC 8252 section 7.3). Browsers
// come with more than the redirect: an icon, a preflight, a second tab; each is answered, and none ends the waiting. On
// its shard's thread, where it lives and dies.
class LoopbackListener {
 public:
  // Hears the query of each GET of `path` and says what the browser shows.
  using OnRedirect = std::function<BrowserPage(std::string_view query)>;

  LoopbackListener(runtime::Shard& shard, std::string path, OnRedirect on_redirect);
  ~LoopbackListener();  // cuts what is open

  // Listens on a free port, the same one on both addresses; a machine without IPv6 may lack ::1.
  absl::Status Listen();
  std::uint16_t port() const;
  // Accepts nothing more; answers that are under way are finished.
  void Close();

 private:
  struct Impl;
  static bool HasIpv6(Impl& impl);

  std::shared_ptr<Impl> impl_;  // shared with the sessions that are still open
};

}  // namespace ag::auth
