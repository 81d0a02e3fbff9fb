#include "gui/demo/demo_accounts.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "gui/demo/demo_account_data.h"

namespace ag::gui {
namespace {

using grpc::Status;
using grpc::StatusCode;

constexpr char kCaFilePath[] = "give the CA file by its absolute path";

Status Refuse(grpc::ServerContext& context, const char* param, const std::string& message) {
  context.AddTrailingMetadata("ag-error-kind", "invalid_request");
  context.AddTrailingMetadata("ag-error-param", param);
  return {StatusCode::INVALID_ARGUMENT, message};
}

// Another origin for all endpoints; empty = as they are.
void Rebase(v1::Account& account, const std::string& base_url) {
  if (base_url.empty()) return;
  for (v1::Endpoint& endpoint : *account.mutable_endpoints()) endpoint.set_base_url(base_url);
}

bool AbsoluteOrEmpty(const std::string& path) { return path.empty() || path.front() == '/'; }
void Touch(v1::Account& account) { account.set_etag(absl::StrCat(account.etag(), "+")); }

Status OutOfDate() { return {StatusCode::ABORTED, "the account was changed meanwhile: look at it again"}; }
Status NotFound() { return {StatusCode::NOT_FOUND, "there is no such account"}; }

}  // namespace

DemoAccounts::DemoAccounts(DemoProbe& probe) : probe_(probe) {
  for (DemoAccount& made : MakeDemoAccounts()) history_[Add(std::move(made.account)).id()] = std::move(made.history);
}

v1::Account& DemoAccounts::Add(v1::Account account) {
  const int number = next_id_++;
  account.set_id(DemoAccountId(number));
  account.set_etag("1");
  if (account.label().empty()) account.set_label(absl::StrCat(account.provider(), "-", number));
  if (account.weight() == 0) account.set_weight(1);
  if (const DemoProvider* known = FindDemoProvider(account.provider()); known != nullptr) {
    account.set_family(known->provider.family());
    *account.mutable_endpoints() = known->provider.endpoints();
    for (const std::string& model : known->models) account.add_models(model);
  }
  Rebase(account, account.base_url());
  account.clear_base_url();
  accounts_.push_back(std::move(account));
  return accounts_.back();
}

void DemoAccounts::MoveToSandbox(const std::string& url) {
  const std::lock_guard lock(mutex_);
  for (v1::Account& account : accounts_) {
    if (!account.enabled()) continue;
    Rebase(account, url);
    if (!account.api_key_hint().empty()) account.set_api_key_hint("…");
  }
}

v1::Account* DemoAccounts::Find(const std::string& id) {
  const auto found = std::find_if(accounts_.begin(), accounts_.end(),
                                  [&id](const v1::Account& account) { return account.id() == id; });
  return found == accounts_.end() ? nullptr : &*found;
}

void DemoAccounts::Note(const std::string& id, v1::AccountCondition from, v1::AccountCondition to,
                        v1::AccountSignal signal, const v1::ProviderError* error) {
  if (from == to) return;
  v1::AccountEvent event;
  SetTime(*event.mutable_event_time(), 0);
  event.set_from_condition(from);
  event.set_to_condition(to);
  event.set_signal(signal);
  if (error != nullptr) *event.mutable_error() = *error;
  auto& events = history_[id];
  events.insert(events.begin(), std::move(event));
}

Status DemoAccounts::ListAccounts(grpc::ServerContext* /*context*/, const v1::ListAccountsRequest* /*request*/,
                                  v1::ListAccountsResponse* response) {
  const std::lock_guard lock(mutex_);
  for (const v1::Account& account : accounts_) *response->add_accounts() = account;
  return Status::OK;
}

Status DemoAccounts::GetAccount(grpc::ServerContext* /*context*/, const v1::GetAccountRequest* request,
                                v1::GetAccountResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  *response->mutable_account() = *account;
  return Status::OK;
}

Status DemoAccounts::CreateAccount(grpc::ServerContext* context, const v1::CreateAccountRequest* request,
                                   v1::CreateAccountResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Account account = request->account();
  const DemoProvider* known = FindDemoProvider(account.provider());
  if (known == nullptr) {
    return Refuse(*context, "provider", absl::StrCat("there is no provider \"", account.provider(), "\""));
  }
  for (const v1::Account& other : accounts_) {
    if (other.label() != account.label()) continue;
    return Refuse(*context, "label", absl::StrCat("an account is called \"", account.label(), "\" already"));
  }
  const bool key_missing = account.api_key().empty() && !account.has_oauth() && account.credential_file().empty();
  if (key_missing && known->provider.api_key_required())
    return Refuse(*context, "api_key", "this provider needs a key");
  if (!AbsoluteOrEmpty(account.egress().ca_file())) return Refuse(*context, "egress.ca_file", kCaFilePath);
  *response->mutable_account() = Store(std::move(account));
  return Status::OK;
}

v1::Account& DemoAccounts::Store(v1::Account account) {
  *account.mutable_egress() = StoredEgress(account.egress());
  // What it signs in with, so that a test can refuse it.
  const std::string secret = account.has_oauth() ? account.oauth().refresh_token() : account.api_key();
  account.set_credential_kind(account.has_oauth()                  ? v1::CREDENTIAL_KIND_OAUTH
                              : !account.credential_file().empty() ? v1::CREDENTIAL_KIND_SERVICE_ACCOUNT
                              : account.api_key().empty()          ? v1::CREDENTIAL_KIND_NONE
                                                                   : v1::CREDENTIAL_KIND_API_KEY);
  account.set_api_key_hint(KeyHint(account.api_key()));
  account.set_oauth_client_id(account.oauth().client_id());
  account.clear_api_key();
  account.clear_oauth();
  account.clear_credential_file();
  account.set_enabled(true);
  account.set_state(v1::ACCOUNT_STATE_READY);
  v1::Account& added = Add(std::move(account));
  keys_[added.id()] = secret;
  return added;
}

v1::AccountSignal DemoAccounts::Apply(const v1::Account& wanted, const std::string& path, v1::Account& account) {
  if (path == "label") account.set_label(wanted.label());
  if (path == "priority") account.set_priority(wanted.priority());
  if (path == "weight") account.set_weight(wanted.weight());
  if (path == "quota_group") account.set_quota_group(wanted.quota_group());
  if (path == "project") account.set_project(wanted.project());
  if (path == "location") account.set_location(wanted.location());
  if (path == "egress") *account.mutable_egress() = StoredEgress(wanted.egress());
  if (path == "base_url") Rebase(account, wanted.base_url());
  if (path == "enabled") {
    account.set_enabled(wanted.enabled());
    return wanted.enabled() ? v1::ACCOUNT_SIGNAL_ENABLED : v1::ACCOUNT_SIGNAL_DISABLED;
  }
  if (path == "api_key" || path == "credential_file") {
    if (path == "api_key") {
      keys_[account.id()] = wanted.api_key();
      account.set_api_key_hint(KeyHint(wanted.api_key()));
    }
    account.set_state(v1::ACCOUNT_STATE_READY);
    account.clear_state_reason();
    return v1::ACCOUNT_SIGNAL_CREDENTIAL_REPLACED;
  }
  return v1::ACCOUNT_SIGNAL_UNSPECIFIED;
}

Status DemoAccounts::UpdateAccount(grpc::ServerContext* context, const v1::UpdateAccountRequest* request,
                                   v1::UpdateAccountResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Account& wanted = request->account();
  v1::Account* account = Find(wanted.id());
  if (account == nullptr) return NotFound();
  if (!wanted.etag().empty() && wanted.etag() != account->etag()) return OutOfDate();
  for (const v1::Account& other : accounts_) {
    if (other.id() == wanted.id() || other.label() != wanted.label()) continue;
    return Refuse(*context, "label", absl::StrCat("an account is called \"", wanted.label(), "\" already"));
  }
  if (!AbsoluteOrEmpty(wanted.egress().ca_file())) return Refuse(*context, "egress.ca_file", kCaFilePath);
  const v1::AccountCondition before = ConditionOf(*account);
  v1::AccountSignal signal = v1::ACCOUNT_SIGNAL_UNSPECIFIED;
  for (const std::string& path : request->update_mask().paths()) {
    const v1::AccountSignal caused = Apply(wanted, path, *account);
    if (caused != v1::ACCOUNT_SIGNAL_UNSPECIFIED) signal = caused;
  }
  Touch(*account);
  Note(account->id(), before, ConditionOf(*account), signal, nullptr);
  *response->mutable_account() = *account;
  return Status::OK;
}

Status DemoAccounts::DeleteAccount(grpc::ServerContext* /*context*/, const v1::DeleteAccountRequest* request,
                                   v1::DeleteAccountResponse* /*response*/) {
  const std::lock_guard lock(mutex_);
  const auto erased =
      std::erase_if(accounts_, [&request](const v1::Account& account) { return account.id() == request->id(); });
  return erased == 0 ? NotFound() : Status::OK;
}

Status DemoAccounts::MoveAccount(grpc::ServerContext* /*context*/, const v1::MoveAccountRequest* request,
                                 v1::MoveAccountResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Account* found = Find(request->id());
  if (found == nullptr) return NotFound();
  const v1::Account account = *found;
  std::erase_if(accounts_, [&request](const v1::Account& other) { return other.id() == request->id(); });
  auto place = accounts_.end();
  if (request->place() == v1::PLACE_FIRST) place = accounts_.begin();
  if (request->place() == v1::PLACE_BEFORE || request->place() == v1::PLACE_AFTER) {
    place = std::find_if(accounts_.begin(), accounts_.end(),
                         [&request](const v1::Account& other) { return other.id() == request->anchor_id(); });
    if (request->place() == v1::PLACE_AFTER && place != accounts_.end()) ++place;
  }
  accounts_.insert(place, account);
  for (const v1::Account& each : accounts_) response->add_ids(each.id());
  return Status::OK;
}

Status DemoAccounts::TestAccount(grpc::ServerContext* /*context*/, const v1::TestAccountRequest* request,
                                 v1::TestAccountResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  const v1::AccountCondition before = ConditionOf(*account);
  response->mutable_latency()->set_nanos(184'000'000);
  if (account->state() == v1::ACCOUNT_STATE_NEEDS_SIGN_IN || absl::StartsWith(keys_[account->id()], "sk-bad")) {
    const auto error =
        MakeDemoError(v1::ERROR_KIND_ACCOUNT_AUTH, 401, "invalid_api_key", "Incorrect API key provided.");
    response->set_message("HTTP 401 invalid_api_key: Incorrect API key provided.");
    account->set_state(v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
    auto& reason = *account->mutable_state_reason();
    reason.set_code("provider_refused");
    reason.clear_args();
    auto& text = *reason.add_args();
    text.set_name("text");
    text.set_value(error.text());
    Note(account->id(), before, ConditionOf(*account), v1::ACCOUNT_SIGNAL_SIGN_IN_REFUSED, &error);
    return Status::OK;
  }
  response->set_ok(true);
  response->set_message(absl::StrCat("the provider lists ", account->models_size(), " models"));
  *response->mutable_models() = account->models();
  return Status::OK;
}

Status DemoAccounts::PlanAccountTest(grpc::ServerContext* /*context*/, const v1::PlanAccountTestRequest* request,
                                     v1::PlanAccountTestResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  *response = PlanDemoTest(*account);
  return Status::OK;
}

Status DemoAccounts::TestAccountModel(grpc::ServerContext* context, const v1::TestAccountModelRequest* request,
                                      v1::TestAccountModelResponse* response) {
  probe_.AwaitTurn(*context);
  const std::lock_guard lock(mutex_);
  v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  *response = absl::StartsWith(keys_[account->id()], "sk-bad") ? RefuseDemoTest(*account)
                                                               : TestDemoModel(*account, request->model());
  return Status::OK;
}

Status DemoAccounts::GetAccountStatus(grpc::ServerContext* /*context*/, const v1::GetAccountStatusRequest* request,
                                      v1::GetAccountStatusResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  v1::AccountStatus& whole = *response->mutable_account();
  whole.set_condition(ConditionOf(*account));
  for (const v1::Cooldown& cooldown : account->cooldowns()) {
    if (cooldown.model().empty() && whole.condition() != v1::ACCOUNT_CONDITION_COOLING) continue;
    v1::AccountStatus& status = cooldown.model().empty() ? whole : *response->add_models();
    status.set_model(cooldown.model());
    status.set_condition(v1::ACCOUNT_CONDITION_COOLING);
    *status.mutable_end_time() = cooldown.end_time();
    status.set_provider_hint(cooldown.provider_hint());
  }
  if (whole.condition() == v1::ACCOUNT_CONDITION_EXHAUSTED)
    *whole.mutable_end_time() = account->budgets(0).reset_time();
  Explain(*account, whole);
  for (v1::AccountStatus& status : *response->mutable_models()) Explain(*account, status);
  return Status::OK;
}

// Since when and why: the latest event of the same model says it.
void DemoAccounts::Explain(const v1::Account& account, v1::AccountStatus& status) {
  for (const v1::AccountEvent& event : history_[account.id()]) {
    if (event.model() != status.model()) continue;
    *status.mutable_since_time() = event.event_time();
    status.set_signal(event.signal());
    if (event.has_error()) *status.mutable_error() = event.error();
    return;
  }
}

Status DemoAccounts::ListAccountEvents(grpc::ServerContext* /*context*/, const v1::ListAccountEventsRequest* request,
                                       v1::ListAccountEventsResponse* response) {
  const std::lock_guard lock(mutex_);
  if (Find(request->id()) == nullptr) return NotFound();
  for (const v1::AccountEvent& event : history_[request->id()]) *response->add_events() = event;
  return Status::OK;
}

Status DemoAccounts::ClearAccountCooldowns(grpc::ServerContext* /*context*/,
                                           const v1::ClearAccountCooldownsRequest* request,
                                           v1::ClearAccountCooldownsResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  const v1::AccountCondition before = ConditionOf(*account);
  response->set_cleared_count(account->cooldowns_size());
  account->clear_cooldowns();
  Note(account->id(), before, ConditionOf(*account), v1::ACCOUNT_SIGNAL_CLEARED, nullptr);
  *response->mutable_account() = *account;
  return Status::OK;
}

Status DemoAccounts::SetAccountLimits(grpc::ServerContext* /*context*/, const v1::SetAccountLimitsRequest* request,
                                      v1::SetAccountLimitsResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Account* account = Find(request->id());
  if (account == nullptr) return NotFound();
  if (!request->etag().empty() && request->etag() != account->etag()) return OutOfDate();
  const v1::AccountCondition before = ConditionOf(*account);
  *account->mutable_limits() = request->limits();
  account->clear_budgets();
  const auto add = [account](bool set, std::int64_t limit, v1::LimitKind kind, v1::BudgetPeriod period, int seconds) {
    if (!set) return;
    auto& budget = *account->add_budgets();
    budget.set_kind(kind);
    budget.set_period(period);
    budget.set_limit(limit);
    SetTime(*budget.mutable_reset_time(), seconds);
  };
  constexpr int kMinute = 60;
  constexpr int kDay = 86'400;
  const v1::AccountLimits& is = request->limits();
  const auto requests = v1::LIMIT_KIND_REQUESTS;
  const auto tokens = v1::LIMIT_KIND_TOKENS;
  add(is.has_requests_per_minute(), is.requests_per_minute(), requests, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_requests_per_day(), is.requests_per_day(), requests, v1::BUDGET_PERIOD_DAY, kDay);
  add(is.has_requests_per_month(), is.requests_per_month(), requests, v1::BUDGET_PERIOD_MONTH, 30 * kDay);
  add(is.has_tokens_per_minute(), is.tokens_per_minute(), tokens, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_tokens_per_day(), is.tokens_per_day(), tokens, v1::BUDGET_PERIOD_DAY, kDay);
  add(is.has_tokens_per_month(), is.tokens_per_month(), tokens, v1::BUDGET_PERIOD_MONTH, 30 * kDay);
  add(is.has_micro_usd_per_minute(), is.micro_usd_per_minute(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_micro_usd_per_day(), is.micro_usd_per_day(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_DAY, kDay);
  add(is.has_micro_usd_per_month(), is.micro_usd_per_month(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_MONTH, 30 * kDay);
  Touch(*account);
  Note(account->id(), before, ConditionOf(*account), v1::ACCOUNT_SIGNAL_BUDGET_RENEWED, nullptr);
  *response->mutable_account() = *account;
  return Status::OK;
}

Status DemoAccounts::ListProviders(grpc::ServerContext* /*context*/, const v1::ListProvidersRequest* /*request*/,
                                   v1::ListProvidersResponse* response) {
  for (const DemoProvider& known : DemoProviders()) *response->add_providers() = known.provider;
  return Status::OK;
}

// The first that is ready; the weights are all that is looked at.
Status DemoAccounts::ListBestAccounts(grpc::ServerContext* /*context*/, const v1::ListBestAccountsRequest* /*request*/,
                                      v1::ListBestAccountsResponse* response) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::vector<const v1::Account*>> ready;  // by provider
  std::map<std::string, int> all;
  for (const v1::Account& account : accounts_) {
    auto& list = ready[account.provider()];
    ++all[account.provider()];
    if (ConditionOf(account) == v1::ACCOUNT_CONDITION_READY) list.push_back(&account);
  }
  for (const auto& [provider, list] : ready) {
    v1::BestAccount& best = *response->add_best_accounts();
    best.set_provider(provider);
    best.mutable_reason()->set_code(list.empty()         ? "none_ready"
                                    : all[provider] == 1 ? "only_account"
                                    : list.size() == 1   ? "only_ready"
                                                         : "least_loaded");
    if (list.empty()) continue;
    best.set_account_id(list.front()->id());
    best.set_account_label(list.front()->label());
    int weights = 0;
    for (const v1::Account* account : list) weights += account->weight();
    best.set_share(static_cast<double>(list.front()->weight()) / weights);
    if (all[provider] == 1) continue;
    auto& of = *best.mutable_reason()->add_args();
    of.set_name("of");
    of.set_value(absl::StrCat(list.size() == 1 ? all[provider] : static_cast<int>(list.size())));
  }
  return Status::OK;
}

Status DemoAccounts::BeginSignIn(grpc::ServerContext* /*context*/, const v1::BeginSignInRequest* request,
                                 v1::BeginSignInResponse* response) {
  if (request->client_id().empty() && request->account().id().empty()) {
    return {StatusCode::INVALID_ARGUMENT, "a sign-in needs the id of your own OAuth client"};
  }
  const std::lock_guard lock(mutex_);
  v1::SignIn sign_in;
  sign_in.set_id(absl::StrCat("sign_in_", next_id_++));
  sign_in.set_url("https://accounts.example/authorize?client_id=" + request->client_id());
  sign_in.set_state(v1::SIGN_IN_STATE_WAITING);
  SetTime(*sign_in.mutable_expire_time(), 300);
  signing_in_[sign_in.id()] = request->account();
  sign_ins_[sign_in.id()] = sign_in;
  *response->mutable_sign_in() = sign_in;
  return Status::OK;
}

Status DemoAccounts::GetSignIn(grpc::ServerContext* /*context*/, const v1::GetSignInRequest* request,
                               v1::GetSignInResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto found = sign_ins_.find(request->id());
  if (found == sign_ins_.end()) return {StatusCode::NOT_FOUND, "there is no such sign-in"};
  *response->mutable_sign_in() = found->second;
  return Status::OK;
}

Status DemoAccounts::CompleteSignIn(grpc::ServerContext* /*context*/, const v1::CompleteSignInRequest* request,
                                    v1::CompleteSignInResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto found = sign_ins_.find(request->id());
  if (found == sign_ins_.end()) return {StatusCode::NOT_FOUND, "there is no such sign-in"};
  if (request->code_or_url().size() < 4) return {StatusCode::INVALID_ARGUMENT, "that is no authorization code"};
  v1::Account account = signing_in_[request->id()];
  if (v1::Account* old = Find(account.id()); old != nullptr) {
    const v1::AccountCondition before = ConditionOf(*old);
    old->set_state(v1::ACCOUNT_STATE_READY);
    old->clear_state_reason();
    keys_.erase(old->id());
    Note(old->id(), before, ConditionOf(*old), v1::ACCOUNT_SIGNAL_CREDENTIAL_REPLACED, nullptr);
    found->second.set_account_id(old->id());
  } else {
    account.set_enabled(true);
    account.set_state(v1::ACCOUNT_STATE_READY);
    account.set_credential_kind(v1::CREDENTIAL_KIND_OAUTH);
    account.set_subject("you@example.com");
    found->second.set_account_id(Add(std::move(account)).id());
  }
  found->second.set_state(v1::SIGN_IN_STATE_DONE);
  *response->mutable_sign_in() = found->second;
  return Status::OK;
}

Status DemoAccounts::CancelSignIn(grpc::ServerContext* /*context*/, const v1::CancelSignInRequest* request,
                                  v1::CancelSignInResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto found = sign_ins_.find(request->id());
  if (found == sign_ins_.end()) return {StatusCode::NOT_FOUND, "there is no such sign-in"};
  found->second.set_state(v1::SIGN_IN_STATE_FAILED);
  found->second.set_error("cancelled");
  *response->mutable_sign_in() = found->second;
  return Status::OK;
}

}  // namespace ag::gui
