#include "gui/models/account_import.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/import/import_plan.h"
#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/connection_text.h"
#include "gui/models/failure_text.h"
#include "gui/models/import_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr qint64 kLargestFile = 4 * 1'024 * 1'024 - 1'024;  // gRPC's bound of a message, less what goes around it

QVariantMap Heading(const QString& title) { return {{"kind", "heading"}, {"title", title}}; }

QVariantMap AccountRow(const v1::ImportedAccount& account, ImportTense tense) {
  return {{"kind", "account"},
          {"title", Text(account.label())},
          {"detail", Text(account.provider() + " " + account.api_key_hint()).trimmed()},
          {"outcome", OutcomeName(account)},
          {"text", OutcomeText(account, tense)}};
}

QVariantMap RouteRow(const v1::Route& route, const char* outcome, const QString& text) {
  return {{"kind", "route"},
          {"title", Text(route.pattern())},
          {"detail", TargetOf(route)},
          {"outcome", outcome},
          {"text", text}};
}

int CountOf(const v1::ImportAccountsResponse& response, v1::ImportOutcome outcome) {
  return static_cast<int>(
      std::ranges::count_if(response.accounts(), [&](const auto& account) { return account.outcome() == outcome; }));
}

std::optional<std::string> Variable(const std::string& name) {
  if (!qEnvironmentVariableIsSet(name.c_str())) return std::nullopt;
  return qgetenv(name.c_str()).toStdString();
}

