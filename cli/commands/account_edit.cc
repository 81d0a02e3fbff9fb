#include "cli/commands/account_edit.h"

#include <absl/strings/str_cat.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/account_selection.h"
#include "cli/commands/account_view.h"
#include "cli/commands/place_options.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

struct UpdateOptions {
  AccountSelection accounts;
  std::optional<std::string> label;
  std::optional<int> priority;
  std::optional<int> weight;
  std::string api_key_file;
  std::string credential_file;
  std::string base_url;
  std::optional<std::string> quota_group;
  std::optional<std::string> project;
  std::optional<std::string> location;
};

struct MoveOptions {
  std::string name;
  v1::Place place = v1::PLACE_UNSPECIFIED;
  std::string anchor;
};

struct EgressOptions {
  AccountSelection accounts;
  std::string proxy;
  bool direct = false;
  bool inherit = false;
  std::vector<std::string> no_proxy;
  std::optional<std::string> ca_file;
};

absl::StatusOr<AccountDone> SendUpdate(Session& session, const AccountSelection& accounts,
                                       const v1::UpdateAccountRequest& request) {
  const auto updated = session.client().UpdateAccount(request);
  if (!updated.ok()) return updated.status();
  return ChangedAccount(accounts, updated->account());
}

absl::Status ReadCredential(const UpdateOptions& options, v1::UpdateAccountRequest& request) {
  auto& wanted = *request.mutable_account();
  if (!options.api_key_file.empty()) {
    auto key = ReadSecretFile(options.api_key_file, "API key");
    if (!key.ok()) return key.status();
    wanted.set_api_key(*std::move(key));
    request.mutable_update_mask()->add_paths("api_key");
  }
  if (!options.credential_file.empty()) {
    auto file = ReadSecretFile(options.credential_file, "credential file");
    if (!file.ok()) return file.status();
    wanted.set_credential_file(*std::move(file));
    request.mutable_update_mask()->add_paths("credential_file");
  }
  if (!options.base_url.empty()) {
    wanted.set_base_url(options.base_url);
    request.mutable_update_mask()->add_paths("base_url");
  }
  return absl::OkStatus();
}

// Empty texts take away what was set.
void ReadPlace(const UpdateOptions& options, v1::UpdateAccountRequest& request) {
  auto& wanted = *request.mutable_account();
  if (options.quota_group) {
    wanted.set_quota_group(*options.quota_group);
    request.mutable_update_mask()->add_paths("quota_group");
  }
  if (options.project) {
    wanted.set_project(*options.project);
    request.mutable_update_mask()->add_paths("project");
  }
  if (options.location) {
    wanted.set_location(*options.location);
    request.mutable_update_mask()->add_paths("location");
  }
}

absl::Status Update(Session& session, const UpdateOptions& options) {
  v1::UpdateAccountRequest request;
  auto& wanted = *request.mutable_account();
  if (options.label) {
    wanted.set_label(*options.label);
    request.mutable_update_mask()->add_paths("label");
  }
  if (absl::Status read = ReadCredential(options, request); !read.ok()) return read;
  if (!request.update_mask().paths().empty() && !options.accounts.one()) {
    return UsageError("a name, a credential and a server are one account's: say its id or label alone");
  }
  if (options.priority) {
    wanted.set_priority(*options.priority);
    request.mutable_update_mask()->add_paths("priority");
  }
  if (options.weight) {
    wanted.set_weight(*options.weight);
    request.mutable_update_mask()->add_paths("weight");
  }
  ReadPlace(options, request);
  if (request.update_mask().paths().empty()) {
    return UsageError(
        "say what shall change: --label, --priority, --weight, --api-key-file, --service-account, --base-url, "
        "--quota-group, --project or --location");
  }
  return DoToSelected(session, options.accounts, [&](const v1::Account& account) {
    wanted.set_id(account.id());
    return SendUpdate(session, options.accounts, request);
  });
}

absl::Status Move(Session& session, const MoveOptions& options) {
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  const auto account = PickAccount(*accounts, options.name);
  if (!account.ok()) return account.status();
  v1::MoveAccountRequest request;
  request.set_id(account->id());
  request.set_place(options.place);
  if (!options.anchor.empty()) {
    const auto anchor = PickAccount(*accounts, options.anchor);
    if (!anchor.ok()) return anchor.status();
    request.set_anchor_id(anchor->id());
  }
  if (const auto moved = session.client().MoveAccount(request); !moved.ok()) return moved.status();
  return ListAccounts(session);
}

