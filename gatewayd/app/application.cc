#include "gatewayd/app/application.h"

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "gatewayd/app/gateway_data.h"
#include "gatewayd/app/hub.h"
#include "gatewayd/app/model_refresher.h"
#include "gatewayd/app/process_places.h"
#include "gatewayd/app/proxy_runtime.h"
#include "gatewayd/app/sandbox_setup.h"
#include "gatewayd/app/shutdown.h"
#include "gatewayd/app/sign_in_desk.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/money.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/version.h"
#include "gatewayd/control/control_server.h"
#include "gatewayd/pool/token_keeper.h"
#include "gatewayd/telemetry/event_feed.h"
#include "gatewayd/upstream/daily_quota.h"

namespace ag::app {
namespace {

std::size_t ShardCount(const config::ProxyConfig& config) {
  if (config.shards > 0) return static_cast<std::size_t>(config.shards);
  return std::max(1U, std::thread::hardware_concurrency());
}

telemetry::RecorderOptions RecorderOptionsFrom(const config::LogConfig& config) {
  telemetry::RecorderOptions options;
  options.max_rows = config.max_requests;
  options.max_bytes = config.max_bytes;
  options.max_age = std::chrono::hours(24) * config.max_age_days;
  return options;
}

control::ServerIdentity Identity(GatewayData& data, const SandboxSetup* sandbox, std::string instance,
                                 WallTime started) {
  LogPlace log = PlaceOfLog();
  return {kVersion,   std::move(instance), AbsolutePath(data.dir()),
          started,    ProgramPath(),       AbsolutePath(data.config().path()),
          log.target, std::move(log.file), sandbox == nullptr ? std::string() : sandbox->url()};
}

// Runs `work` on the control context and waits: at start and at the end only, from the main thread.
template <typename Result>
Result OnControl(runtime::Shard& control, std::function<Result()> work) {
  std::promise<Result> promise;
  auto result = promise.get_future();
  control.Post([&] { promise.set_value(work()); });
  return result.get();
}

std::int64_t TokensOf(const store::RollupSums& sums) {
  return sums.input + sums.cache_read + sums.cache_write + sums.output + sums.reasoning;
}

// What budgets of a day and a month have spent before this start, as the request log knows it (docs/adr/0012). Before
// any thread runs: the table is nobody's yet. `meter_of` finds the meter of a bucket, or null.
absl::Status RestoreBudgets(store::TrafficTable& traffic, store::RollupBy by, WallTime now,
                            const std::function<std::int64_t(const store::RollupSums&)>& requests_of,
                            const std::function<pool::BudgetMeter*(const std::string&)>& meter_of) {
  for (const pool::Period period : {pool::Period::kDay, pool::Period::kMonth}) {
    store::RollupQuery query;
    query.by = by;
    query.since_ms = pool::StartOf(period, now).time_since_epoch().count();
    query.served_only = true;
    AG_ASSIGN_OR_RETURN(const auto sums, traffic.Sums(query));
    for (const store::RollupRow& row : sums) {
      pool::BudgetMeter* const meter = meter_of(row.bucket);
      if (meter == nullptr) continue;
      meter->Restore(pool::Measure::kRequests, period, requests_of(row.sums), now);
      meter->Restore(pool::Measure::kTokens, period, TokensOf(row.sums), now);
      meter->Restore(pool::Measure::kCost, period, MicroUsd(row.sums.cost), now);
    }
  }
  return absl::OkStatus();
}

// What the client keys have done before this start, and since when that is known.
absl::Status RestoreKeyUse(store::TrafficTable& traffic, const keys::KeyRing& ring, WallTime now) {
  AG_ASSIGN_OR_RETURN(const auto oldest, traffic.OldestSums());
  const std::int64_t known_since = oldest.value_or(now.time_since_epoch().count());
  for (const auto& held : ring.keys) held->counters->since_ms = std::max(held->counters->since_ms.load(), known_since);
  store::RollupQuery query;
  query.by = store::RollupBy::kClientKey;
  query.served_only = true;
  AG_ASSIGN_OR_RETURN(const auto sums, traffic.Sums(query));
  for (const store::RollupRow& row : sums) {
    const auto held = ring.Find(row.bucket);
    if (held == nullptr) continue;
    held->counters->requests = row.sums.requests;
    held->counters->tokens = TokensOf(row.sums);
    held->counters->cost = row.sums.cost;
    held->counters->last_used_ms = row.last_hour_ms;
  }
  return absl::OkStatus();
}

absl::Status RestoreUse(store::TrafficTable& traffic, const pool::PoolSnapshot& accounts, const keys::KeyRing& ring,
                        WallTime now) {
  // As the running gateway counts: an account's attempts, a key's requests.
  const auto attempts = [](const store::RollupSums& sums) { return sums.attempts; };
  const auto requests = [](const store::RollupSums& sums) { return sums.requests; };
  const auto account_meter = [&](const std::string& id) -> pool::BudgetMeter* {
    const pool::PooledAccount* const account = accounts.Find(AccountId(id));
    return account == nullptr ? nullptr : &account->counters->used;
  };
  const auto key_meter = [&](const std::string& id) -> pool::BudgetMeter* {
    const auto held = ring.Find(id);
    return held == nullptr ? nullptr : &held->counters->used;
  };
  AG_RETURN_IF_ERROR(RestoreBudgets(traffic, store::RollupBy::kAccountId, now, attempts, account_meter));
  AG_RETURN_IF_ERROR(RestoreBudgets(traffic, store::RollupBy::kClientKey, now, requests, key_meter));
  return RestoreKeyUse(traffic, ring, now);
}

}  // namespace

// Members are made from top to bottom and end from bottom to top.
struct Application::Impl {
  Impl(Options its_options, const Clock& clock, std::unique_ptr<GatewayData> its_data,
       std::unique_ptr<SandboxSetup> its_sandbox)
      : options(std::move(its_options)),
        data(std::move(its_data)),
        control(runtime::Shard::kControlIndex, clock),
        shards(ShardCount(data->config().config().proxy), clock),
        resolver(clock),
        traffic_writer(1, "ag-log-writer", runtime::BlockingExecutor::Priority::kBackground),
        traffic_reader(1, "ag-log-reader"),
        recorder(control, shards, traffic_writer, data->traffic(), RecorderOptionsFrom(data->config().config().log)),
        conversations(control, traffic_writer, traffic_reader, data->conversations()),
        hub(control, *data),
        pool(data->accounts(), data->box(), data->catalog(), clock, control.random(), hub),
        routes(data->routes(), *data->catalog(), clock),
        keys(data->client_keys(), clock, control.random()),
        control_client(control, resolver, ClientOptionsFrom(data->config().config().upstream)),
        tokens(control, control_client, pool),
        refresher(control, control_client, pool, tokens, [this] { hub.PublishSoon(); }),
        history(control, traffic_writer, data->account_events()),
        healer(control, pool, refresher),
        budgets(control, pool, history),
        sign_ins(control, control_client, pool, data->catalog()),
        proxy(control, shards, resolver, recorder, hub, tokens, conversations, data->config().config(),
              hub.BuildState()),
        control_server(control::ControlDependencies{control, traffic_reader, data->traffic_reader(), pool, routes, keys,
                                                    data->config(), *data->catalog(), feed, hub, refresher, proxy,
                                                    history, sign_ins},
                       Identity(*data, its_sandbox.get(), RandomToken(control.random(), 12), clock.Now())),
        sandbox(std::move(its_sandbox)) {
    hub.Connect(pool, history, healer, budgets, routes, keys, tokens, refresher, proxy, control_client);
    recorder.AddObserver(feed);
    recorder.AddObserver(budgets);
  }

