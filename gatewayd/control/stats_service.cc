#include "gatewayd/control/stats_service.h"

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
}

// On the reader's thread.
absl::StatusOr<v1::QueryTokensResponse> Query(store::TrafficTable& traffic, const v1::QueryTokensRequest& request) {
  AG_ASSIGN_OR_RETURN(const store::RollupQuery query, ReadQuery(request));
  AG_ASSIGN_OR_RETURN(const auto rows, traffic.Sums(query));
  v1::QueryTokensResponse response;
  store::RollupSums total;
  for (const auto& row : rows) {
    auto& out = *response.add_rows();
    out.set_bucket(row.bucket);
    out.set_part(row.part);
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
  return AnswerOnBlocking(on_.reader, context, request, response,
                          [this](const auto& wanted) { return Query(on_.traffic, wanted); });
}

}  // namespace ag::control
