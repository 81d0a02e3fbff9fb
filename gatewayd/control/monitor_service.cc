#include "gatewayd/control/monitor_service.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/record_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/telemetry/request_row.h"

namespace ag::control {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;

std::int64_t Millis(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

// What of the filter bar is set.
absl::Status ReadFilter(const v1::ListRequestsRequest& request, store::RequestFilter& filter) {
  filter.text = request.text();
  filter.errors_only = request.errors_only();
  filter.model = request.model();
  if (request.has_start_time()) filter.since_ms = Millis(request.start_time());
  if (request.has_end_time()) filter.until_ms = Millis(request.end_time());
  if (request.has_end_time() && filter.until_ms <= filter.since_ms) {
    return FieldError(ErrorKind::kInvalidRequest, "end_time", "the end of the time range is not after its start");
  }
  for (const int kind : request.error_kinds()) {
    if (kind <= 0 || kind > kErrorKindCount) {
      return FieldError(ErrorKind::kInvalidRequest, "error_kinds", "this daemon does not know such an error kind");
    }
    filter.error_kinds.emplace_back(NameOf(static_cast<ErrorKind>(kind - 1)));
  }
  telemetry::RowFilter rows;
  rows.account_id = request.account_id();
  if (request.dialect() != v1::DIALECT_UNSPECIFIED) {
    if (request.dialect() < 0 || request.dialect() > kDialectCount) {
      return FieldError(ErrorKind::kInvalidRequest, "dialect", "this daemon does not know such a dialect");
    }
    rows.dialect = static_cast<Dialect>(request.dialect() - 1);
  }
  if (request.has_client_key_id()) rows.client_key = request.client_key_id();
  if (rows.account_id.empty() && !rows.dialect && !rows.client_key) return absl::OkStatus();
  filter.wanted = [rows](const store::RequestRow& row) { return telemetry::Matches(row, rows); };
  return absl::OkStatus();
}

// Both on the reader's thread.
absl::StatusOr<v1::ListRequestsResponse> List(store::TrafficTable& traffic, const v1::ListRequestsRequest& request) {
  if (request.page_size() < 0) {
    return FieldError(ErrorKind::kInvalidRequest, "page_size", "page_size is negative");
  }
  const int size = request.page_size() == 0 ? kDefaultPageSize : std::min(request.page_size(), kMaxPageSize);
  store::RequestFilter filter;
  filter.limit = size + 1;                  // one more tells whether there is a further page
  filter.before_id = request.page_token();  // a page ends at a request: its token is that one's id
  AG_RETURN_IF_ERROR(ReadFilter(request, filter));
  Arena arena;
  AG_ASSIGN_OR_RETURN(auto rows, traffic.List(filter, arena));
  v1::ListRequestsResponse response;
  if (rows.size() > static_cast<std::size_t>(size)) {
    rows.resize(static_cast<std::size_t>(size));
    response.set_next_page_token(std::string(rows.back().id));
  }
  for (const auto& row : rows) {
    *response.add_requests() = ToProto(telemetry::FromRow(row, arena), RecordView::kBasic);
  }
  return response;
}

absl::StatusOr<v1::GetRequestResponse> Get(store::TrafficTable& traffic, const v1::GetRequestRequest& request) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const auto row, traffic.Get(request.id(), arena));
  if (!row) {
    return absl::NotFoundError(absl::StrCat("there is no request \"", request.id(), "\" in the log (any more)"));
  }
  v1::GetRequestResponse response;
  *response.mutable_request() = ToProto(telemetry::FromRow(*row, arena), RecordView::kFull);
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* MonitorService::ListRequests(grpc::CallbackServerContext* context,
                                                       const v1::ListRequestsRequest* request,
                                                       v1::ListRequestsResponse* response) {
  return AnswerOnBlocking(on_.reader, context, request, response,
                          [this](const auto& wanted) { return List(on_.traffic, wanted); });
}

grpc::ServerUnaryReactor* MonitorService::GetRequest(grpc::CallbackServerContext* context,
                                                     const v1::GetRequestRequest* request,
                                                     v1::GetRequestResponse* response) {
  return AnswerOnBlocking(on_.reader, context, request, response,
                          [this](const auto& wanted) { return Get(on_.traffic, wanted); });
}

grpc::ServerWriteReactor<v1::WatchRequestsResponse>* MonitorService::WatchRequests(
    grpc::CallbackServerContext* context, const v1::WatchRequestsRequest* request) {
  const auto snapshot_size = static_cast<std::size_t>(std::max(request->snapshot_size(), 0));
  return new WatchReactor(on_.control, on_.feed, hub_, *context, snapshot_size);
}

}  // namespace ag::control
