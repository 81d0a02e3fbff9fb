#pragma once

#include <absl/status/status.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

namespace ag::control {

// The one place where our errors become gRPC's: the code and the sentence go over as they are, kind and param into the
// trailing metadata "ag-error-kind" and "ag-error-param" of `context`. A failure without a kind of its own gets the one
// that its code says. Call at most once a call, before it is finished.
grpc::Status ToGrpcStatus(const absl::Status& status, grpc::ServerContextBase& context);

}  // namespace ag::control
