#pragma once

#include <absl/status/statusor.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <optional>
#include <string>

#include "gatewayd/base/secret.h"
#include "gatewayd/config/config.h"

namespace ag::control {

// What the control service needs to listen beyond this machine: TLS and a token, always both. Whoever gets in can read
// keys and change everything.
struct TcpControl {
  std::string address;          // "HOST:PORT", "[::1]:PORT"; port 0 picks a free one
  std::string certificate_pem;  // with its chain
  Secret key_pem;
  Secret token;
};

// From the settings, with the files read; nothing when no address is set. InvalidRequest with the sentence that says
// what is missing: the certificate, its key, the token file; a token under 16 characters, or a file of it that others
// may read.
absl::StatusOr<std::optional<TcpControl>> ReadTcpControl(const config::ControlConfig& config);

// TLS with that certificate, and the token asked of every call, of health and reflection too: "authorization: Bearer
// TOKEN", compared in constant time; UNAUTHENTICATED otherwise.
std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const TcpControl& tcp);

}  // namespace ag::control
