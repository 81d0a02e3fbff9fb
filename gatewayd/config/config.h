#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The daemon's settings as an immutable value. How they are read and written: config/config_store.h.
namespace ag::config {

struct ProxyConfig {
  std::uint16_t port = 8045;
  bool allow_lan_access = false;
  std::string auth_mode = "off";              // off, strict, all_except_health, auto
  std::vector<std::string> listen_addresses;  // empty: loopback, or all when allow_lan_access
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;
  int shards = 0;  // 0 = one a core
  bool auto_start = true;
  std::size_t max_body_bytes = 100UL * 1024 * 1024;
  std::size_t memory_budget_bytes = 1024UL * 1024 * 1024;
  int max_attempts = 5;
  std::chrono::milliseconds max_wait{20'000};
  std::chrono::milliseconds retry_for{60'000};
  std::chrono::milliseconds early_commit_after{10'000};
  bool inject_stream_usage = true;
};

struct PoolConfig {
  std::string mode = "cache_first";  // cache_first, balance, performance_first
  std::string fixed_account;         // id or label of the account that goes before all others; empty = none
  bool fixed_failover = true;        // to the others when it cannot serve
};

struct UpstreamConfig {
  std::string proxy_url;  // over HTTPS_PROXY
  std::vector<std::string> no_proxy;
  std::string ca_file;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds head_timeout{600'000};
  std::chrono::milliseconds idle_timeout{120'000};
};

struct TranslationConfig {
  // What happens when a request cannot be said in full on the chosen upstream: allow (it is in the record), warn (and
  // in a response header), reject (400 that names the field).
  std::string on_loss = "allow";
};

struct LogConfig {
  std::int64_t max_requests = 200'000;           // rows of the request log
  std::int64_t max_bytes = 512LL * 1024 * 1024;  // of its file
  int max_age_days = 30;
};

// The control service beyond this machine's socket.
struct ControlConfig {
  std::string address;     // "HOST:PORT"; empty = the socket only
  std::string cert_file;   // PEM
  std::string key_file;    // PEM
  std::string token_file;  // for its owner only
};

struct Config {
  ProxyConfig proxy;
  PoolConfig pool;
  UpstreamConfig upstream;
  TranslationConfig translation;
  LogConfig log;
  ControlConfig control;
};

}  // namespace ag::config
