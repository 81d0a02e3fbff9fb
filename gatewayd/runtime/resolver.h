#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/task.h"

namespace ag::runtime {

// Host names to addresses, on threads of its own, with a cache and one lookup at a time for a name. A DNS server that
// never answers delays only those who wait for that name, and not the end of the process. Thread-safe.
class Resolver {
 public:
  // Blocking lookup; tests replace it.
  using Lookup = std::function<absl::StatusOr<std::vector<boost::asio::ip::address>>(const std::string& host)>;

  // getaddrinfo, as the system is configured.
  explicit Resolver(const Clock& clock);
  Resolver(const Clock& clock, Lookup lookup);
  // Lookups that hang are left to their threads; those who wait get kDns.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Addresses in the order to try; IP literals at once. Fails with kDns naming the host, also after `timeout`;
  // kClientLeft when `cancel` (may be null) says so.
  Task<absl::StatusOr<std::vector<boost::asio::ip::address>>> Resolve(std::string host,
                                                                      std::chrono::milliseconds timeout,
                                                                      CancelSource* cancel = nullptr);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with lookups that outlive us
};

}  // namespace ag::runtime
