#include "gatewayd/control/monitor_service.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/record_convert.h"
#include "gatewayd/control/rpc_bridge.h"

namespace ag::control {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;

// A page ends at a request; its token is "<start time in ms>:<id>".
std::string TokenAfter(const store::RequestRow& row) { return absl::StrCat(row.started_ms, ":", row.id); }

absl::Status ReadToken(const std::string& token, store::RequestFilter& filter) {
  if (token.empty()) return absl::OkStatus();
  const std::size_t colon = token.find(':');
  if (colon == std::string::npos || !absl::SimpleAtoi(token.substr(0, colon), &filter.before_ms)) {
    return FieldError(ErrorKind::kInvalidRequest, "page_token", "page_token is not one that a page gave");
  }
  filter.before_id = token.substr(colon + 1);
  return absl::OkStatus();
}

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
  AG_RETURN_IF_ERROR(ReadToken(request.page_token(), filter));
  AG_ASSIGN_OR_RETURN(auto rows, traffic.List(filter));
  v1::ListRequestsResponse response;
  if (rows.size() > static_cast<std::size_t>(size)) {
    rows.resize(static_cast<std::size_t>(size));
    response.set_next_page_token(TokenAfter(rows.back()));
  }
  for (const auto& row : rows) *response.add_requests() = ToProto(row, RecordView::kBasic);
  return response;
}

absl::StatusOr<v1::GetRequestResponse> Get(store::TrafficTable& traffic, const v1::GetRequestRequest& request) {
  AG_ASSIGN_OR_RETURN(const auto row, traffic.Get(request.id()));
  if (!row) {
    return absl::NotFoundError(absl::StrCat("there is no request \"", request.id(), "\" in the log (any more)"));
  }
  v1::GetRequestResponse response;
  *response.mutable_request() = ToProto(*row, RecordView::kFull);
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
