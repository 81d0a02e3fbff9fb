#include "gatewayd/app/model_refresher.h"

#include <chrono>
#include <exception>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/upstream/provider.h"

namespace ag::app {
namespace {

constexpr std::chrono::hours kRound{6};
constexpr std::chrono::milliseconds kHeadTimeout{20'000};
constexpr std::size_t kMaxListBytes = 8 * 1024 * 1024;
constexpr int kMaxPages = 20;

// The dialect whose model list speaks for the account: the first that has one.
Dialect ListDialect(const pool::Account& account) {
  for (const Dialect dialect : {Dialect::kMessages, Dialect::kGemini, Dialect::kChat, Dialect::kResponses}) {
    if (account.Speaks(dialect) && FamilyOf(dialect) == account.family) return dialect;
  }
  return account.endpoints.empty() ? Dialect::kChat : account.endpoints.begin()->first;
}

}  // namespace

ModelRefresher::ModelRefresher(runtime::Shard& control, http::Client& client, pool::AccountPool& pool,
                               pool::TokenKeeper& tokens, std::function<void()> on_change)
    : control_(control),
      client_(client),
      pool_(pool),
      tokens_(tokens),
      on_change_(std::move(on_change)),
      tasks_(control.executor()),
      next_round_(control.wheel(), [this] { RefreshAll(); }) {}

void ModelRefresher::Start() { RefreshAll(); }

void ModelRefresher::Stop(std::function<void()> on_stopped) {
  next_round_.Disarm();
  stop_.Cancel();
  tasks_.CancelAll();
  tasks_.OnEmpty(std::move(on_stopped));
}

void ModelRefresher::Spawn(AccountId id, std::function<void(absl::StatusOr<control::AccountTest>)> done) {
  if (!stop_.cancelled()) {
    tasks_.Spawn(Refresh(std::move(id), std::move(done)));
  } else if (done) {
    done(MakeError(ErrorKind::kShuttingDown, "the gateway is shutting down"));
  }
}

void ModelRefresher::RefreshAll() {
  asked_.clear();
  OnSnapshot(*pool_.snapshot());
  next_round_.Arm(std::chrono::duration_cast<std::chrono::milliseconds>(kRound));
}

void ModelRefresher::OnSnapshot(const pool::PoolSnapshot& snapshot) {
  std::erase_if(listings_, [&](const auto& entry) { return snapshot.Find(entry.first) == nullptr; });
  std::erase_if(asked_, [&](const auto& entry) { return snapshot.Find(entry.first) == nullptr; });
  for (const auto& pooled : snapshot.accounts) {
    const pool::Account& account = pooled.account;
    if (!account.enabled || account.state != pool::AccountState::kReady) continue;
    const auto asked = asked_.find(account.id);
    if (asked != asked_.end() && asked->second == account.access) continue;
    asked_[account.id] = account.access;
    Spawn(account.id, nullptr);
  }
}

void ModelRefresher::TestAccount(const AccountId& id, std::function<void(absl::StatusOr<control::AccountTest>)> done) {
  if (const auto* const pooled = pool_.snapshot()->Find(id)) asked_[id] = pooled->account.access;
  Spawn(id, std::move(done));
}

runtime::Task<void> ModelRefresher::Refresh(AccountId id,
                                            std::function<void(absl::StatusOr<control::AccountTest>)> done) {
  const auto snapshot = pool_.snapshot();
  const pool::PooledAccount* pooled = snapshot->Find(id);
  if (pooled == nullptr) {
    if (done) done(MakeError(ErrorKind::kInvalidRequest, absl::StrCat("no account ", id.value())));
    co_return;
  }
  const SteadyTime before = control_.clock().Steady();
  pool::Account account = pooled->account;
  const std::uint64_t access = account.access;
  auto listed = co_await ListModels(std::move(account));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(control_.clock().Steady() - before);
  auto result = Learn(id, access, std::move(listed), took);
  if (!result.ok() || !result->ok) {
    Log(LogLevel::kWarning, "account ", id.value(),
        ": model list: ", result.ok() ? result->message : std::string(ToStd(result.status().message())));
  }
  if (done) done(std::move(result));
}

runtime::Task<absl::StatusOr<std::vector<upstream::ListedModel>>> ModelRefresher::ListModels(pool::Account account) {
  const Secret* usable = pool::UsableSecret(account.credential, control_.clock().Now());
  Secret credential = usable != nullptr ? *usable : account.credential.secret;
  if (usable != nullptr) {
    auto listed = co_await ListModelsWith(account, credential);
    const bool refused = !listed.ok() && KindOf(listed.status()) == ErrorKind::kAccountAuth;
    if (!refused || account.credential.grant == nullptr) co_return listed;
  }
  // Without a token that lives, or with one that the provider does not take: another, once.
  auto renewed = co_await tokens_.Renew(account.id, std::move(credential), &stop_);
  if (!renewed.ok()) co_return renewed.status();
  auto listed = co_await ListModelsWith(account, *std::move(renewed));
  co_return listed;
}

runtime::Task<absl::StatusOr<std::vector<upstream::ListedModel>>> ModelRefresher::ListModelsWith(
    const pool::Account& account, Secret credential) {
  const Dialect dialect = ListDialect(account);
  upstream::Endpoint endpoint;
  const auto url = http::ParseUrl(account.endpoints.at(dialect).base_url);
  if (!url) co_return MakeError(ErrorKind::kInvalidRequest, "the account's base URL cannot be read");
  endpoint.url = *url;
  endpoint.auth = account.endpoints.at(dialect).auth;
  endpoint.family = FamilyOf(dialect);
  endpoint.project = account.project;
  std::vector<upstream::ListedModel> models;
  std::string target = upstream::ModelListTarget(endpoint);
  for (int page = 0; page < kMaxPages && !target.empty(); ++page) {
    auto body = co_await Fetch(endpoint, account, credential, dialect, target);
    if (!body.ok()) co_return body.status();
    auto parsed = upstream::ParseModelList(endpoint, *body);
    if (!parsed.ok()) co_return parsed.status();
    for (auto& model : parsed->models) models.push_back(std::move(model));
    target = std::move(parsed->next_target);
  }
  co_return models;
}

runtime::Task<absl::StatusOr<std::string>> ModelRefresher::Fetch(upstream::Endpoint endpoint,
                                                                 const pool::Account& account, Secret credential,
                                                                 Dialect dialect, std::string target) {
  wire::UpstreamCall call;
  call.dialect = dialect;
  call.operation = Operation::kListModels;
  upstream::ClientContext client;
  client.method = "GET";
  client.passthrough = false;
  Arena arena;
  const upstream::BuiltRequest built = upstream::BuildRequest(endpoint, call, credential, client, arena);
  http::OutgoingRequest request;
  request.method = "GET";
  request.url = &endpoint.url;
  request.target = target;
  request.headers = built.headers;
  request.idempotent = true;
  request.head_timeout = kHeadTimeout;
  request.cancel = &stop_;
  request.way_out = account.way_out;
  auto exchange = co_await client_.Send(std::move(request));
  if (!exchange.ok()) co_return exchange.status();
  auto body = co_await (*exchange)->ReadAll(kMaxListBytes);
  if (!body.ok()) co_return body.status();
  const int status = (*exchange)->status();
  if (status == 200) co_return *std::move(body);
  ErrorDetail detail =
      upstream::Classify(endpoint.family, status, (*exchange)->headers(), *body, control_.clock().Now());
  const std::string said = absl::StrCat("the provider answered ", status, ": ", detail.provider_text);
  co_return MakeError(std::move(detail), said);
}

absl::StatusOr<control::AccountTest> ModelRefresher::Learn(const AccountId& id, std::uint64_t access,
                                                           absl::StatusOr<std::vector<upstream::ListedModel>> listed,
                                                           std::chrono::milliseconds took) {
  const auto snapshot = pool_.snapshot();
  const pool::PooledAccount* pooled = snapshot->Find(id);
  if (pooled == nullptr) return MakeError(ErrorKind::kInvalidRequest, "the account was removed meanwhile");
  if (pooled->account.access != access) {
    return MakeError(ErrorKind::kInvalidRequest, "another credential was entered meanwhile: test the account again");
  }
  control::AccountTest test;
  test.latency_ms = took.count();
  if (!listed.ok()) {
    test.message = std::string(ToStd(listed.status().message()));
    const ErrorDetail detail = DetailOf(listed.status());
    if (detail.kind == ErrorKind::kAccountAuth) pool_.OnRefused(id, access, pool::Signal::kSignInRefused, detail);
    // A key that may not list models is a good key.
    const bool refused = pooled->account.state == pool::AccountState::kNeedsSignIn;
    if (refused && detail.kind == ErrorKind::kAccountForbidden) pool_.OnTestPassed(id);
    return test;
  }
  test.ok = true;
  for (const auto& model : *listed) test.models.push_back(model.id);
  test.message = absl::StrCat("the provider lists ", listed->size(), " models");
  listings_[id] = *std::move(listed);
  pool_.OnTestPassed(id);
  pool_.SetModels(id, test.models);
  on_change_();
  return test;
}

}  // namespace ag::app
