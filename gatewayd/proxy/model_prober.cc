#include "gatewayd/proxy/model_prober.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "gatewayd/base/strings.h"
#include "gatewayd/proxy/attempt.h"
#include "gatewayd/proxy/lessons.h"
#include "gatewayd/proxy/outcome.h"
#include "gatewayd/proxy/reply_stream.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::proxy {
namespace {

constexpr int kBadGateway = 502;

// The client of a test: takes the answer and keeps nothing of it.
class NoClient final : public http::ResponseWriter {
 public:
  runtime::Task<absl::Status> Send(const http::ResponseHead&, std::string_view) override {
    started_ = true;
    co_return absl::OkStatus();
  }
  void Start(const http::ResponseHead&) override { started_ = true; }
  runtime::Task<absl::Status> Write(std::span<const std::string_view> pieces) override {
    for (const std::string_view piece : pieces) written_ += piece.size();
    co_return absl::OkStatus();
  }
  runtime::Task<absl::Status> Finish() override { co_return absl::OkStatus(); }
  void Abort() override {}
  bool started() const override { return started_; }
  std::uint64_t bytes_written() const override { return written_; }
  runtime::CancelSource& client_left() override { return left_; }

 private:
  runtime::CancelSource left_;
  std::uint64_t written_ = 0;
  bool started_ = false;
};

// What a session would have read from its client.
http::Request RequestFor(const TestRequest& test, const Clock& clock, Arena& arena) {
  http::Request request;
  request.method = "POST";
  request.target = test.path;
  request.path = test.path;
  request.received = clock.Steady();
  request.arena = &arena;
  return request;
}

// With the bytes behind it that a parser may read.
std::string_view Padded(std::string_view body, Arena& arena) {
  const auto bytes = arena.NewSpan<char>(body.size() + http::BodyReader::kPadding);
  std::memcpy(bytes.data(), body.data(), body.size());
  return {bytes.data(), body.size()};
}

absl::Status Gone(const AccountId& id) {
  return MakeError(ErrorKind::kInvalidRequest, absl::StrCat("there is no account ", id.value(), " any more"));
}

pool::ModelTest NotAsked(pool::Obstacle obstacle) {
  pool::ModelTest test;
  test.obstacle = obstacle;
  return test;
}

pool::ModelTest NotAsked(absl::Status error) {
  pool::ModelTest test;
  test.error = std::move(error);
  return test;
}

// What the account's own facts, and the answer to the first question, change in how a model is asked.
catalog::ChatQuirks QuirksOf(const pool::Account& account, std::string_view model, const pool::ModelTest* first,
                             WallTime now) {
  catalog::ChatQuirks quirks = account.quirks;
  catalog::ModelInfo unused;
  account.facts.Apply(model, now, unused, quirks);
  if (first != nullptr && first->fact) catalog::Apply(first->fact->fact, unused, quirks);
  return quirks;
}

}  // namespace

ModelProber::ModelProber(ShardServices& services) : services_(services), tasks_(services.shard.executor()) {}

void ModelProber::Test(AccountId id, std::string model, std::function<void(pool::ModelTest)> done) {
  if (stopped_) return done(NotAsked(MakeError(ErrorKind::kShuttingDown, "the gateway is shutting down")));
  tasks_.Spawn(Run(std::move(id), std::move(model), std::move(done)));
}

void ModelProber::Stop(std::function<void()> on_stopped) {
  stopped_ = true;
  const std::set<runtime::CancelSource*> asked = asked_;
  for (runtime::CancelSource* source : asked) source->Cancel();
  tasks_.OnEmpty(std::move(on_stopped));
}

runtime::Task<void> ModelProber::Run(AccountId id, std::string model, std::function<void(pool::ModelTest)> done) {
  pool::ModelTest test = co_await Ask(id, model);
  done(std::move(test));
}

