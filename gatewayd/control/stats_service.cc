#include "gatewayd/control/stats_service.h"

#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/record_convert.h"
#include "gatewayd/control/rpc_bridge.h"

namespace ag::control {
namespace {

store::RollupBy GroupingOf(v1::TokenGrouping grouping) {
  switch (grouping) {
    case v1::TOKEN_GROUPING_HOUR:
      return store::RollupBy::kHour;
    case v1::TOKEN_GROUPING_MODEL:
      return store::RollupBy::kModel;
    case v1::TOKEN_GROUPING_ACCOUNT:
      return store::RollupBy::kAccount;
    case v1::TOKEN_GROUPING_CLIENT_KEY:
      return store::RollupBy::kClientKey;
    case v1::TOKEN_GROUPING_DIALECT:
      return store::RollupBy::kDialect;
    default:
      return store::RollupBy::kDay;
  }
}

bool IsTime(store::RollupBy by) { return by == store::RollupBy::kHour || by == store::RollupBy::kDay; }

std::int64_t Millis(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

absl::StatusOr<store::RollupQuery> ReadQuery(const v1::QueryTokensRequest& request) {
  store::RollupQuery query;
  query.by = GroupingOf(request.group_by());
  if (request.has_start_time()) query.since_ms = Millis(request.start_time());
  if (request.has_end_time()) query.until_ms = Millis(request.end_time());
  if (request.has_end_time() && query.until_ms <= query.since_ms) {
    return FieldError(ErrorKind::kInvalidRequest, "end_time", "the end of the time range is not after its start");
  }
  if (request.split_by() == v1::TOKEN_GROUPING_UNSPECIFIED) return query;
  query.split = GroupingOf(request.split_by());
  if (!IsTime(query.by) || IsTime(*query.split)) {
    return FieldError(ErrorKind::kInvalidRequest, "split_by",
                      "only hours and days can be split: by model, account, client_key or dialect");
  }
  return query;
}

void Add(const store::RollupSums& sums, store::RollupSums& total) {
  total.requests += sums.requests;
  total.errors += sums.errors;
  total.input += sums.input;
  total.cache_read += sums.cache_read;
  total.cache_write += sums.cache_write;
  total.output += sums.output;
  total.reasoning += sums.reasoning;
  total.cost += sums.cost;
  total.unpriced += sums.unpriced;
}

// Client keys are counted by their ids and read by their names; one that was removed has kept its id only.
std::string Shown(store::RollupBy by, const std::string& text, const keys::KeyRing& ring) {
  if (by != store::RollupBy::kClientKey) return text;
  const auto held = ring.Find(text);
  return held == nullptr ? text : held->key.name;
}

// On the reader's thread.
absl::StatusOr<v1::QueryTokensResponse> Query(store::TrafficTable& traffic, const keys::KeyRing& ring,
                                              const v1::QueryTokensRequest& request) {
  AG_ASSIGN_OR_RETURN(const store::RollupQuery query, ReadQuery(request));
  AG_ASSIGN_OR_RETURN(const auto rows, traffic.Sums(query));
  v1::QueryTokensResponse response;
  store::RollupSums total;
  for (const auto& row : rows) {
    auto& out = *response.add_rows();
    out.set_bucket(Shown(query.by, row.bucket, ring));
    if (query.split) out.set_part(Shown(*query.split, row.part, ring));
    *out.mutable_sums() = ToProto(row.sums);
    Add(row.sums, total);
  }
  *response.mutable_total() = ToProto(total);
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* StatsService::QueryTokens(grpc::CallbackServerContext* context,
                                                    const v1::QueryTokensRequest* request,
                                                    v1::QueryTokensResponse* response) {
  using CallPtr = UnaryCallPtr<v1::QueryTokensRequest, v1::QueryTokensResponse>;
  // The keys' names are the control context's, the sums are read where that may block.
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    on_.reader.Post([&traffic = on_.traffic, ring = on_.keys.ring(), call] {
      call->Finish(Query(traffic, *ring, call->request()));
    });
  });
}

}  // namespace ag::control
