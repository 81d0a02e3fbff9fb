#pragma once

#include <absl/status/statusor.h>

#include "gatewayd/http/server.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/local_answers.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/proxy/shard_services.h"

namespace ag::proxy {

// Answers every request of one shard. docs/life-of-a-request.md tells the story; Handle is its table of contents.
class Relay final : public http::Handler {
 public:
  explicit Relay(ShardServices& services) : services_(services) {}

  runtime::Task<void> Handle(http::Request& request, http::BodyReader& body, http::ResponseWriter& writer) override;

 private:
  runtime::Task<absl::Status> Answer(RelayCall& call, http::BodyReader& body);
  runtime::Task<absl::Status> AnswerPreflightRequest(RelayCall& call);
  runtime::Task<absl::Status> ReadClient(RelayCall& call, http::BodyReader& body);
  runtime::Task<absl::Status> Serve(RelayCall& call);
  // Lets the request in by the bounds of its further key, and counts it there.
  absl::Status AdmitKey(const RelayCall& call);
  // Where the request may go, from its model, its state and the routes.
  absl::StatusOr<pool::RequestTraits> Route(RelayCall& call);
  // A token count when no account has a counter for it; returns `error` when that was not the reason.
  runtime::Task<absl::Status> AnswerEstimate(RelayCall& call, absl::Status error);
  runtime::Task<absl::Status> Send(RelayCall& call, const LocalAnswer& answer);
  // Tells the client of a failure: as an answer of its own, or in the stream that was begun.
  runtime::Task<void> Fail(RelayCall& call, const absl::Status& error);

  ShardServices& services_;
};

}  // namespace ag::proxy
