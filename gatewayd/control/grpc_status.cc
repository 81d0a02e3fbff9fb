#include "gatewayd/control/grpc_status.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::control {
namespace {

ErrorKind KindOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
      return ErrorKind::kInvalidRequest;
    case absl::StatusCode::kCancelled:
      return ErrorKind::kClientLeft;
    case absl::StatusCode::kUnavailable:
      return ErrorKind::kShuttingDown;
    default:
      return ErrorKind::kInternal;
  }
}

// Metadata values are printable ASCII (RFC 9110 section 5.5); a field name of ours always is.
std::string Printable(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c < ' ' || c > '~'; });
  return out;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status, grpc::ServerContextBase& context) {
  if (status.ok()) return grpc::Status::OK;
  const ErrorDetail detail = DetailOf(status);
  const bool own = detail.kind != ErrorKind::kInternal || status.code() == absl::StatusCode::kInternal;
  const ErrorKind kind = own ? detail.kind : KindOfCode(status.code());
  context.AddTrailingMetadata("ag-error-kind", std::string(NameOf(kind)));
  if (!detail.param.empty()) context.AddTrailingMetadata("ag-error-param", Printable(detail.param));
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(ToStd(status.message())));
}

}  // namespace ag::control