runtime::Task<pool::ModelTest> ModelProber::Ask(const AccountId& id, const std::string& model) {
  const auto state = services_.state;
  const pool::PooledAccount* const pooled = state->pool->snapshot().Find(id);
  if (pooled == nullptr) co_return NotAsked(Gone(id));
  const pool::Account& account = pooled->account;
  const catalog::ModelUse use = catalog::UseOf(model);
  const auto dialect = pool::TestDialect(account, use);
  if (!dialect) co_return NotAsked(pool::Obstacle{pool::RejectReason::kNoDialect, {}, false});
  const WallTime now = services_.shard.clock().Now();
  const TestRequest request = MakeTestRequest(model, use, *dialect, QuirksOf(account, model, nullptr, now));
  pool::ModelTest test = co_await AskOnce(id, model, request);
  const TestRequest again = MakeTestRequest(model, use, *dialect, QuirksOf(account, model, &test, now));
  if (again == request) co_return test;
  pool::ModelTest second = co_await AskOnce(id, model, again);
  if (!second.fact) second.fact = std::move(test.fact);
  co_return second;
}

runtime::Task<pool::ModelTest> ModelProber::AskOnce(const AccountId& id, const std::string& model,
                                                    const TestRequest& request) {
  const Clock& clock = services_.shard.clock();
  Arena arena;
  http::Request of_nobody = RequestFor(request, clock, arena);
  NoClient client;
  RelayCall call(services_, of_nobody, client);
  ReplyStream reply(client, services_.shard);
  call.reply = &reply;
  const pool::PooledAccount* const account = call.state->pool->snapshot().Find(id);
  if (account == nullptr) co_return NotAsked(Gone(id));
  if (const auto obstacle = pool::ObstacleToTest(*account, model, clock.Now())) co_return NotAsked(*obstacle);
  auto read = wire::ClientRequest::Read(call.match.endpoint, Padded(request.body, arena), arena);
  if (!read.ok()) co_return NotAsked(read.status());
  call.client = *std::move(read);
  call.record.model = arena.Copy(model);

  pool::Choice choice;
  choice.account = account;
  choice.model = call.record.model;
  choice.dialect = call.match.endpoint.dialect;
  choice.why = pool::PickReason::kTested;
  if (call.state->pool->Find(*account, choice.dialect) == nullptr) {
    co_return NotAsked(MakeError(ErrorKind::kInternal, "the account's base URL cannot be read"));
  }
  auto entry = account->cooldowns->TryEnter(model, clock.Now());
  choice.place = entry.ticket;
  if (entry.change) services_.feedback.OnCooldownChanged(id, *std::move(entry.change));
  if (!entry.entered) co_return NotAsked(pool::Obstacle{pool::RejectReason::kHalfOpenTaken, {}, false});

  asked_.insert(&client.client_left());
  runtime::Deadline patience(services_.shard.wheel(), [&client] { client.client_left().Cancel(); });
  patience.Arm(kPatience);
  AttemptOutcome outcome = co_await AskAccount(call, choice, AttemptState());
  patience.Disarm();
  asked_.erase(&client.client_left());
  co_await reply.Quiesce();
  if (!outcome.error.ok()) {
    const int status = DetailOf(outcome.error).http_status;
    call.record.status = status != 0 ? status : kBadGateway;
  }
  RecordRequest(call, outcome.error);
  co_return Describe(call, *account, model, std::move(outcome.error));
}

pool::ModelTest ModelProber::Describe(const RelayCall& call, const pool::PooledAccount& account,
                                      const std::string& model, absl::Status error) const {
  const WallTime now = services_.shard.clock().Now();
  pool::ModelTest test;
  test.request_id = std::string(call.record.id);
  test.usage = call.record.usage;
  test.cost = call.record.cost;
  test.took = call.record.duration;
  if (error.ok()) return test;
  const pool::CooldownStatus pause = account.cooldowns->Check(model, now);
  if (pause.state == pool::CooldownStatus::State::kCooling) {
    test.pause = pool::Obstacle{pool::RejectReason::kCooling, pause.until, pause.provider_hint};
  }
  test.fact = LessonOf(call, FamilyOf(call.match.endpoint.dialect), model, DetailOf(error), now);
  test.error = std::move(error);
  return test;
}

}  // namespace ag::proxy
