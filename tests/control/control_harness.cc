#include "tests/control/control_harness.h"

#include <gtest/gtest.h>

#include "gatewayd/telemetry/record_keeper.h"
#include "gatewayd/telemetry/request_row.h"
#include "gatewayd/telemetry/usage_rollup.h"

namespace ag::test {
namespace {

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) throw std::runtime_error(std::string(result.status().message()));
  return *std::move(result);
}

std::map<std::string, std::vector<std::string>> ModelsByPreset(const pool::PoolSnapshot& snapshot) {
  std::map<std::string, std::vector<std::string>> models;
  for (const auto& pooled : snapshot.accounts) {
    auto& list = models[pooled.account.preset];
    list.insert(list.end(), pooled.account.models.begin(), pooled.account.models.end());
  }
  return models;
}

}  // namespace

void FakeProxyPort::Start(std::function<void(absl::Status)> done) {
  if (start_result.ok()) {
    status.running = true;
    status.port = 8045;
    status.addresses = {"127.0.0.1:8045"};
  }
  done(start_result);
}

void FakeProxyPort::Stop(std::function<void(absl::Status)> done) {
  status = {};
  done(absl::OkStatus());
}

absl::Status FakeProxyPort::SetPrimaryKey(Secret new_key) {
  key = std::move(new_key);
  return absl::OkStatus();
}

void FakeUpstreamPort::TestAccount(const AccountId& id,
                                   std::function<void(absl::StatusOr<control::AccountTest>)> done) {
  if (hold) return held.push_back(std::move(done));
  if (answer.ok) set_models(id, answer.models);
  done(answer);
}

void FakeProbePort::TestModel(const AccountId&, const std::string& model, std::function<void(pool::ModelTest)> done) {
  asked.push_back(model);
  if (model != hold) done(answer(model));
}

absl::StatusOr<control::SignInStatus> FakeSignInPort::Begin(control::SignInStart start) {
  begun.push_back(std::move(start));
  status.id = "sign_1";
  status.url = "https://example.org/authorize?client_id=x";
  return status;
}

absl::StatusOr<control::SignInStatus> FakeSignInPort::Get(const std::string& id) {
  if (id != status.id) return absl::NotFoundError("there is no sign-in");
  if (on_get) on_get(status);
  return status;
}

absl::StatusOr<control::SignInStatus> FakeSignInPort::Complete(const std::string& id, std::string_view code_or_url) {
  if (id != status.id) return absl::NotFoundError("there is no sign-in");
  pasted.emplace_back(code_or_url);
  if (code_or_url == "wrong") return FieldError(ErrorKind::kInvalidRequest, "code", "that is no code");
  if (on_paste) on_paste(status);
  return status;
}

absl::StatusOr<control::SignInStatus> FakeSignInPort::Cancel(const std::string& id) {
  if (id != status.id) return absl::NotFoundError("there is no sign-in");
  ++cancelled;
  status.state = control::SignInStatus::State::kFailed;
  status.error = MakeError(ErrorKind::kClientLeft, "the sign-in was cancelled");
  return status;
}

ControlHarness::ControlHarness()
    : config_(Must(config::ConfigStore::Open(dir_.path(), {}, {}))),
      gateway_(Must(store::OpenGatewayDatabase(dir_.path()))),
      writer_(Must(store::OpenTrafficDatabase(dir_.path()))),
      reader_(Must(store::OpenTrafficDatabase(dir_.path()))),
      accounts_(*gateway_),
      routes_(*gateway_),
      client_keys_(*gateway_),
      traffic_writer_(*writer_),
      traffic_reader_(*reader_),
      box_(auth::SecretBox::Key{}),
      catalog_(std::make_shared<const catalog::Catalog>(catalog::Catalog::Shipped())),
      control_(runtime::Shard::kControlIndex, clock_),
      pool_(accounts_, box_, catalog_, clock_, random_, observer_),
      book_(routes_, *catalog_, clock_),
      keys_(client_keys_, clock_, random_),
      account_events_(*writer_),
      history_(control_, executor_, account_events_) {
  proxy_.make_router = [this] {
    routing::Availability availability;
    for (const auto& [name, models] : ModelsByPreset(*pool_.snapshot())) {
      availability.presets.push_back({name, catalog_->FindProvider(name)->family, models});
    }
    return std::make_shared<const routing::ModelRouter>(book_.set(), catalog_, availability);
  };
  upstream_.set_models = [this](const AccountId& id, std::vector<std::string> models) {
    pool_.SetModels(id, std::move(models));
  };
  control_.Start();
  OnControl([this] {
    EXPECT_TRUE(pool_.Load().ok());
    EXPECT_TRUE(book_.Load().ok());
    EXPECT_TRUE(keys_.Load().ok());
  });
  StartServer();
  client::ControlClientOptions options;
  options.target = target();
  client_ = std::make_unique<client::ControlClient>(options);
}