  Options options;
  std::unique_ptr<GatewayData> data;
  runtime::Shard control;
  runtime::ShardPool shards;
  runtime::Resolver resolver;
  runtime::BlockingExecutor traffic_writer;
  runtime::BlockingExecutor traffic_reader;
  telemetry::EventFeed feed;
  telemetry::Recorder recorder;
  proxy::ConversationStore conversations;
  Hub hub;
  pool::AccountPool pool;
  routing::RouteBook routes;
  keys::KeyBook keys;
  http::Client control_client;
  pool::TokenKeeper tokens;
  ModelRefresher refresher;
  pool::AccountHistory history;
  AccountHealer healer;
  BudgetWatch budgets;
  SignInDesk sign_ins;
  ProxyRuntime proxy;
  control::ControlServer control_server;
  std::unique_ptr<SandboxSetup> sandbox;
  std::optional<control::TcpControl> tcp_control;
  bool started = false;
};

absl::StatusOr<std::unique_ptr<Application>> Application::Create(Options options, const Clock& clock) {
  AG_ASSIGN_OR_RETURN(auto data, GatewayData::Open(options));
  AG_ASSIGN_OR_RETURN(auto tcp_control, control::ReadTcpControl(data->config().config().control));
  std::unique_ptr<SandboxSetup> sandbox;
  if (options.sandbox) {
    sandbox::SandboxOptions sandbox_options;
    sandbox_options.pace = options.sandbox_pace;
    sandbox = std::make_unique<SandboxSetup>(clock, sandbox_options);
    AG_RETURN_IF_ERROR(sandbox->Start());
  }
  auto impl = std::make_unique<Impl>(std::move(options), clock, std::move(data), std::move(sandbox));
  impl->tcp_control = std::move(tcp_control);
  AG_RETURN_IF_ERROR(impl->pool.Load());
  AG_RETURN_IF_ERROR(impl->routes.Load());
  AG_RETURN_IF_ERROR(impl->keys.Load());
  const absl::Status restored =
      RestoreUse(impl->data->traffic_reader(), *impl->pool.snapshot(), *impl->keys.ring(), clock.Now());
  if (!restored.ok()) {
    Log(LogLevel::kWarning, "budgets begin anew: the request log cannot be read: ", restored.message());
  }
  if (!upstream::LoadQuotaCalendar()) {
    Log(LogLevel::kWarning, "the machine has no time zones (package tzdata): when Gemini gives daily quotas anew is ",
        "not known, and accounts wait for it longer than they need");
  }
  return std::unique_ptr<Application>(new Application(std::move(impl)));
}

Application::Application(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Application::~Application() {
  if (impl_->started) {
    Shutdown([] { return true; });
  }
}

absl::Status Application::Start() {
  Impl& impl = *impl_;
  impl.started = true;
  impl.control.Start();
  impl.shards.Start();
  const absl::Status begun = OnControl<absl::Status>(impl.control, [&impl]() -> absl::Status {
    if (impl.sandbox != nullptr) AG_RETURN_IF_ERROR(impl.sandbox->AddAccounts(impl.pool));
    impl.hub.PublishSoon();
    impl.recorder.Start();
    impl.conversations.Start();
    impl.tokens.Start();
    impl.refresher.Start();
    impl.healer.OnSnapshot(*impl.pool.snapshot());
    impl.budgets.Start();
    return impl.hub.StartIfWanted();
  });
  AG_RETURN_IF_ERROR(begun);
  AG_RETURN_IF_ERROR(impl.control_server.Start(control_target(), impl.tcp_control));
  for (const std::string& address :
       OnControl<std::vector<std::string>>(impl.control, [&impl] { return impl.proxy.listener().addresses(); })) {
    Log(LogLevel::kInfo, "listening on http://", address);
  }
  return absl::OkStatus();
}

void Application::Shutdown(const std::function<bool()>& cut) {
  Impl& impl = *impl_;
  if (!impl.started) return;
  impl.started = false;
  ShutdownParts parts{
      impl.control,        impl.shards,         impl.proxy,         impl.refresher,      impl.sign_ins,
      impl.tokens,         impl.recorder,       impl.conversations, impl.control_server, impl.traffic_writer,
      impl.traffic_reader, impl.control_client, impl.healer,        impl.budgets,        impl.hub};
  ShutDown(parts, cut);
  impl.sandbox.reset();
}

std::uint16_t Application::http_port() const {
  return OnControl<std::uint16_t>(impl_->control, [this] { return impl_->proxy.listener().port(); });
}

std::string Application::control_target() const { return "unix:" + impl_->data->control_socket(); }

std::string Application::data_dir() const { return impl_->data->dir(); }

}  // namespace ag::app
