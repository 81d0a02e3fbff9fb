#include <absl/strings/str_cat.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/account_view.h"
#include "cli/commands/commands.h"
#include "cli/commands/key_view.h"
#include "cli/commands/record_view.h"
#include "cli/output/text.h"
#include "cli/output/time_text.h"
#include "cli/terminal.h"
#include "proto/client/event_stream.h"

namespace ag::cli {
namespace {

constexpr int kPageSize = 1000;

struct LiveOptions {
  int recent = 10;  // requests shown at the beginning
  int count = 0;    // ends after so many further ones; 0 = never
};

// Prints what the stream brings. Its calls come one at a time, from the stream's thread.
class Printer final : public client::EventStreamObserver {
 public:
  // `done` is an eventfd that is raised when enough was printed.
  Printer(const Session& session, const LiveOptions& options, int done)
      : json_(session.json), color_(WantsColor() ? Color::kOn : Color::kOff), options_(options), done_(done) {}

  void OnSnapshot(const v1::WatchRequestsResponse::Snapshot& snapshot) override {
    // After a reconnection most of it has been printed already.
    for (const auto& record : snapshot.requests()) {
      if (!first_ && !IsNew(record)) continue;
      PrintRecord(record);
      if (!first_) Count();
    }
    first_ = false;
  }
  void OnRequests(const v1::WatchRequestsResponse::Delta& delta) override {
    for (const auto& record : delta.requests()) {
      PrintRecord(record);
      Count();
    }
  }
  void OnResync(std::int64_t missed) override {
    if (missed > 0) PrintNote(absl::StrCat("(", missed, " requests were too many to show)"));
  }
  void OnDisconnected(const absl::Status&) override { PrintNote("gatewayd has left; waiting for it to come back"); }

 private:
  static std::int64_t TimeOf(const v1::RequestRecord& record) {
    return record.start_time().seconds() * 1'000'000'000 + record.start_time().nanos();
  }
  bool IsNew(const v1::RequestRecord& record) const { return TimeOf(record) > newest_; }

  void PrintRecord(const v1::RequestRecord& record) {
    newest_ = std::max(newest_, TimeOf(record));
    if (!json_) return Print(RecordLine(record, color_) + "\n");
    JsonWriter json(JsonWriter::Layout::kOneLine);
    WriteRecord(json, record);
    Print(json.text() + "\n");
  }
  void Count() {
    ++printed_;
    if (printed_ != options_.count) return;
    const std::uint64_t one = 1;
    // Cannot fail: the counter is far from its limit.
    [[maybe_unused]] const auto written = ::write(done_, &one, sizeof one);
  }

