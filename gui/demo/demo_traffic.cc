#include "gui/demo/demo_traffic.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "gui/demo/demo_account_data.h"

namespace ag::gui {

// What kind of request it is: of which client, and where it goes.
struct DemoKind {
  const char* model;
  const char* upstream_model;
  const char* account;
  const char* provider;
  v1::Dialect client;
  v1::Dialect upstream;
  const char* agent;
};

struct DemoFailure {
  v1::ErrorKind kind;
  int status;
  const char* text;
};

namespace {

constexpr std::size_t kLogSize = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;

constexpr std::array kKinds{
    DemoKind{"claude-sonnet-5", "claude-sonnet-5", "work-anthropic", "anthropic", v1::DIALECT_MESSAGES,
             v1::DIALECT_MESSAGES, "claude-cli/2.1.30"},
    DemoKind{"claude-sonnet-5", "gemini-3-pro", "home-gemini", "gemini", v1::DIALECT_MESSAGES, v1::DIALECT_GEMINI,
             "claude-cli/2.1.30"},
    DemoKind{"gpt-5.2", "gpt-5.2", "team-openai", "openai", v1::DIALECT_RESPONSES, v1::DIALECT_RESPONSES,
             "codex_cli_rs/0.66.0"},
    DemoKind{"gpt-5-mini", "gpt-5-mini", "team-openai", "openai", v1::DIALECT_CHAT, v1::DIALECT_CHAT,
             "OpenAI/Python 2.9.0"},
    DemoKind{"gemini-3-flash", "gemini-3-flash", "home-gemini", "gemini", v1::DIALECT_GEMINI, v1::DIALECT_GEMINI,
             "GeminiCLI/0.19.1"},
    DemoKind{"fast", "deepseek-chat", "deepseek", "deepseek", v1::DIALECT_CHAT, v1::DIALECT_CHAT, "Cherry Studio/1.7"},
};

constexpr std::array kFailures{
    DemoFailure{v1::ERROR_KIND_RATE_MINUTE, 429,
                "rate_limit_error: Number of request tokens has exceeded your per-minute rate limit"},
    DemoFailure{v1::ERROR_KIND_OVERLOADED, 529, "overloaded_error: Overloaded"},
    DemoFailure{v1::ERROR_KIND_CONTEXT_TOO_LONG, 400, "prompt is too long: 214312 tokens > 200000 maximum"},
    DemoFailure{v1::ERROR_KIND_MODEL_NOT_FOUND, 404, "no account serves \"gpt-7\"; did you mean \"gpt-5.2\"?"},
};

// The fake daemon's own account of that name.
std::string IdOf(const std::string& label) {
  static const auto kIds = [] {
    std::map<std::string, std::string> ids;
    for (const DemoAccount& made : MakeDemoAccounts()) {
      ids[made.account.label()] = DemoAccountId(static_cast<int>(ids.size()) + 1);
    }
    return ids;
  }();
  const auto found = kIds.find(label);
  return found == kIds.end() ? "" : found->second;
}

// Nobody was left: the one that was asked, and one that had met its own limit before.
void PassOver(const DemoKind& kind, std::int64_t at_ms, v1::RequestRecord& record) {
  v1::AccountCandidate& asked = *record.add_passed_over();
  asked.set_account_id(record.account_id());
  asked.set_account_label(kind.account);
  asked.set_model(kind.upstream_model);
  asked.set_reject_reason(v1::REJECT_REASON_TRIED);
  v1::AccountCandidate& other = *record.add_passed_over();
  other.set_account_id(IdOf("spare-openai"));
  other.set_account_label("spare-openai");
  other.set_model(kind.upstream_model);
  other.set_reject_reason(v1::REJECT_REASON_COOLING);
  other.mutable_available_time()->set_seconds(at_ms / 1'000 + 40);
}

std::int64_t MillisOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000 + time.nanos() / 1'000'000;
}

// As the daemon's log finds it: whatever the case, in names and in what failed.
bool Mentions(const v1::RequestRecord& record, const std::string& text) {
  const std::string wanted = absl::AsciiStrToLower(text);
  const std::string kind = record.error_kind() == v1::ERROR_KIND_UNSPECIFIED
                               ? ""
                               : v1::ErrorKind_Name(record.error_kind()).substr(sizeof("ERROR_KIND_") - 1);
  return absl::AsciiStrToLower(absl::StrCat(record.id(), "\n", record.model(), "\n", record.upstream_model(), "\n",
                                            record.account_label(), "\n", kind, "\n", record.error_message()))
             .find(wanted) != std::string::npos;
}

bool Asked(const v1::RequestRecord& record, const std::string& account_id) {
  return std::ranges::any_of(record.attempts(),
                             [&](const auto& attempt) { return attempt.account_id() == account_id; });
}

bool Wanted(const v1::RequestRecord& record, const v1::ListRequestsRequest& filter) {
  const std::int64_t came = MillisOf(record.start_time());
  if (filter.has_start_time() && came < MillisOf(filter.start_time())) return false;
  if (filter.has_end_time() && came >= MillisOf(filter.end_time())) return false;
  if (filter.errors_only() && record.error_kind() == v1::ERROR_KIND_UNSPECIFIED) return false;
  if (!filter.text().empty() && !Mentions(record, filter.text())) return false;
  if (!filter.account_id().empty() && !Asked(record, filter.account_id())) return false;
  if (!filter.model().empty() && record.model() != filter.model() && record.upstream_model() != filter.model()) {
    return false;
  }
  if (filter.dialect() != v1::DIALECT_UNSPECIFIED && record.dialect() != filter.dialect()) return false;
  if (filter.has_client_key_id() && record.client_key_id() != filter.client_key_id()) return false;
  return filter.error_kinds().empty() ||
         std::ranges::find(filter.error_kinds(), record.error_kind()) != filter.error_kinds().end();
}

std::int64_t NowMs() { return absl::ToUnixMillis(absl::Now()); }

void Set(google::protobuf::Timestamp& to, std::int64_t ms) {
  to.set_seconds(ms / 1'000);
  to.set_nanos(static_cast<int>(ms % 1'000) * 1'000'000);
}
void Set(google::protobuf::Duration& to, std::int64_t us) {
  to.set_seconds(us / 1'000'000);
  to.set_nanos(static_cast<int>(us % 1'000'000) * 1'000);
}

// One of its own model leads to the upstream's.
void SetRoute(v1::RequestRecord& record) {
  v1::Reason& route = *record.mutable_routed();
  route.set_code("route");
  const auto arg = [&route](const char* name, const std::string& value) {
    v1::Reason::Arg& added = *route.add_args();
    added.set_name(name);
    added.set_value(value);
  };
  arg("pattern", record.model());
  arg("model", record.upstream_model());
}

// Another account was asked first, and had met its limit.
void AddRefusal(const DemoKind& kind, std::int64_t duration_us, v1::RequestRecord& record) {
  v1::Attempt& first = *record.add_attempts();
  first.set_account_id(IdOf("spare-openai"));
  first.set_account_label("spare-openai");
  first.set_model(kind.upstream_model);
  first.set_dialect(kind.upstream);
  first.set_status(kFailures[0].status);
  first.set_error_kind(kFailures[0].kind);
  first.set_error_message(kFailures[0].text);
  Set(*first.mutable_duration(), duration_us);
  Set(*first.mutable_head_latency(), duration_us);
  first.mutable_chosen()->set_code("affinity");
}

// Of the last attempt, and so of the request.
void Fail(const DemoKind& kind, const DemoFailure& failure, std::int64_t at_ms, v1::RequestRecord& record) {
  v1::Attempt& attempt = *record.mutable_attempts(record.attempts_size() - 1);
  record.set_status(failure.status);
  record.set_error_kind(failure.kind);
  record.set_error_message(failure.text);
  attempt.set_status(failure.status);
  attempt.set_error_kind(failure.kind);
  if (failure.kind != v1::ERROR_KIND_MODEL_NOT_FOUND) {
    attempt.set_error_message(failure.text);
    record.set_provider_message(failure.text);
    record.set_error_message(absl::StrCat("Account '", kind.account, "' (", kind.provider, "): the provider answered ",
                                          failure.status, ": ", failure.text));
  }
  if (failure.kind == v1::ERROR_KIND_RATE_MINUTE) PassOver(kind, at_ms, record);
}

// Nano dollars, at prices of the size that providers ask for.
std::int64_t Cost(std::int64_t input, std::int64_t cache_read, std::int64_t output) {
  return input * 1'250 + cache_read * 125 + output * 10'000;
}

// More by day than by night, less at weekends.
double Load(std::int64_t hour) {
  const double by_day = 0.6 - 0.5 * std::cos(static_cast<double>((hour % 24 + 2) % 24) / 24 * 2 * M_PI);
  return by_day * ((hour / 24 + 4) % 7 >= 5 ? 0.4 : 1.0);
}

void Sum(v1::TokenSums& total, const v1::TokenSums& of) {
  total.set_request_count(total.request_count() + of.request_count());
  total.set_error_count(total.error_count() + of.error_count());
  total.set_input(total.input() + of.input());
  total.set_cache_read(total.cache_read() + of.cache_read());
  total.set_cache_write(total.cache_write() + of.cache_write());
  total.set_output(total.output() + of.output());
  total.set_reasoning(total.reasoning() + of.reasoning());
  total.set_cost_nano_usd(total.cost_nano_usd() + of.cost_nano_usd());
  total.set_unpriced_count(total.unpriced_count() + of.unpriced_count());
}

// One kind's sums of one hour: each hour has long and short prompts, and now and then one of trouble.
v1::TokenSums Hour(std::int64_t hour, std::size_t kind) {
  std::mt19937_64 random(static_cast<std::uint64_t>(hour) * 31 + kind);
  const auto chance = [&random] { return std::uniform_real_distribution()(random); };
  const double load = Load(hour) * (0.7 + 0.6 * chance());
  const auto requests = static_cast<std::int64_t>(load * (60.0 - 8.0 * static_cast<double>(kind)));
  const auto times = [&](double least, double most) {
    return static_cast<std::int64_t>(static_cast<double>(requests) * (least + (most - least) * chance()));
  };
  v1::TokenSums sums;
  sums.set_request_count(requests);
  const double trouble = chance();
  sums.set_error_count(trouble > 0.9 ? times(0.08, 0.2) : trouble > 0.4 ? times(0, 0.06) : 0);
  sums.set_input(times(900, 2'400));
  sums.set_cache_read(times(2'600, 7'200));
  sums.set_cache_write(times(300, 900));
  sums.set_output(times(260, 800));
  sums.set_reasoning(times(60, 320));
  sums.set_cost_nano_usd(Cost(sums.input() + sums.cache_write(), sums.cache_read(), sums.output() + sums.reasoning()));
  return sums;
}

std::string Bucket(v1::TokenGrouping grouping, std::int64_t hour, std::size_t kind) {
  const absl::Time at = absl::FromUnixMillis(hour * kHourMs);
  switch (grouping) {
    case v1::TOKEN_GROUPING_HOUR:
      return absl::FormatTime("%Y-%m-%dT%H:00:00Z", at, absl::UTCTimeZone());
    case v1::TOKEN_GROUPING_MODEL:
      return kKinds[kind].upstream_model;
    case v1::TOKEN_GROUPING_ACCOUNT:
      return kKinds[kind].account;
    case v1::TOKEN_GROUPING_CLIENT_KEY:
      return kind % 3 == 2 ? "key_laptop" : "";
    case v1::TOKEN_GROUPING_DIALECT:
      return absl::AsciiStrToLower(v1::Dialect_Name(kKinds[kind].client).substr(8));
    case v1::TOKEN_GROUPING_UNSPECIFIED:
      return "";
    default:
      return absl::FormatTime("%Y-%m-%d", at, absl::UTCTimeZone());
  }
}

}  // namespace

DemoTraffic::DemoTraffic(int past_requests, int requests_per_second) {
  // An hour of work, and what a week before it has left.
  constexpr int kRecent = 400;
  constexpr std::int64_t kBetweenMs = 9'000;
  constexpr std::int64_t kBetweenOlderMs = 240'000;
  const std::int64_t now = NowMs();
  for (int i = past_requests; i > 0; --i) {
    Add(Make(now - std::min(i, kRecent) * kBetweenMs - std::max(0, i - kRecent) * kBetweenOlderMs));
  }
  if (requests_per_second > 0) thread_ = std::thread([this, requests_per_second] { Run(requests_per_second); });
}

DemoTraffic::~DemoTraffic() {
  Stop();
  if (thread_.joinable()) thread_.join();
}

void DemoTraffic::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
}

std::int64_t DemoTraffic::count() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(sequence_);
}

void DemoTraffic::Run(int per_second) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::milliseconds(1'000 / per_second), [this] { return stopped_; })) {
    Add(Make(NowMs()));
    wake_.notify_all();
  }
}

void DemoTraffic::Emit(int count) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < count; ++i) Add(Make(NowMs()));
  wake_.notify_all();
}

std::string DemoTraffic::Serve(const std::string& model) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(
      kKinds, [&model](const DemoKind& kind) { return model == kind.model || model == kind.upstream_model; });
  v1::RequestRecord record = Make(NowMs(), known == kKinds.end() ? kKinds.back() : *known, nullptr, false);
  record.set_model(model);
  record.set_dialect(v1::DIALECT_CHAT);
  record.set_stream(false);
  record.set_translated(record.upstream_dialect() != v1::DIALECT_CHAT);
  record.set_user_agent("AG Gateway");
  record.clear_client_key_id();
  std::string id = record.id();
  Add(std::move(record));
  wake_.notify_all();
  return id;
}

void DemoTraffic::Add(v1::RequestRecord record) {
  log_.push_back(std::move(record));
  ++sequence_;
  if (log_.size() > kLogSize) log_.pop_front();
}

v1::RequestRecord DemoTraffic::Make(std::int64_t at_ms) {
  const auto one = [this](const auto& of) -> const auto& {
    return of[static_cast<std::size_t>(Random(0, static_cast<int>(of.size()) - 1))];
  };
  const DemoKind& kind = one(kKinds);
  const DemoFailure* failure = Random(0, 24) == 0 ? &one(kFailures) : nullptr;
  return Make(at_ms, kind, failure, Random(0, 14) == 0);
}

v1::RequestRecord DemoTraffic::Make(std::int64_t at_ms, const DemoKind& kind, const DemoFailure* failure,
                                    bool retried) {
  const std::int64_t first_us = Random(280, 1'900) * 1'000;
  const std::int64_t duration_us = first_us + Random(400, 14'000) * 1'000;

  v1::RequestRecord record;
  record.set_id(absl::StrFormat("req_%016x", random_()));
  Set(*record.mutable_start_time(), at_ms - duration_us / 1'000);
  record.set_dialect(kind.client);
  record.set_operation(v1::OPERATION_GENERATE);
  record.set_model(kind.model);
  record.set_upstream_model(kind.upstream_model);
  if (record.model() != record.upstream_model()) SetRoute(record);
  record.set_account_label(kind.account);
  record.set_account_id(IdOf(kind.account));
  record.set_upstream_dialect(kind.upstream);
  record.set_stream(Random(0, 5) != 0);
  record.set_translated(kind.client != kind.upstream);
  record.set_user_agent(kind.agent);
  // Some with a client key: of DemoKeys, and one that was removed since.
  if (const int key = Random(0, 9); key < 3) record.set_client_key_id(absl::StrCat("key_", key == 2 ? 99 : key + 1));
  record.set_trace_id(absl::StrFormat("%016x%016x", random_(), random_()));
  Set(*record.mutable_duration(), duration_us);
  Set(*record.mutable_gateway_duration(), Random(90, 260));

  const std::int64_t start_us = retried ? first_us / 3 : 0;
  if (retried) AddRefusal(kind, start_us, record);
  v1::Attempt& attempt = *record.add_attempts();
  attempt.set_account_id(record.account_id());
  attempt.set_account_label(kind.account);
  attempt.set_model(kind.upstream_model);
  attempt.set_dialect(kind.upstream);
  attempt.set_status(200);
  attempt.mutable_chosen()->set_code(retried ? "affinity_stand_in" : "affinity");
  Set(*attempt.mutable_start_offset(), start_us);
  Set(*attempt.mutable_head_latency(), first_us - start_us);
  Set(*attempt.mutable_duration(), duration_us - start_us);
  record.set_attempt_count(record.attempts_size());
  if (failure != nullptr) {
    Fail(kind, *failure, at_ms, record);
    return record;
  }
  record.set_status(200);
  Set(*record.mutable_first_byte_latency(), first_us);
  record.set_stop_reason(Random(0, 3) == 0 ? "tool_use" : "end_turn");
  AddUsage(record);
  if (record.translated()) {
    v1::Loss& loss = *record.add_losses();
    loss.set_field("messages[0].content[0].cache_control");
    loss.mutable_reason()->set_code("cache_hint_not_needed");
  }
  return record;
}

void DemoTraffic::AddUsage(v1::RequestRecord& record) {
  auto& usage = *record.mutable_usage();
  usage.set_input(Random(120, 4'000));
  usage.set_cache_read(Random(0, 40'000));
  usage.set_output(Random(30, 1'800));
  usage.set_reasoning(Random(0, 600));
  record.set_cost_nano_usd(Cost(usage.input(), usage.cache_read(), usage.output() + usage.reasoning()));
}

grpc::Status DemoTraffic::ListRequests(grpc::ServerContext* /*context*/, const v1::ListRequestsRequest* request,
                                       v1::ListRequestsResponse* response) {
  const std::lock_guard lock(mutex_);
  const int size = request->page_size() == 0 ? 100 : std::min(request->page_size(), 1'000);
  std::vector<const v1::RequestRecord*> wanted;
  for (const v1::RequestRecord& record : log_) {
    if (Wanted(record, *request)) wanted.push_back(&record);
  }
  // By their beginnings, as the daemon's log has them.
  std::ranges::sort(wanted, std::greater(),
                    [](const auto* record) { return std::pair(MillisOf(record->start_time()), record->id()); });
  for (const v1::RequestRecord* record : wanted) {
    if (response->requests_size() == size) {
      response->set_next_page_token("more");
      break;
    }
    auto& copy = *response->add_requests() = *record;
    copy.clear_attempts();
    copy.clear_losses();
    copy.clear_passed_over();
  }
  return grpc::Status::OK;
}

grpc::Status DemoTraffic::GetRequest(grpc::ServerContext* /*context*/, const v1::GetRequestRequest* request,
                                     v1::GetRequestResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(log_.rbegin(), log_.rend(), [&](const auto& record) { return record.id() == request->id(); });
  if (found == log_.rend()) return {grpc::StatusCode::NOT_FOUND, "the request is no longer in the log"};
  *response->mutable_request() = *found;
  return grpc::Status::OK;
}

grpc::Status DemoTraffic::WatchRequests(grpc::ServerContext* context, const v1::WatchRequestsRequest* request,
                                        grpc::ServerWriter<v1::WatchRequestsResponse>* writer) {
  std::unique_lock lock(mutex_);
  v1::WatchRequestsResponse message;
  const std::size_t size = std::min(log_.size(), static_cast<std::size_t>(std::min(request->snapshot_size(), 512)));
  for (auto record = log_.end() - static_cast<std::ptrdiff_t>(size); record != log_.end(); ++record) {
    *message.mutable_snapshot()->add_requests() = *record;
  }
  message.mutable_snapshot();
  std::uint64_t told = sequence_;
  message.set_sequence(told);
  while (!stopped_ && !context->IsCancelled()) {
    if (message.event_case() != v1::WatchRequestsResponse::EVENT_NOT_SET) {
      lock.unlock();
      const bool written = writer->Write(message);
      lock.lock();
      if (!written) break;
    }
    message.Clear();
    wake_.wait_for(lock, std::chrono::milliseconds(100), [&] { return stopped_ || sequence_ != told; });
    const auto fresh = std::min(static_cast<std::uint64_t>(log_.size()), sequence_ - told);
    for (auto record = log_.end() - static_cast<std::ptrdiff_t>(fresh); record != log_.end(); ++record) {
      *message.mutable_delta()->add_requests() = *record;
    }
    told = sequence_;
    message.set_sequence(told);
  }
  return grpc::Status::OK;
}

grpc::Status DemoTraffic::QueryTokens(grpc::ServerContext* /*context*/, const v1::QueryTokensRequest* request,
                                      v1::QueryTokensResponse* response) {
  constexpr std::int64_t kKept = 35 * 24;
  const std::int64_t last = (request->has_end_time() ? request->end_time().seconds() * 1'000 - 1 : NowMs()) / kHourMs;
  const std::int64_t first = std::max(last - kKept, request->start_time().seconds() * 1'000 / kHourMs);
  const auto by = request->group_by() == v1::TOKEN_GROUPING_UNSPECIFIED ? v1::TOKEN_GROUPING_DAY : request->group_by();
  std::map<std::pair<std::string, std::string>, v1::TokenSums> rows;  // by bucket and part
  for (std::int64_t hour = first; hour <= last; ++hour) {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      const v1::TokenSums sums = Hour(hour, kind);
      Sum(rows[{Bucket(by, hour, kind), Bucket(request->split_by(), hour, kind)}], sums);
      Sum(*response->mutable_total(), sums);
    }
  }
  for (auto& [key, sums] : rows) {
    v1::TokenRow& row = *response->add_rows();
    row.set_bucket(key.first);
    row.set_part(key.second);
    *row.mutable_sums() = sums;
  }
  return grpc::Status::OK;
}

}  // namespace ag::gui