absl::StatusOr<v1::Egress> EgressOf(const v1::Account& account, const EgressOptions& options) {
  v1::Egress egress;
  const int modes = (options.proxy.empty() ? 0 : 1) + (options.direct ? 1 : 0) + (options.inherit ? 1 : 0);
  if (modes > 1 || (modes == 0 && !options.ca_file)) {
    return UsageError("say one of --proxy URL, --direct and --inherit, or --ca-file alone");
  }
  if (!options.no_proxy.empty() && options.proxy.empty()) return UsageError("--no-proxy goes with --proxy");
  if (modes == 0 && account.egress().mode() == v1::EGRESS_MODE_PROXY) {
    return UsageError("this account has a proxy of its own, whose password is not shown: give --proxy URL again too");
  }
  if (modes == 0) egress.set_mode(account.egress().mode());
  if (options.direct) egress.set_mode(v1::EGRESS_MODE_DIRECT);
  if (options.inherit) egress.set_mode(v1::EGRESS_MODE_INHERIT);
  if (!options.proxy.empty()) {
    egress.set_mode(v1::EGRESS_MODE_PROXY);
    egress.set_proxy_url(options.proxy);
  }
  for (const auto& host : options.no_proxy) egress.add_no_proxy(host);
  egress.set_ca_file(account.egress().ca_file());
  if (options.ca_file) {
    // The daemon runs in another folder.
    egress.set_ca_file(options.ca_file->empty() ? "" : std::filesystem::absolute(*options.ca_file).string());
  }
  return egress;
}

absl::Status SetEgress(Session& session, EgressOptions options) {
  if (options.proxy == "-") {
    auto url = ReadSecretFile("-", "proxy URL");
    if (!url.ok()) return url.status();
    options.proxy = *std::move(url);
  }
  return DoToSelected(session, options.accounts, [&](const v1::Account& account) -> absl::StatusOr<AccountDone> {
    auto egress = EgressOf(account, options);
    if (!egress.ok()) return egress.status();
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_id(account.id());
    *request.mutable_account()->mutable_egress() = *std::move(egress);
    request.mutable_update_mask()->add_paths("egress");
    return SendUpdate(session, options.accounts, request);
  });
}

void AddUpdate(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand(
      "update", "Change accounts' priority, weight, project or quota group, or one's name or credential");
  auto options = std::make_shared<UpdateOptions>();  // shared here and below: the options and the command
  options->accounts.AddTo(*app);
  app->add_option("--label", options->label, "Its new name");
  app->add_option("--priority", options->priority, "Accounts of a higher priority are used first");
  app->add_option("--weight", options->weight, "Its share among accounts of one priority");
  app->add_option("--api-key-file", options->api_key_file, "The file with its new API key, or - for standard input");
  app->add_option("--service-account,--authorized-user", options->credential_file,
                  "The file with its new credential, or - for standard input")
      ->excludes("--api-key-file");
  app->add_option("--base-url", options->base_url, "Its new server; wants the key again: a key is bound to its server");
  app->add_option("--quota-group", options->quota_group, "The group whose limit it shares; \"\" for none");
  app->add_option("--project", options->project, "Its cloud project; \"\" for none (vertex needs one)");
  app->add_option("--location", options->location, "Its cloud region (vertex); \"\" for global");
  app->callback([&session, options] { session.command = [&session, options] { return Update(session, *options); }; });
}

void AddMove(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand("move", "Change the order of the accounts");
  auto options = std::make_shared<MoveOptions>();
  app->add_option("ID", options->name, "The account's id or label")->required();
  AddPlaceOptions(*app, "OTHER", [options](v1::Place place, const std::string& anchor) {
    options->place = place;
    options->anchor = anchor;
  });
  app->callback([&session, options] { session.command = [&session, options] { return Move(session, *options); }; });
}

void AddEgress(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand("egress", "Choose the proxy and the CA file of accounts");
  auto options = std::make_shared<EgressOptions>();
  options->accounts.AddTo(*app);
  app->add_option("--proxy", options->proxy,
                  "http://user:password@host:port or socks5h://…; - reads it from standard input");
  app->add_flag("--direct", options->direct, "No proxy, whatever the others use");
  app->add_flag("--inherit", options->inherit, "The proxy of upstream.proxy_url or the environment, as the others");
  app->add_option("--no-proxy", options->no_proxy, "Hosts to be reached without it")->delimiter(',');
  app->add_option("--ca-file", options->ca_file, "PEM file to trust in place of upstream.ca_file; \"\" for that one");
  app->callback(
      [&session, options] { session.command = [&session, options] { return SetEgress(session, *options); }; });
}

}  // namespace

void AddAccountEdit(CLI::App& accounts, Session& session) {
  AddUpdate(accounts, session);
  AddMove(accounts, session);
  AddEgress(accounts, session);
}

}  // namespace ag::cli