absl::StatusOr<std::vector<v1::Route>> AllRoutes(ControlClient& client) {
  std::vector<v1::Route> routes;
  v1::ListRoutesRequest request;
  do {
    const auto page = client.ListRoutes(request);
    if (!page.ok()) return page.status();
    routes.insert(routes.end(), page->routes().begin(), page->routes().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return routes;
}

}  // namespace

// Of a configuration the accounts are in the request, and in the plan no more.
struct AccountImport::Source {
  v1::ImportAccountsRequest request;
  std::optional<cli::ImportPlan> plan;
};

struct AccountImport::Preview {
  std::shared_ptr<Source> source = std::make_shared<Source>();
  absl::Status file;  // whether it could be read
  absl::StatusOr<v1::ImportAccountsResponse> reply = absl::UnknownError("");

  // In terms of what the daemon has. False when there is nothing to ask it any more.
  bool Plan(ControlClient& client, const std::string& text);
};

struct AccountImport::Result {
  absl::StatusOr<v1::ImportAccountsResponse> reply;
  std::vector<absl::Status> routes;  // as in the plan
};

struct AccountImport::Seen {
  v1::ImportAccountsResponse reply;
  std::vector<v1::Route> routes;
  std::vector<absl::Status> stored;  // of the routes, once they are
  std::vector<cli::ImportNote> notes;
  std::optional<cli::ImportFormat> format;  // none: exported accounts
};

bool AccountImport::Preview::Plan(ControlClient& client, const std::string& text) {
  auto providers = client.ListProviders();
  const auto routes = AllRoutes(client);
  if (!providers.ok() || !routes.ok()) {
    reply = providers.ok() ? routes.status() : providers.status();
    return false;
  }
  cli::ImportContext context;
  context.environment = Variable;
  context.providers = *std::move(providers);
  auto plan = cli::ReadForeignConfig(text, std::nullopt, context);
  file = plan.status();
  if (!plan.ok()) return false;
  cli::KeepPresentRoutes(*plan, *routes);
  for (v1::Account& account : plan->accounts) *source->request.add_accounts() = std::move(account);
  plan->accounts.clear();
  source->plan = *std::move(plan);
  return true;
}

AccountImport::AccountImport(Backend& backend, Toasts& toasts, QObject* parent)
    : QObject(parent), backend_(backend), toasts_(toasts) {
  connect(&backend_, &Backend::forgotten, this, &AccountImport::Forget);
}

AccountImport::~AccountImport() = default;

void AccountImport::reset() {
  if (storing_) {  // the person is back before it is done
    left_ = false;
    return;
  }
  ++attempt_;
  file_.clear();
  file_name_.clear();
  source_.reset();
  seen_.reset();
  rows_.clear();
  added_.clear();
  summary_.clear();
  new_accounts_ = new_routes_ = 0;
  sealed_ = left_ = done_ = false;
  Fail({});
}

void AccountImport::Retranslate() {
  Say();
  Q_EMIT changed();
}

void AccountImport::Fail(LiveText error) {
  busy_ = false;
  error_ = std::move(error);
  Q_EMIT changed();
}

void AccountImport::Forget() {
  storing_ = false;
  reset();
}

void AccountImport::Begin() {
  busy_ = true;
  error_.clear();
  Q_EMIT changed();
}

QString AccountImport::importText() const {
  if (new_routes_ == 0) return tr("Import %n account(s)", nullptr, new_accounts_);
  if (new_accounts_ == 0) return tr("Import %n route(s)", nullptr, new_routes_);
  return tr("Import %1 and %2")
      .arg(tr("%n account(s)", nullptr, new_accounts_), tr("%n route(s)", nullptr, new_routes_));
}

void AccountImport::readFile(const QUrl& url) {
  if (storing_) return;
  reset();
  QFile file(url.toLocalFile());
  if (!file.open(QIODevice::ReadOnly)) {
    return Fail([why = file.errorString()] { return tr("The file cannot be read: %1").arg(why); });
  }
  // At most one byte more than is allowed: the size of what is no regular file is not known before.
  const QByteArray content = file.read(kLargestFile + 1);
  if (content.size() > kLargestFile) {
    return Fail([] { return tr("The file is larger than 4 MB: there are no accounts in it."); });
  }
  file_ = content;
  file_name_ = QFileInfo(file).fileName();
  sealed_ = cli::IsSealedExport(file_.toStdString());
  Q_EMIT changed();
  if (!sealed_) preview({});
}

void AccountImport::preview(const QString& passphrase) {
  if (file_name_.isEmpty()) return Fail([] { return tr("Choose a file first."); });
  if (file_.isEmpty()) return Fail([] { return tr("The file is empty."); });
  if (busy_) return;
  Begin();
  backend_.rpc().CallSlow(
      this,
      [text = file_.toStdString(), phrase = passphrase.toStdString(), sealed = sealed_](ControlClient& client) {
        Preview preview;
        v1::ImportAccountsRequest& request = preview.source->request;
        if (sealed) {
          request.set_file(text);
          request.set_passphrase(phrase);
        } else if (!preview.Plan(client, text)) {
          return preview;
        }
        request.set_validate_only(true);
        preview.reply = client.ImportAccounts(request);
        return preview;
      },
      [this, attempt = ++attempt_](Preview preview) {
        if (attempt == attempt_) Show(std::move(preview));
      });
}

void AccountImport::Show(Preview preview) {
  if (absl::IsFailedPrecondition(preview.file)) {
    return Fail([] {
      return tr(
          "This is neither a file of exported accounts nor a configuration of LiteLLM, CLIProxyAPI or "
          "claude-code-router.");
    });
  }
  if (!preview.file.ok()) {
    return Fail([said = Text(preview.file)] { return DaemonText(tr("This configuration cannot be read"), said); });
  }
  if (!preview.reply.ok()) return Fail(LiveFailure(preview.reply.status()));
  source_ = std::move(preview.source);
  seen_ = std::make_unique<Seen>();
  seen_->reply = *std::move(preview.reply);
  if (const auto& plan = source_->plan) {
    seen_->routes = plan->routes;
    seen_->notes = plan->notes;
    seen_->format = plan->format;
  }
  new_accounts_ = CountOf(seen_->reply, v1::IMPORT_OUTCOME_ADDED);
  new_routes_ = static_cast<int>(seen_->routes.size());
  Say();
  if (!rows_.isEmpty()) return Fail({});
  Fail([] { return tr("There are no accounts in this file."); });
}

void AccountImport::Say() {
  rows_.clear();
  summary_.clear();
  if (!seen_) return;
  if (seen_->reply.accounts_size() > 0) rows_ << Heading(tr("Accounts"));
  for (const v1::ImportedAccount& account : seen_->reply.accounts()) {
    rows_ << AccountRow(account, done_ ? ImportTense::kAfter : ImportTense::kBefore);
  }
  if (!seen_->routes.empty()) rows_ << Heading(tr("Routes"));
  done_ ? SayAfter() : SayBefore();
}

void AccountImport::SayBefore() {
  for (const v1::Route& route : seen_->routes) rows_ << RouteRow(route, "added", tr("will be added"));
  if (!seen_->notes.empty()) rows_ << Heading(tr("Not taken over"));
  for (const cli::ImportNote& note : seen_->notes) {
    rows_ << QVariantMap{{"kind", "note"}, {"title", ImportNoteText(note)}};
  }
  summary_ = seen_->format ? tr("A configuration of %1.").arg(FormatName(*seen_->format)) : tr("Exported accounts.");
  if (addable() == 0) summary_ += ' ' + tr("There is nothing new in it.");
}

void AccountImport::SayAfter() {
  for (std::size_t i = 0; i < seen_->routes.size(); ++i) {
    const absl::Status& status = seen_->stored[i];
    rows_ << RouteRow(seen_->routes[i], status.ok() ? "added" : "refused",
                      status.ok() ? tr("added") : FailureText(status));
  }
  const int accounts = CountOf(seen_->reply, v1::IMPORT_OUTCOME_ADDED);
  const auto routes =
      static_cast<int>(std::ranges::count_if(seen_->stored, [](const absl::Status& status) { return status.ok(); }));
  summary_ =
      seen_->routes.empty()
          ? tr("%n account(s) imported", nullptr, accounts)
          : tr("Imported: %1 and %2").arg(tr("%n account(s)", nullptr, accounts), tr("%n route(s)", nullptr, routes));
}

void AccountImport::importAll() {
  if (addable() == 0 || busy_ || done_ || !source_) return;
  storing_ = true;
  Begin();
  backend_.rpc().CallToEnd(
      this,
      [source = source_](ControlClient& client) {
        source->request.set_validate_only(false);
        Result result{client.ImportAccounts(source->request), {}};
        if (!result.reply.ok() || !source->plan) return result;
        for (const v1::Route& route : source->plan->routes) {
          v1::SetRouteRequest request;
          *request.mutable_route() = route;
          result.routes.push_back(client.SetRoute(request).status());
        }
        return result;
      },
      [this, attempt = ++attempt_, place = GatewayName(backend_.target())](const Result& result) {
        if (attempt == attempt_) return Take(result);
        // Another gateway has been turned to meanwhile.
        if (!result.reply.ok()) {
          return toasts_.error(tr("The import to %1 has failed. %2").arg(place, FailureText(result.reply.status())));
        }
        const int accounts = CountOf(*result.reply, v1::IMPORT_OUTCOME_ADDED);
        toasts_.info(tr("%n account(s) imported to %1", nullptr, accounts).arg(place));
      });
}

void AccountImport::Take(const Result& result) {
  storing_ = false;
  if (!result.reply.ok()) {
    if (std::exchange(left_, false)) {
      backend_.Report(result.reply.status());
      return reset();
    }
    return Fail(LiveFailure(result.reply.status()));
  }
  for (const v1::ImportedAccount& account : result.reply->accounts()) {
    if (account.outcome() != v1::IMPORT_OUTCOME_ADDED) continue;
    added_ << QVariantMap{
        {"id", Text(account.account_id())}, {"label", Text(account.label())}, {"provider", Text(account.provider())}};
  }
  seen_->reply = *result.reply;
  seen_->stored = result.routes;
  done_ = true;
  source_.reset();  // its keys are not needed any more
  file_.clear();
  Say();
  Fail({});
  Q_EMIT stored();
  if (left_) Conclude();
}

void AccountImport::leave() {
  if (storing_) {
    left_ = true;
  } else if (done_) {
    Conclude();
  } else {
    reset();
  }
}

void AccountImport::Conclude() {
  const QVariantList added = added_;
  toasts_.info(summary_);
  reset();
  Q_EMIT imported(added);
}

}  // namespace ag::gui
