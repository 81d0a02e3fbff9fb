#include "gatewayd/app/sign_in_desk.h"

#include <absl/strings/str_cat.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_input.h"

namespace ag::app {
namespace {

constexpr std::size_t kMostAtOnce = 16;
constexpr std::size_t kIdLength = 16;
constexpr std::chrono::minutes kKeepEnded{10};

absl::Status Bad(std::string_view field, std::string_view message) {
  return FieldError(ErrorKind::kInvalidRequest, field, message);
}

}  // namespace

struct SignInDesk::Entry {
  control::SignInStart start;
  std::unique_ptr<auth::SignInFlow> flow;
  std::optional<SteadyTime> ended;
  control::SignInStatus status;
};

SignInDesk::SignInDesk(runtime::Shard& control, http::Client& client, pool::AccountPool& pool,
                       std::shared_ptr<const catalog::Catalog> catalog)
    : control_(control), client_(client), pool_(pool), catalog_(std::move(catalog)), tasks_(control.executor()) {}

SignInDesk::~SignInDesk() = default;

void SignInDesk::Stop(std::function<void()> on_stopped) {
  stopping_ = true;
  for (auto& [id, entry] : entries_) entry->flow->Cancel();
  tasks_.OnEmpty([this, done = std::move(on_stopped)] {
    // Outside the task that has just ended.
    control_.Post([this, done] {
      entries_.clear();
      done();
    });
  });
}

absl::Status SignInDesk::CheckNew(const control::SignInStart& start) const {
  const pool::NewAccount& account = start.account;
  AG_ASSIGN_OR_RETURN(const catalog::ProviderPreset* preset, pool::FindPreset(*catalog_, account.preset));
  AG_RETURN_IF_ERROR(pool::CheckPlace(*preset, {account.project, account.location}).status());
  AG_RETURN_IF_ERROR(pool::CheckWeight(account.weight));
  AG_RETURN_IF_ERROR(pool::CheckPriority(account.priority));
  const std::string_view label = TrimSpace(account.label);
  if (label.empty()) return absl::OkStatus();
  AG_RETURN_IF_ERROR(pool::CheckLabel(label));
  if (!pool_.Resolve(label).ok()) return absl::OkStatus();
  return Bad("label", absl::StrCat("there is an account \"", ToAbsl(label),
                                   "\" already; choose another label, or sign it ", "in again with its id"));
}

absl::StatusOr<auth::SignInRequest> SignInDesk::Check(control::SignInStart& start) const {
  auth::SignInRequest request;
  std::string preset_name = start.account.preset;
  if (start.existing) {
    const pool::PooledAccount* pooled = pool_.snapshot()->Find(*start.existing);
    if (pooled == nullptr) return Bad("id", absl::StrCat("there is no account ", start.existing->value()));
    preset_name = pooled->account.preset;
    request.way_out = pooled->account.way_out;
    const pool::Credential& credential = pooled->account.credential;
    const auto* oauth = std::get_if<auth::OAuthGrant>(credential.grant.get());
    if (start.client.id.empty() && oauth != nullptr) start.client = oauth->client;
    request.login_hint = credential.subject;
  } else {
    AG_RETURN_IF_ERROR(CheckNew(start));
    AG_ASSIGN_OR_RETURN(request.way_out, pool::MakeWayOut(start.account.egress));
  }
  AG_ASSIGN_OR_RETURN(const catalog::ProviderPreset* preset, pool::FindPreset(*catalog_, preset_name));
  const catalog::OAuthProfile* profile = catalog_->FindOAuthProfile(preset->oauth_profile);
  if (profile == nullptr) {
    return Bad("provider", absl::StrCat("accounts of ", preset->name, " have API keys: agctl accounts add --provider ",
                                        preset->name));
  }
  start.client.id = std::string(TrimSpace(start.client.id));
  start.client.secret = Secret(std::string(TrimSpace(start.client.secret.Reveal())));
  if (start.client.id.empty()) {
    return Bad("client_id",
               absl::StrCat("a sign-in needs an OAuth client of your own (type \"Desktop app\"): ", profile->docs_url));
  }
  request.profile = *profile;
  request.client = start.client;
  request.scopes = preset->oauth_scopes;
  return request;
}

absl::StatusOr<control::SignInStatus> SignInDesk::Begin(control::SignInStart start) {
  if (stopping_) return MakeError(ErrorKind::kShuttingDown, "the gateway is shutting down");
  DropOld();
  if (tasks_.size() >= kMostAtOnce) {
    return MakeError(ErrorKind::kInvalidRequest, "too many sign-ins are under way; finish or cancel one first");
  }
  AG_ASSIGN_OR_RETURN(auth::SignInRequest request, Check(start));
  AG_ASSIGN_OR_RETURN(auto flow, auth::SignInFlow::Begin(control_, client_, std::move(request)));
  auto entry = std::make_unique<Entry>();
  entry->start = std::move(start);
  entry->status.id = "sign_" + RandomToken(control_.random(), kIdLength);
  entry->status.url = flow->url();
  entry->status.expires = flow->expires();
  entry->flow = std::move(flow);
  const std::string id = entry->status.id;
  const control::SignInStatus status = StatusOf(*entry);
  entries_.emplace(id, std::move(entry));
  tasks_.Spawn(Run(id));
  return status;
}

void SignInDesk::DropOld() {
  const SteadyTime now = control_.clock().Steady();
  std::erase_if(entries_,
                [now](const auto& one) { return one.second->ended && now - *one.second->ended > kKeepEnded; });
}

runtime::Task<void> SignInDesk::Run(std::string id) {
  Entry& entry = *entries_.at(id);  // stays until it has ended, and some minutes longer
  auto signed_in = co_await entry.flow->Run();
  absl::StatusOr<AccountId> account = MakeError(ErrorKind::kInternal, "nothing was signed in");
  if (signed_in.ok()) {
    account = Keep(entry, *std::move(signed_in));
  } else {
    account = signed_in.status();
  }
  entry.ended = control_.clock().Steady();
  if (account.ok()) {
    entry.status.state = control::SignInStatus::State::kDone;
    entry.status.account = *std::move(account);
  } else {
    entry.status.state = control::SignInStatus::State::kFailed;
    entry.status.error = account.status();
    Log(LogLevel::kInfo, "a sign-in failed: ", account.status().message());
  }
}

absl::StatusOr<AccountId> SignInDesk::Keep(Entry& entry, auth::SignedIn signed_in) {
  pool::SignIn sign_in{std::move(signed_in.grant), std::move(signed_in.tokens)};
  if (entry.start.existing) {
    pool::AccountChange change;
    change.sign_in = std::move(sign_in);
    AG_ASSIGN_OR_RETURN(const pool::Account account, pool_.Change(*entry.start.existing, std::move(change)));
    return account.id;
  }
  entry.start.account.sign_in = std::move(sign_in);
  AG_ASSIGN_OR_RETURN(const pool::Account account, pool_.Add(std::move(entry.start.account)));
  return account.id;
}

control::SignInStatus SignInDesk::StatusOf(const Entry& entry) const {
  control::SignInStatus status = entry.status;
  if (!entry.ended && entry.flow->exchanging()) status.state = control::SignInStatus::State::kExchanging;
  return status;
}

absl::StatusOr<SignInDesk::Entry*> SignInDesk::Find(const std::string& id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) return found->second.get();
  return absl::NotFoundError(absl::StrCat("there is no sign-in \"", id, "\" (any more); begin a new one"));
}

absl::StatusOr<control::SignInStatus> SignInDesk::Get(const std::string& id) {
  AG_ASSIGN_OR_RETURN(const Entry* entry, Find(id));
  return StatusOf(*entry);
}

absl::StatusOr<control::SignInStatus> SignInDesk::Complete(const std::string& id, std::string_view code_or_url) {
  AG_ASSIGN_OR_RETURN(Entry * entry, Find(id));
  AG_RETURN_IF_ERROR(entry->flow->Paste(code_or_url));
  return StatusOf(*entry);
}

absl::StatusOr<control::SignInStatus> SignInDesk::Cancel(const std::string& id) {
  AG_ASSIGN_OR_RETURN(Entry * entry, Find(id));
  entry->flow->Cancel();
  return StatusOf(*entry);
}

}  // namespace ag::app
