#include "gatewayd/app/hub.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"

namespace ag::app {
namespace {

constexpr const char* kWanted = "proxy_wanted";  // "running" or "stopped"

// Cool-downs come in bursts, and each write of gateway.db waits for the disk.
constexpr std::chrono::milliseconds kStoreAfter{1'000};

std::string MachineName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

auth::AuthMode EffectiveMode(const config::ProxyConfig& config) {
  const auth::AuthMode mode = auth::AuthModeFromName(config.auth_mode).value_or(auth::AuthMode::kStrict);
  if (mode != auth::AuthMode::kAuto) return mode;
  return config.allow_lan_access ? auth::AuthMode::kAllExceptHealth : auth::AuthMode::kOff;
}

}  // namespace

Hub::Hub(runtime::Shard& control, GatewayData& data)
    : control_(control),
      data_(data),
      snapshot_(std::make_shared<const pool::PoolSnapshot>()),
      store_cooldowns_(control.wheel(), [this] { pool_->StoreCooldowns(); }) {}

void Hub::Connect(pool::AccountPool& pool, pool::AccountHistory& history, AccountHealer& healer, BudgetWatch& budgets,
                  routing::RouteBook& routes, keys::KeyBook& keys, pool::TokenKeeper& tokens, ModelRefresher& refresher,
                  ProxyRuntime& proxy, http::Client& control_client) {
  pool_ = &pool;
  history_ = &history;
  healer_ = &healer;
  budgets_ = &budgets;
  routes_ = &routes;
  keys_ = &keys;
  tokens_ = &tokens;
  refresher_ = &refresher;
  proxy_ = &proxy;
  control_client_ = &control_client;
}

routing::Availability Hub::AvailabilityOf(const pool::PoolSnapshot& snapshot) const {
  routing::Availability availability;
  std::map<std::string, std::size_t> index;
  for (const auto& pooled : snapshot.accounts) {
    const pool::Account& account = pooled.account;
    if (!account.enabled) continue;
    const auto [found, added] = index.try_emplace(account.preset, availability.presets.size());
    if (added) availability.presets.push_back({account.preset, account.family, {}});
    auto& models = availability.presets[found->second].models;
    models.insert(models.end(), account.models.begin(), account.models.end());
  }
  for (auto& preset : availability.presets) {
    std::sort(preset.models.begin(), preset.models.end());
    preset.models.erase(std::unique(preset.models.begin(), preset.models.end()), preset.models.end());
  }
  return availability;
}

std::shared_ptr<const routing::ModelRouter> Hub::BuildRouter() const {
  auto routes = routes_ != nullptr ? routes_->set() : std::make_shared<const routing::RouteSet>();
  return std::make_shared<const routing::ModelRouter>(std::move(routes), data_.catalog(), AvailabilityOf(*snapshot_));
}

// An account that is not there stays the fixed one: without failover that refuses every request, and says why.
pool::PickPolicy Hub::BuildPolicy() const {
  const config::PoolConfig& config = data_.config().config().pool;
  pool::PickPolicy policy;
  policy.mode = pool::PickModeFromName(config.mode).value_or(pool::PickMode::kCacheFirst);
  policy.failover = config.fixed_failover;
  if (config.fixed_account.empty()) return policy;
  const auto known = pool_ != nullptr ? pool_->Resolve(config.fixed_account) : AccountId(config.fixed_account);
  policy.fixed = known.ok() ? *known : AccountId(config.fixed_account);
  return policy;
}

std::shared_ptr<const proxy::ProxyState> Hub::BuildState() const {
  auto state = std::make_shared<proxy::ProxyState>();
  const config::ProxyConfig& config = data_.config().config().proxy;
  state->config = config;
  state->translation = data_.config().config().translation;
  state->picking = BuildPolicy();
  state->auth_mode = EffectiveMode(config);
  state->keys.primary = data_.primary_key();
  if (keys_ != nullptr) state->key_ring = keys_->ring();
  for (const auto& held : state->key_ring->keys) state->keys.further.push_back(held->key.sha256_hex);
  state->origins.allowed_origins = config.allowed_origins;
  state->origins.allowed_hosts = config.allowed_hosts;
  state->origins.machine_name = MachineName();
  state->origins.lan = config.allow_lan_access;
  state->catalog = data_.catalog();
  state->pool = std::make_shared<const proxy::PreparedPool>(snapshot_);
  auto router = BuildRouter();
  const proxy::ModelCatalog::Listings none;
  const auto& listings = refresher_ != nullptr ? refresher_->listings() : none;
  state->models =
      std::make_shared<const proxy::ModelCatalog>(*snapshot_, listings, router->Aliases(), *data_.catalog());
  state->router = std::move(router);
  return state;
}

void Hub::PublishSoon() {
  if (std::exchange(publishing_, true)) return;
  control_.Post([this] {
    publishing_ = false;
    if (proxy_ != nullptr) proxy_->Publish(BuildState());
  });
}

void Hub::OnSnapshot(std::shared_ptr<const pool::PoolSnapshot> snapshot) {
  for (const auto& before : snapshot_->accounts) {
    if (snapshot->Find(before.account.id) != nullptr) continue;
    if (proxy_ != nullptr) proxy_->owners().Forget(before.account.id);
    if (history_ != nullptr) history_->Remove(before.account.id);
  }
  snapshot_ = std::move(snapshot);
  if (refresher_ != nullptr) {
    control_.Post([this] {
      tokens_->OnSnapshot(*snapshot_);
      refresher_->OnSnapshot(*snapshot_);
      healer_->OnSnapshot(*snapshot_);
      budgets_->OnSnapshot(*snapshot_);
    });
  }
  PublishSoon();
}

void Hub::OnStatusChange(const AccountId& id, const pool::StatusChange& change) {
  if (history_ != nullptr) history_->Add(id, change);
}

void Hub::OnCooldownChanged(const AccountId& id, pool::StatusChange change) {
  control_.Post([this, id, change = std::move(change)] {
    if (snapshot_->Find(id) == nullptr) return;  // removed while its last request ran
    pool_->OnCooldownChanged(id, change);
    if (!store_cooldowns_.armed()) store_cooldowns_.Arm(kStoreAfter);
  });
}

void Hub::OnAccountRefused(const pool::Account& asked, pool::Signal signal, ErrorDetail error) {
  control_.Post([this, id = asked.id, access = asked.access, signal, error = std::move(error)] {
    pool_->OnRefused(id, access, signal, error);
  });
}

void Hub::OnAccountServed(const AccountId& id) {
  control_.Post([this, id] { pool_->OnServed(id); });
}

void Hub::OnLearned(const AccountId& id, pool::LearnedFact fact) {
  control_.Post([this, id, fact = std::move(fact)]() mutable { pool_->Learn(id, std::move(fact)); });
}

void Hub::OnContradicted(const AccountId& id, std::string_view model, WallTime started,
                         std::vector<catalog::ModelFact> facts) {
  control_.Post([this, id, model = std::string(model), started, facts = std::move(facts)] {
    pool_->Contradict(id, model, started, facts);
  });
}

void Hub::Flush() {
  store_cooldowns_.Disarm();
  pool_->StoreCooldowns();
  history_->Flush();
}

control::ProxyStatus Hub::Status() {
  control::ProxyStatus status;
  const proxy::Listener& listener = proxy_->listener();
  status.running = listener.running();
  status.addresses = listener.addresses();
  status.port = listener.running() ? listener.port() : data_.config().config().proxy.port;
  status.last_error = listener.last_error();
  status.open_connections = proxy_->open_connections();
  for (const auto& pooled : snapshot_->accounts) {
    status.requests_total += pooled.counters->requests.load(std::memory_order_relaxed);
  }
  return status;
}

absl::Status Hub::StartIfWanted() {
  const auto wanted = data_.settings().Get(kWanted);
  if (!data_.config().config().proxy.auto_start) return absl::OkStatus();
  if (wanted.ok() && *wanted && **wanted == "stopped") {
    Log(LogLevel::kInfo, "the proxy was stopped before: start it with agctl proxy start");
    return absl::OkStatus();
  }
  return proxy_->listener().Start(data_.config().config().proxy);
}

void Hub::Start(std::function<void(absl::Status)> done) {
  absl::Status status = proxy_->listener().Start(data_.config().config().proxy);
  if (status.ok()) status = data_.settings().Put(kWanted, "running");
  done(std::move(status));
}

void Hub::Stop(std::function<void(absl::Status)> done) {
  proxy_->listener().Stop();
  done(data_.settings().Put(kWanted, "stopped"));
}

absl::Status Hub::SetPrimaryKey(Secret key) {
  absl::Status status = data_.SetPrimaryKey(std::move(key));
  if (status.ok()) PublishSoon();
  return status;
}

void Hub::OnConfigChanged(std::function<void(absl::Status)> done) {
  const config::Config& config = data_.config().config();
  const http::ClientOptions options = ClientOptionsFrom(config.upstream);
  proxy_->SetClientOptions(options);
  control_client_->SetOptions(options);
  PublishSoon();
  absl::Status status;
  if (proxy_->listener().running()) status = proxy_->listener().Start(config.proxy);
  if (status.ok() && !config.pool.fixed_account.empty()) status = pool_->Resolve(config.pool.fixed_account).status();
  done(std::move(status));
}

}  // namespace ag::app
