#include "gatewayd/app/sandbox_setup.h"

#include <absl/strings/str_cat.h>

#include <string>
#include <string_view>

#include "gatewayd/base/status_macros.h"

namespace ag::app {
namespace {

constexpr const char* kKey = "sandbox-key";
constexpr std::string_view kLabelPrefix = "sandbox-";

}  // namespace

absl::Status SandboxSetup::Start() {
  AG_ASSIGN_OR_RETURN(port_, provider_.Start());
  return absl::OkStatus();
}

std::string SandboxSetup::url() const { return absl::StrCat("http://127.0.0.1:", port_); }

absl::Status SandboxSetup::AddAccounts(pool::AccountPool& pool) {
  const auto snapshot = pool.snapshot();
  for (const auto& pooled : snapshot->accounts) {
    const pool::Account& account = pooled.account;
    const bool ours =
        account.label.compare(0, kLabelPrefix.size(), kLabelPrefix) == 0 && account.credential.secret.Reveal() == kKey;
    if (ours) AG_RETURN_IF_ERROR(pool.Remove(account.id));
  }
  for (const char* preset : {"openai", "anthropic", "gemini"}) {
    pool::NewAccount account;
    account.preset = preset;
    account.label = absl::StrCat("sandbox-", preset);
    account.base_url = url();
    account.api_key = Secret(kKey);
    const auto added = pool.Add(std::move(account));
    if (!added.ok()) return added.status();
  }
  return absl::OkStatus();
}

}  // namespace ag::app
