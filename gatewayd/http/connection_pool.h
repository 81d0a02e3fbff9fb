#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/http/chunk_decoder.h"
#include "gatewayd/http/client.h"
#include "gatewayd/http/connection.h"
#include "gatewayd/http/connector.h"

namespace ag::http {

// What has not been read yet of a body whose end can be told from its bytes.
struct BodyRest {
  bool chunked = true;
  ChunkDecoder chunks;     // chunked
  std::uint64_t left = 0;  // else: bytes of the stated length
};

// A connection whose reply nobody reads any more, and whose end is still to come.
struct Draining {
  std::shared_ptr<Connection> connection;  // shared with its read under way
  BodyRest rest;
  std::size_t dropped = 0;  // bytes
};

// A server that requests go to, with what does not change between them.
struct Origin {
  Route route;
  std::string host_header;
  std::string absolute_prefix;      // "http://host:port" when a proxy gets absolute-form targets, else empty
  std::string proxy_authorization;  // of requests that a proxy reads
  std::vector<std::shared_ptr<Connection>> idle;  // shared with their read under way; the last used is at the back
  std::vector<Draining> draining;
};

// The idle connections of one client under one set of options: key = scheme, host, port (egress and CA set are the
// options'). Each has a read under way, so that a server's closing is noticed. One shard.
class ConnectionPool {
 public:
  explicit ConnectionPool(std::shared_ptr<const ClientOptions> options) : options_(std::move(options)) {}
  ~ConnectionPool() { Retire(); }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  const std::shared_ptr<const ClientOptions>& options() const { return options_; }
  // Lives as long as the pool. kEgress when the proxy cannot be used.
  absl::StatusOr<Origin*> Find(const Url& url);
  // A connection that shows no sign of being stale; nullptr if there is none.
  std::shared_ptr<Connection> Take(Origin& origin);
  // Takes notice of what comes on a new connection while no exchange has it.
  void Adopt(Origin& origin, Connection& connection);
  // Keeps a connection whose reply was read to its end, or closes it.
  void Put(Origin& origin, std::shared_ptr<Connection> connection);
  // Keeps a connection whose reply is not read to its end, if that end comes within a second and 64 KB; else closes it.
  void Drain(Origin& origin, std::shared_ptr<Connection> connection, BodyRest rest);
  void CloseIdle();
  // Closes what is idle or drained, and later what comes back.
  void Retire();
  std::size_t idle_count() const;

 private:
  void OnUnexpected(Origin& origin, const Connection& connection);
  void GoOnDraining(Origin& origin, std::vector<Draining>::iterator draining);

  struct Key {
    bool tls;
    std::uint16_t port;
    std::string host;
  };
  struct KeyView {
    bool tls;
    std::uint16_t port;
    std::string_view host;
  };
  struct Less {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      if (a.port != b.port) return a.port < b.port;
      if (a.tls != b.tls) return a.tls < b.tls;
      return std::string_view(a.host) < std::string_view(b.host);
    }
  };

  const std::shared_ptr<const ClientOptions> options_;  // shared with connections being made
  std::map<Key, std::unique_ptr<Origin>, Less> origins_;
  bool retired_ = false;
};

}  // namespace ag::http
