// AccountService's export and import.
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/auth/passphrase_box.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/account_service.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/pool/portable_account.h"

namespace ag::control {
namespace {

using pool::AccountPool;

AccountPool::ImportMode ModeOf(const v1::ImportAccountsRequest& request) {
  return request.validate_only() ? AccountPool::ImportMode::kTry : AccountPool::ImportMode::kStore;
}

v1::ImportedAccount Refused(const std::string& label, const std::string& provider, const absl::Status& why) {
  v1::ImportedAccount out;
  out.set_label(label);
  out.set_provider(provider);
  out.set_outcome(v1::IMPORT_OUTCOME_REFUSED);
  out.set_message(std::string(why.message()));
  return out;
}

// On the reader's thread.
absl::StatusOr<std::vector<pool::PortableAccount>> OpenFile(const v1::ImportAccountsRequest& request) {
  auto text = auth::PassphraseBox::Open(request.file(), Secret(request.passphrase()));
  if (!text.ok()) return text.status();
  return pool::PortableFromJson(*text);
}

}  // namespace

grpc::ServerUnaryReactor* AccountService::ExportAccounts(grpc::CallbackServerContext* context,
                                                         const v1::ExportAccountsRequest* request,
                                                         v1::ExportAccountsResponse* response) {
  using CallPtr = UnaryCallPtr<v1::ExportAccountsRequest, v1::ExportAccountsResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    std::vector<pool::PortableAccount> accounts;
    v1::ExportAccountsResponse answer;
    for (const auto& pooled : on_.pool.snapshot()->accounts) {
      if (pool::CanTravel(pooled.account)) {
        accounts.push_back(pool::PortableOf(pooled.account));
      } else {
        answer.add_left_out_labels(pooled.account.label);
      }
    }
    answer.set_account_count(static_cast<int>(accounts.size()));
    // Deriving the key takes its time on purpose.
    on_.reader.Post([call, answer = std::move(answer), text = pool::PortableToJson(accounts)]() mutable {
      auto file = auth::PassphraseBox::Seal(text, Secret(call->request().passphrase()));
      if (!file.ok()) return call->Finish(file.status());
      answer.set_file(*std::move(file));
      call->Finish(std::move(answer));
    });
  });
}

v1::ImportAccountsResponse AccountService::Import(std::vector<pool::PortableAccount> accounts,
                                                  AccountPool::ImportMode mode) const {
  v1::ImportAccountsResponse response;
  std::set<std::string> seen;  // fingerprints, so that a trial tells of doubles within the list too
  for (pool::PortableAccount& account : accounts) {
    const std::string label = account.label;
    const std::string provider = account.preset;
    const bool again = !seen.insert(pool::FingerprintOf(provider, account.endpoints, account.credential)).second;
    const auto imported = on_.pool.Import(std::move(account), mode);
    if (!imported.ok()) {
      *response.add_accounts() = Refused(label, provider, imported.status());
      continue;
    }
    auto& out = *response.add_accounts();
    const bool present = imported->present || again;
    out.set_label(imported->account.label);
    out.set_provider(imported->account.preset);
    out.set_outcome(present ? v1::IMPORT_OUTCOME_PRESENT : v1::IMPORT_OUTCOME_ADDED);
    out.set_account_id(imported->account.id.value());
    if (imported->account.credential.kind == pool::Credential::Kind::kApiKey) {
      out.set_api_key_hint(imported->account.credential.secret.Hint());
    }
  }
  return response;
}

v1::ImportAccountsResponse AccountService::ImportList(const v1::ImportAccountsRequest& request) const {
  v1::ImportAccountsResponse response;
  std::vector<pool::PortableAccount> accounts;
  std::vector<int> places;  // of `accounts` in the response
  for (const v1::Account& wanted : request.accounts()) {
    auto account = pool::PortableFrom(on_.catalog, FromProto(wanted), on_.control.clock().Now());
    auto& out = *response.add_accounts();
    if (account.ok()) {
      accounts.push_back(*std::move(account));
      places.push_back(response.accounts_size() - 1);
    } else {
      out = Refused(wanted.label(), wanted.provider(), account.status());
    }
  }
  v1::ImportAccountsResponse imported = Import(std::move(accounts), ModeOf(request));
  for (std::size_t i = 0; i < places.size(); ++i) {
    response.mutable_accounts(places[i])->Swap(imported.mutable_accounts(static_cast<int>(i)));
  }
  return response;
}

grpc::ServerUnaryReactor* AccountService::ImportAccounts(grpc::CallbackServerContext* context,
                                                         const v1::ImportAccountsRequest* request,
                                                         v1::ImportAccountsResponse* response) {
  using CallPtr = UnaryCallPtr<v1::ImportAccountsRequest, v1::ImportAccountsResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    if (call->request().file().empty()) return call->Finish(ImportList(call->request()));
    on_.reader.Post([this, call] {
      auto accounts = OpenFile(call->request());
      if (!accounts.ok()) return call->Finish(accounts.status());
      on_.control.Post([this, call, opened = *std::move(accounts)]() mutable {
        call->Finish(Import(std::move(opened), ModeOf(call->request())));
      });
    });
  });
}

}  // namespace ag::control
