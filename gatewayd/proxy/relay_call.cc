#include "gatewayd/proxy/relay_call.h"

namespace ag::proxy {

RelayCall::RelayCall(ShardServices& its_services, http::Request& its_request, http::ResponseWriter& its_writer)
    : services(its_services),
      request(its_request),
      writer(its_writer),
      state(its_services.state),
      started(its_request.received) {
  const Clock& clock = services.shard.clock();
  RandomSource& random = services.shard.random();
  Arena& arena = *request.arena;
  match = MatchEndpoint(request.method, request.path, request.query, request.headers, arena);
  trace = ContinueTrace(request.headers.Find("traceparent"), random, arena);
  record.trace_id = trace.trace_id;
  record.started = clock.Now();
  record.id = NewRequestId(record.started, random, arena);
  record.dialect = match.endpoint.dialect;
  record.operation = match.endpoint.operation;
  record.user_agent = request.headers.Find("user-agent");
}

std::chrono::microseconds RelayCall::Elapsed() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(services.shard.clock().Steady() - started);
}

void RelayCall::AppendCommonHeaders(http::HeaderList& headers) const {
  headers.Add("x-ag-request-id", record.id);
  if (!attempts_text.empty()) headers.Add("x-ag-attempts", attempts_text);
  AppendCors(access.cors_origin, headers);
}

}  // namespace ag::proxy
