#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/secret.h"

namespace ag::auth {

// A credential file as Google's consoles and tools write it, taken apart.
struct CredentialFile {
  TokenGrant grant;     // without scopes; token_url is empty where the file names none
  std::string project;  // the project that it names; may be empty
};

// Reads a service account's key ("type": "service_account") or what `gcloud auth application-default login` leaves
// ("type": "authorized_user"). InvalidRequest says what is missing, and never quotes the file.
absl::StatusOr<CredentialFile> ReadCredentialFile(const Secret& json);

}  // namespace ag::auth
