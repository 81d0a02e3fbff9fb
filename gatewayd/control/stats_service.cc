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
    default:
      return store::RollupBy::kDay;
  }
}

std::int64_t Millis(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
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
  const std::int64_t since = request.has_start_time() ? Millis(request.start_time()) : 0;
  const std::int64_t until = request.has_end_time() ? Millis(request.end_time()) : 0;  // 0 = no end
  if (request.has_end_time() && until <= since) {
    return FieldError(ErrorKind::kInvalidRequest, "end_time", "the end of the time range is not after its start");
  }
  AG_ASSIGN_OR_RETURN(const auto rows, traffic.Sums(GroupingOf(request.group_by()), since, until));
  v1::QueryTokensResponse response;
  store::RollupSums total;
  for (const auto& row : rows) {
    auto& out = *response.add_rows();
    out.set_bucket(row.bucket);
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
