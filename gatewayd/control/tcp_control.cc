#include "gatewayd/control/tcp_control.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::control {
namespace {

constexpr std::size_t kMinToken = 16;
constexpr mode_t kOthers = 077;

absl::Status Missing(std::string_view setting, std::string_view what, std::string_view flag) {
  return FieldError(
      ErrorKind::kInvalidRequest, setting,
      absl::StrCat("the control service listens on TCP with TLS and a token only, and ", ToAbsl(what),
                   " is missing: give ", ToAbsl(flag), " FILE (docs/remote-control.md tells how to make ", "one)"));
}

absl::Status CheckAddress(const std::string& address) {
  const auto colon = address.rfind(':');
  int port = -1;
  const bool host = colon != std::string::npos && colon > 0;
  const bool one_colon = address.find(':') == colon || address.front() == '[';
  if (host && one_colon && absl::SimpleAtoi(address.substr(colon + 1), &port) && port >= 0 && port <= 65'535) {
    return absl::OkStatus();
  }
  return FieldError(ErrorKind::kInvalidRequest, "control.address",
                    absl::StrCat("\"", address, "\" is no address to listen on: write HOST:PORT or [IPV6]:PORT"));
}

absl::StatusOr<std::string> ReadFile(std::string_view setting, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (in && !text.str().empty()) return text.str();
  return FieldError(ErrorKind::kInvalidRequest, setting,
                    absl::StrCat(path, " cannot be read (", in ? "it is empty" : std::strerror(errno), ")"));
}

absl::StatusOr<Secret> ReadToken(const std::string& path) {
  AG_ASSIGN_OR_RETURN(std::string text, ReadFile("control.token_file", path));
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & kOthers) != 0) {
    return FieldError(ErrorKind::kInvalidRequest, "control.token_file",
                      absl::StrCat("the control token in ", path, " can be read by others: chmod 600 ", path));
  }
  const Secret whole(std::move(text));
  const std::string_view token = TrimSpace(whole.Reveal());
  if (token.size() >= kMinToken) return Secret(std::string(token));
  return FieldError(ErrorKind::kInvalidRequest, "control.token_file",
                    absl::StrCat("the control token in ", path, " has ", token.size(), " characters, at least ",
                                 kMinToken, " are needed: openssl rand -hex 32 > ", path));
}

class TokenCheck final : public grpc::AuthMetadataProcessor {
 public:
  explicit TokenCheck(const Secret& token) : expected_(absl::StrCat("Bearer ", ToAbsl(token.Reveal()))) {}

  bool IsBlocking() const override { return false; }
  grpc::Status Process(const InputMetadata& sent, grpc::AuthContext* context, OutputMetadata* consumed,
                       OutputMetadata* response) override {
    static_cast<void>(context);
    static_cast<void>(response);
    const auto found = sent.find("authorization");
    if (found != sent.end()) {
      const std::string_view given(found->second.data(), found->second.size());
      if (EqualsConstantTime(given, expected_.Reveal())) {
        consumed->emplace("authorization", std::string(given));  // no handler needs to see it
        return grpc::Status::OK;
      }
    }
    return {grpc::StatusCode::UNAUTHENTICATED,
            found == sent.end() ? "the control service wants its token: --control-token-file FILE"
                                : "the control token is not the one that this gatewayd was started with"};
  }

 private:
  const Secret expected_;
};

}  // namespace

absl::StatusOr<std::optional<TcpControl>> ReadTcpControl(const config::ControlConfig& config) {
  if (config.address.empty()) return std::nullopt;
  AG_RETURN_IF_ERROR(CheckAddress(config.address));
  if (config.cert_file.empty()) return Missing("control.cert_file", "the certificate", "--control-cert");
  if (config.key_file.empty()) return Missing("control.key_file", "the certificate's key", "--control-key");
  if (config.token_file.empty()) return Missing("control.token_file", "the token", "--control-token-file");
  TcpControl tcp;
  tcp.address = config.address;
  AG_ASSIGN_OR_RETURN(tcp.certificate_pem, ReadFile("control.cert_file", config.cert_file));
  AG_ASSIGN_OR_RETURN(std::string key, ReadFile("control.key_file", config.key_file));
  tcp.key_pem = Secret(std::move(key));
  AG_ASSIGN_OR_RETURN(tcp.token, ReadToken(config.token_file));
  return tcp;
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const TcpControl& tcp) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  options.pem_key_cert_pairs.push_back({std::string(tcp.key_pem.Reveal()), tcp.certificate_pem});
  auto credentials = grpc::SslServerCredentials(options);
  credentials->SetAuthMetadataProcessor(std::make_shared<TokenCheck>(tcp.token));  // shared: gRPC keeps it
  return credentials;
}

}  // namespace ag::control