  const bool json_;
  const Color color_;
  const LiveOptions options_;
  const int done_;
  bool first_ = true;
  int printed_ = 0;
  std::int64_t newest_ = 0;
};

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

absl::Status Live(Session& session, const LiveOptions& options) {
  // Blocked before any thread starts, so that all threads leave them to the descriptor.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const Descriptor signalled(::signalfd(-1, &signals, SFD_CLOEXEC));
  const Descriptor done(::eventfd(0, EFD_CLOEXEC));
  if (signalled.value() < 0 || done.value() < 0) return absl::InternalError("no descriptors are left");

  if (const auto info = session.client().GetServerInfo(); !info.ok()) return info.status();
  Printer printer(session, options, done.value());
  client::EventStreamOptions stream_options;
  stream_options.snapshot_size = options.recent;
  const client::EventStream stream(session.client(), printer, stream_options);
  std::array<pollfd, 2> waited{{{signalled.value(), POLLIN, 0}, {done.value(), POLLIN, 0}}};
  while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) continue;
  return absl::OkStatus();
}

struct ListOptions {
  int limit = 50;
  std::string text;
  bool errors_only = false;
  std::string account;
  std::string model;
  std::string dialect;
  std::optional<std::string> key;
  std::string since;
  std::string until;
  std::vector<std::string> errors;
};

// An account that was removed is known by its id only.
absl::StatusOr<std::string> AccountIdOf(Session& session, const std::string& name) {
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  const auto found = PickAccount(*accounts, name);
  return found.ok() ? found->id() : name;
}

// As for accounts.
absl::StatusOr<std::string> KeyIdOf(Session& session, const std::string& name) {
  if (name.empty()) return name;
  const auto keys = AllKeys(session);
  if (!keys.ok()) return keys.status();
  const auto found = std::ranges::find(*keys, name, [](const v1::ClientKey& key) { return key.name(); });
  return found != keys->end() ? found->id() : name;
}

absl::Status SetRange(const ListOptions& options, v1::ListRequestsRequest& request) {
  if (!options.since.empty()) {
    auto time = ParseTime(options.since, Direction::kBack);
    if (!time.ok()) return time.status();
    *request.mutable_start_time() = *std::move(time);
  }
  if (!options.until.empty()) {
    auto time = ParseTime(options.until, Direction::kBack);
    if (!time.ok()) return time.status();
    *request.mutable_end_time() = *std::move(time);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListRequestsRequest> RequestOf(Session& session, const ListOptions& options) {
  v1::ListRequestsRequest request;
  request.set_text(options.text);
  request.set_errors_only(options.errors_only);
  request.set_model(options.model);
  request.set_dialect(static_cast<v1::Dialect>(EnumValue(*v1::Dialect_descriptor(), options.dialect)));
  if (options.key) {
    auto id = KeyIdOf(session, *options.key);
    if (!id.ok()) return id.status();
    request.set_client_key_id(*std::move(id));
  }
  for (const std::string& name : options.errors) {
    const int kind = EnumValue(*v1::ErrorKind_descriptor(), name);
    if (kind == 0) return UsageError(absl::StrCat("there is no error kind \"", name, "\": `monitor list` shows them"));
    request.add_error_kinds(static_cast<v1::ErrorKind>(kind));
  }
  if (auto status = SetRange(options, request); !status.ok()) return status;
  if (options.account.empty()) return request;
  auto id = AccountIdOf(session, options.account);
  if (!id.ok()) return id.status();
  request.set_account_id(*std::move(id));
  return request;
}

absl::Status List(Session& session, const ListOptions& options) {
  auto filled = RequestOf(session, options);
  if (!filled.ok()) return filled.status();
  v1::ListRequestsRequest& request = *filled;
  JsonWriter json;
  json.BeginArray();
  const Color color = WantsColor() ? Color::kOn : Color::kOff;
  int left = options.limit;
  do {
    request.set_page_size(std::min(left, kPageSize));
    const auto page = session.client().ListRequests(request);
    if (!page.ok()) return page.status();
    for (const auto& record : page->requests()) {
      session.json ? WriteRecord(json, record) : Print(RecordLine(record, color) + "\n");
    }
    left -= page->requests_size();
    request.set_page_token(page->next_page_token());
  } while (left > 0 && !request.page_token().empty());
  json.EndArray();
  if (session.json) {
    Print(json.text() + "\n");
  } else if (left == options.limit) {
    Print("The log holds no such requests.\n");
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, const std::string& id) {
  v1::GetRequestRequest request;
  request.set_id(id);
  const auto answer = session.client().GetRequest(request);
  if (!answer.ok()) return answer.status();
  if (session.json) {
    JsonWriter json;
    WriteRecord(json, answer->request());
    Print(json.text() + "\n");
  } else {
    Print(RecordDetails(answer->request()));
  }
  return absl::OkStatus();
}

}  // namespace

void AddMonitor(CLI::App& app, Session& session) {
  auto* monitor = app.add_subcommand("monitor", "Watch the requests live, one a line; `list` shows the log");
  monitor->require_subcommand(0, 1)->fallthrough();
  auto live = std::make_shared<LiveOptions>();  // shared here and below: the options and the command
  monitor->add_option("--recent", live->recent, "How many of the last requests to begin with")
      ->check(CLI::Range(0, 512));
  monitor->add_option("--count", live->count, "End after so many new requests")->check(CLI::Range(1, 1'000'000));

  auto* list = monitor->add_subcommand("list", "Show the log, newest first");
  auto options = std::make_shared<ListOptions>();
  list->add_option("--limit", options->limit, "How many (50)")->check(CLI::Range(1, 1'000'000));
  list->add_option("--text", options->text, "Only with this text in model, account or error, or as an id");
  list->add_flag("--errors", options->errors_only, "Only failed requests");
  list->add_option("--account", options->account, "Only requests that asked this account (id or label)");
  list->add_option("--model", options->model, "Only for this model, as asked or upstream");
  list->add_option("--dialect", options->dialect,
                   "Only clients that speak chat, completions, responses, messages, gemini")
      ->check(CLI::IsMember({"chat", "completions", "responses", "messages", "gemini"}));
  list->add_option("--key", options->key,
                   "Only with this further client key (id or name); \"\" for the primary key or none");
  list->add_option("--since", options->since, "Only from then on: 2h or 7d ago, 2026-11-01, 2026-11-01T13:00Z");
  list->add_option("--until", options->until, "Only before then");
  list->add_option("--error", options->errors, "Only failures of this kind, as `monitor list` names it; again for more")
      ->allow_extra_args(false);
  auto* show = monitor->add_subcommand("show", "Show one request with its attempts");
  auto id = std::make_shared<std::string>();
  show->add_option("ID", *id, "The request's id, as in x-request-id")->required();

  // A parent's callback runs after its subcommand's, so it alone decides.
  monitor->callback([&session, list, show, live, options, id] {
    session.command = [&session, list, show, live, options, id] {
      if (list->parsed()) return List(session, *options);
      if (show->parsed()) return Show(session, *id);
      return Live(session, *live);
    };
  });
  list->fallthrough();
  show->fallthrough();
}

}  // namespace ag::cli
