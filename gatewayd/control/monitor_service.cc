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

// Both on the reader's thread.
absl::StatusOr<v1::ListRequestsResponse> List(store::TrafficTable& traffic, const v1::ListRequestsRequest& request) {
  if (request.page_size() < 0) {
    return FieldError(ErrorKind::kInvalidRequest, "page_size", "page_size is negative");
  }
  const int size = request.page_size() == 0 ? kDefaultPageSize : std::min(request.page_size(), kMaxPageSize);
  store::RequestFilter filter;
  filter.limit = size + 1;  // one more tells whether there is a further page
  filter.text = request.text();
  filter.errors_only = request.errors_only();
  filter.before_id = request.page_token();  // a page ends at a request: its token is that one's id
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
