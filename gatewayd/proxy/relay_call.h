#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/http/server.h"
#include "gatewayd/proxy/access.h"
#include "gatewayd/proxy/endpoint_table.h"
#include "gatewayd/proxy/shard_services.h"
#include "gatewayd/proxy/trace.h"
#include "gatewayd/routing/route.h"
#include "gatewayd/telemetry/request_record.h"
#include "gatewayd/wire/client_request.h"

namespace ag::proxy {

class ReplyStream;

// A provider's own error reply, kept until it is known whether another attempt answers.
struct ProviderReply {
  int status = 0;
  Dialect dialect = Dialect::kChat;
  std::vector<std::pair<std::string, std::string>> headers;  // those that may go to the client
  std::string body;
};

// One request on its way through the relay. Lives in the frame of Relay::Handle.
struct RelayCall {
  RelayCall(ShardServices& its_services, http::Request& its_request, http::ResponseWriter& its_writer);

  Family family() const { return match.family; }
  std::chrono::microseconds Elapsed() const;
  // Response fields that every answer of ours carries: ids and CORS.
  void AppendCommonHeaders(http::HeaderList& headers) const;

  ShardServices& services;
  http::Request& request;
  http::ResponseWriter& writer;
  std::shared_ptr<const ProxyState> state;  // shared: the state that the request began with
  EndpointMatch match;
  Access access;
  TraceContext trace;
  telemetry::RequestRecord record;
  SteadyTime started;
  std::string attempts_text;  // value of x-ag-attempts
  std::optional<wire::ClientRequest> client;
  routing::ReasoningChoice reasoning;           // what the deciding route wants in place of the client's wish
  std::optional<ProviderReply> provider_reply;  // that belongs to the error which the call ends with
  ReplyStream* reply = nullptr;
  bool answered = false;  // the client has got an ending, good or bad
};

}  // namespace ag::proxy