ControlHarness::~ControlHarness() {
  StopServer();
  control_.Stop();
  control_.Join();
  executor_.Join();
}

void ControlHarness::StartServer(const std::optional<control::TcpControl>& tcp) {
  const absl::Status started = TryStartServer(tcp);
  ASSERT_TRUE(started.ok()) << started.message();
}

absl::Status ControlHarness::TryStartServer(const std::optional<control::TcpControl>& tcp) {
  server_ = std::make_unique<control::ControlServer>(
      control::ControlDependencies{control_, executor_, traffic_reader_, pool_, book_, keys_, *config_, *catalog_,
                                   feed_, proxy_, upstream_, probe_, history_, sign_ins_},
      control::ServerIdentity{"9.9.9", "instance-1", dir_.path(), clock_.Now(), "/usr/bin/gatewayd", config_->path(),
                              control::LogTarget::kFile, dir_.File("gatewayd.log")});
  return server_->Start(target(), tcp);
}

void ControlHarness::StopServer() {
  if (server_) server_->Shutdown(std::chrono::milliseconds(500));
  server_.reset();
}

void ControlHarness::OnControl(std::function<void()> work) {
  std::promise<void> done;
  control_.Post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

telemetry::RecordPtr ControlHarness::Record(int number) {
  using std::chrono::microseconds;
  Arena arena;
  telemetry::RequestRecord record;
  record.id = arena.Copy("req-" + std::to_string(number));
  record.started = WallTime(std::chrono::seconds(1'793'491'200 + number));
  record.dialect = Dialect::kMessages;
  record.operation = Operation::kGenerate;
  record.model = "claude-sonnet-4-5";
  record.stream = true;
  record.translated = true;
  record.status = 200;
  telemetry::AttemptRecord& refused = telemetry::AddAttempt(record, arena);
  refused.account = "a-1";
  refused.account_label = "first";
  refused.model = "gpt-5";
  refused.status = 429;
  const telemetry::AttemptRecord untold = refused;
  refused.error = telemetry::Describe(ErrorDetail{.kind = ErrorKind::kRateMinute, .provider_text = "slow down"}, arena);
  telemetry::AttemptRecord& served = telemetry::AddAttempt(record, arena);
  served = untold;
  served.account_label = "second";
  served.status = 200;
  served.head = microseconds(4000);
  served.chosen = {"affinity_stand_in", {}};
  record.usage.input = 1200;
  record.usage.output = 34;
  record.stop_reason = StopReason::kEndTurn;
  record.losses = telemetry::Describe({Loss{LossClass::kDrop, "top_k", Reason{"not_expressible", {}}}}, arena);
  const auto passed_over = arena.NewSpan<telemetry::PassedOverView>(1);
  passed_over[0] = {"a-2", "third", "gpt-5", "limit_reached", WallTime(std::chrono::seconds(1'762'000'000))};
  record.passed_over = passed_over;
  record.first_byte = microseconds(5000);
  record.duration = microseconds(20'000);
  record.upstream = microseconds(19'000);
  return telemetry::RecordKeeper().Keep(record);
}

void ControlHarness::Feed(int count) {
  std::vector<telemetry::RecordPtr> records;
  for (int i = 0; i < count; ++i) records.push_back(Record(++fed_));
  OnControl([&] { feed_.OnRecords(records); });
}

void ControlHarness::Store(const std::vector<telemetry::RecordPtr>& records) {
  telemetry::UsageRollup sums;
  for (const auto& record : records) sums.Add(*record);
  std::size_t taken = 0;
  std::string details;
  const auto next = [&](store::RequestRow& row) {
    if (taken == records.size()) return false;
    row = telemetry::ToRow(*records[taken++], details);
    return true;
  };
  const absl::Status stored = traffic_writer_.Append(next, sums.Take());
  ASSERT_TRUE(stored.ok()) << stored.message();
}

}  // namespace ag::test
