#include "gui/models/account_form.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <optional>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/connection_text.h"
#include "gui/models/egress_convert.h"
#include "gui/models/failure_text.h"
#include "gui/models/key_file.h"
#include "gui/models/preset_offer.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

// Many providers hand out keys that begin so: OpenAI's are only the best known.
constexpr auto kAnyones = "sk-";

// The daemon's name of a field, whatever message it was in: "account.api_key" → "api_key".
QString FieldOf(const absl::Status& status) {
  const QString param = Text(client::ErrorParamOf(status));
  return param.section('.', -1);
}

QVariantMap ToMap(const v1::Provider& provider) {
  QString base_url;
  if (!provider.endpoints().empty()) base_url = Text(provider.endpoints(0).base_url());
  QString key_hint;
  if (!provider.api_key_prefixes().empty()) key_hint = Text(provider.api_key_prefixes(0)) + "…";
  return {{"name", Text(provider.name())},
          {"displayName", Text(provider.display_name())},
          {"keyRequired", provider.api_key_required()},
          {"baseUrlRequired", provider.base_url_required()},
          {"signIn", provider.sign_in_supported()},
          {"docsUrl", Text(provider.docs_url())},
          {"signInDocsUrl", Text(provider.sign_in_docs_url())},
          {"baseUrl", base_url},
          {"keyHint", key_hint}};
}

}  // namespace

// What came of the accounts that were to be added.
struct AccountForm::Outcome {
  QStringList stored;  // ids, also of those that are not tested yet
  QStringList good;    // of them
  QStringList refused;
  std::string refusal;          // what came of the test of the first that is not well
  absl::Status untested;        // why that one could not be tested
  absl::Status error;           // of the first that could not be stored
  std::size_t failed_line = 0;  // which of them that was, from 1
};

AccountForm::AccountForm(Backend& backend, Toasts& toasts, const Opener& opener, QObject* parent)
    : QObject(parent),
      backend_(backend),
      toasts_(toasts),
      sign_in_(backend, opener),
      importer_(backend, toasts),
      exporter_(backend, toasts),
      edit_(backend, toasts) {
  connect(&backend_, &Backend::resynced, this, &AccountForm::AskProviders);
  connect(&backend_, &Backend::leaving, this, &AccountForm::Leave);
  connect(&backend_, &Backend::forgotten, this, &AccountForm::Forget);
  connect(&sign_in_, &AccountSignIn::done, this, [this](const QString& id, bool fresh) {
    if (fresh) return Announce(id);
    toasts_.info(tr("Signed in again"));
    Q_EMIT finished();
  });
  connect(&importer_, &AccountImport::imported, this, &AccountForm::AnnounceImported);
}

void AccountForm::Retranslate() {
  importer_.Retranslate();
  Q_EMIT sign_in_.changed();
  Q_EMIT exporter_.changed();
  Q_EMIT edit_.changed();
  Q_EMIT changed();
}

QVariantList AccountForm::signInProviders() const {
  QVariantList list;
  for (const QVariant& provider : providers_) {
    if (provider.toMap().value("signIn").toBool()) list << provider;
  }
  return list;
}

void AccountForm::start() {
  file_ = {};
  refused_.clear();
  undecided_ids_.clear();
  good_id_.clear();
  sign_in_.reset();
  importer_.reset();
  setEgress({});
  Fail({}, {});
  AskProviders();
}

void AccountForm::AskProviders() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListProviders(); },
      [this](absl::StatusOr<v1::ListProvidersResponse> reply) {
        if (!reply.ok()) return Fail(LiveFailure(reply.status()), {});
        QVariantList providers;
        prefixes_.clear();
        without_prefix_.clear();
        for (const v1::Provider& provider : reply->providers()) {
          providers << ToMap(provider);
          if (provider.api_key_prefixes().empty() && provider.api_key_required()) {
            without_prefix_ << Text(provider.display_name());
          }
          for (const std::string& prefix : provider.api_key_prefixes()) {
            prefixes_.push_back({Text(prefix), Text(provider.name())});
          }
        }
        if (providers == providers_) return;  // an open form keeps its choice
        providers_ = providers;
        Q_EMIT providersChanged();
      });
}

void AccountForm::Forget() {
  providers_.clear();
  prefixes_.clear();
  without_prefix_.clear();
  refused_.clear();
  Fail({}, {});
  Q_EMIT providersChanged();
}

void AccountForm::setEgress(const QVariantMap& egress) {
  egress_ = egress;
  sign_in_.SetEgress(egress);
  Q_EMIT changed();
}

const AccountForm::Prefix* AccountForm::PrefixOf(const QString& key) const {
  const QString trimmed = key.trimmed();
  const Prefix* best = nullptr;
  for (const Prefix& prefix : prefixes_) {
    if (!trimmed.startsWith(prefix.text)) continue;
    if (best == nullptr || prefix.text.size() > best->text.size()) best = &prefix;
  }
  return best;
}

QString AccountForm::detect(const QString& key) const {
  const Prefix* prefix = PrefixOf(key);
  return prefix == nullptr || prefix->text == kAnyones ? QString() : prefix->provider;
}

QStringList AccountForm::possibleOwners(const QString& key) const {
  const Prefix* prefix = PrefixOf(key);
  if (prefix == nullptr || prefix->text != kAnyones) return {};
  return QStringList(provider(prefix->provider).value("displayName").toString()) + without_prefix_;
}

QVariantMap AccountForm::provider(const QString& name) const {
  for (const QVariant& provider : providers_) {
    if (provider.toMap().value("name") == name) return provider.toMap();
  }
  return {};
}

void AccountForm::addKey(const QString& provider, const QString& label, const QString& key, const QString& base_url) {
  const QVariantMap kind = this->provider(provider);
  if (kind.isEmpty()) return Fail([] { return tr("Choose a provider."); }, "provider");
  if (key.trimmed().isEmpty() && kind.value("keyRequired").toBool())
    return Fail([] { return tr("Enter the key."); }, "api_key");
  if (base_url.trimmed().isEmpty() && kind.value("baseUrlRequired").toBool()) {
    return Fail([] { return tr("This kind of server has no address of its own: enter it."); }, "base_url");
  }
  v1::Account account;
  account.set_provider(provider.toStdString());
  account.set_label(label.trimmed().toStdString());
  account.set_api_key(key.trimmed().toStdString());
  account.set_base_url(base_url.trimmed().toStdString());
  Add({account});
}

void AccountForm::addTokens(const QString& provider, const QString& label, const QString& client_id,
                            const QString& client_secret, const QString& tokens, const QString& project,
                            const QString& location) {
  QStringList lines;
  for (const QString& line : tokens.split('\n')) {
    if (!line.trimmed().isEmpty()) lines << line.trimmed();
  }
  lines.removeDuplicates();
  if (client_id.trimmed().isEmpty())
    return Fail([] { return tr("Enter the OAuth client that the tokens belong to."); }, "client_id");
  if (lines.isEmpty()) return Fail([] { return tr("Enter at least one refresh token."); }, "refresh_token");
  std::vector<v1::Account> accounts;
  for (const QString& token : lines) {
    v1::Account account;
    account.set_provider(provider.toStdString());
    account.set_project(project.trimmed().toStdString());
    account.set_location(location.trimmed().toStdString());
    if (!label.trimmed().isEmpty()) {
      const QString number = lines.size() == 1 ? QString() : QStringLiteral("-%1").arg(accounts.size() + 1);
      account.set_label((label.trimmed() + number).toStdString());
    }
    v1::OAuthCredential& oauth = *account.mutable_oauth();
    oauth.set_client_id(client_id.trimmed().toStdString());
    oauth.set_client_secret(client_secret.trimmed().toStdString());
    oauth.set_refresh_token(token.toStdString());
    accounts.push_back(std::move(account));
  }
  Add(std::move(accounts));
}

void AccountForm::readFile(const QUrl& url) {
  file_ = ReadKeyFile(url);
  Fail(file_.error, file_.error.IsEmpty() ? QString() : QStringLiteral("file"));
}

void AccountForm::addFile(const QString& provider, const QString& label, const QString& project,
                          const QString& location) {
  if (file_.content.empty()) return Fail([] { return tr("Choose a key file."); }, "file");
  v1::Account account;
  account.set_provider(provider.toStdString());
  account.set_label(label.trimmed().toStdString());
  account.set_project(project.trimmed().toStdString());
  account.set_location(location.trimmed().toStdString());
  account.set_credential_file(file_.content);
  Add({account});
}

// Stored to the end, also when the form is left meanwhile: what came of it is known then, and can be removed.
void AccountForm::Add(std::vector<v1::Account> accounts) {
  if (busy_) return;
  for (v1::Account& account : accounts) *account.mutable_egress() = ToEgress(egress_);
  Fail({}, {});
  SetBusy(true);
  adding_ = true;
  good_id_.clear();
  RpcWorker& rpc = backend_.rpc();
  rpc.CallToEnd(
      this,
      [accounts = std::move(accounts)](ControlClient& client) {
        Outcome outcome;
        for (std::size_t i = 0; i < accounts.size(); ++i) {
          v1::CreateAccountRequest create;
          *create.mutable_account() = accounts[i];
          const auto created = client.CreateAccount(create);
          if (created.ok()) {
            outcome.stored << Text(created->account().id());
            continue;
          }
          if (outcome.error.ok()) outcome.failed_line = i + 1;
          outcome.error.Update(created.status());
        }
        return outcome;
      },
      // `rpc` is what calls this, perhaps of a gateway that has been left.
      [this, &rpc, attempt = ++attempt_, place = GatewayName(backend_.target())](Outcome outcome) {
        if (attempt != attempt_) return Remove(rpc, outcome.stored, SayWithdrawn(place));
        undecided_ids_ = outcome.stored;
        Test(std::move(outcome));
      });
}

void AccountForm::Test(Outcome outcome) {
  backend_.rpc().CallSlow(
      this,
      [outcome = std::move(outcome)](ControlClient& client) mutable {
        for (const QString& id : outcome.stored) {
          v1::TestAccountRequest test;
          test.set_id(id.toStdString());
          const auto tested = client.TestAccount(test);
          const bool good = tested.ok() && tested->ok();
          (good ? outcome.good : outcome.refused) << id;
          if (good || outcome.refused.size() > 1) continue;
          outcome.untested = tested.status();
          if (tested.ok()) outcome.refusal = tested->message();
        }
        return std::move(outcome);
      },
      [this, attempt = attempt_](const Outcome& outcome) {
        if (attempt == attempt_) Take(outcome);
      });
}

void AccountForm::Take(const Outcome& outcome) {
  adding_ = false;
  good_id_ = outcome.good.value(0);
  undecided_ids_ = outcome.refused;
  refused_.clear();
  if (!outcome.untested.ok()) {
    refused_ = LiveFailure(outcome.untested);
  } else if (!outcome.refused.isEmpty()) {
    refused_ = [said = Text(outcome.refusal)] { return DaemonText(tr("The test has failed"), said); };
  }
  if (!outcome.error.ok()) {
    const bool several = !outcome.stored.isEmpty() || outcome.failed_line > 1;
    const auto say = [several, status = outcome.error, line = outcome.failed_line] {
      const QString message = FailureText(status);
      return several ? tr("Line %1: %2").arg(line).arg(message) : message;
    };
    return Fail(say, FieldOf(outcome.error));
  }
  SetBusy(false);
  if (undecided_ids_.isEmpty()) Announce(good_id_);
}

void AccountForm::keep() {
  if (undecided_ids_.isEmpty() || busy_) return;
  const QString id = good_id_.isEmpty() ? undecided_ids_.constFirst() : good_id_;
  undecided_ids_.clear();
  refused_.clear();
  Q_EMIT changed();
  Announce(id);
}

void AccountForm::discard() {
  if (undecided_ids_.isEmpty() || busy_) return;
  SetBusy(true);
  const auto done = [this, attempt = attempt_,
                     say = SayWithdrawn(GatewayName(backend_.target()))](const absl::Status& status) {
    if (attempt != attempt_) return status.ok() ? void() : say(status);
    refused_.clear();
    Fail(status.ok() ? LiveText() : LiveFailure(status), {});
    if (!good_id_.isEmpty()) Announce(good_id_);
  };
  Remove(backend_.rpc(), std::exchange(undecided_ids_, {}), done);
}

void AccountForm::abandon() {
  importer_.leave();
  Withdraw();
  if (!busy_ && !good_id_.isEmpty()) Announce(good_id_);  // beside one that could not be stored
}

void AccountForm::Leave() {
  const QString good = std::exchange(good_id_, {});
  Withdraw();
  ++attempt_;
  if (good.isEmpty()) return;
  v1::GetAccountRequest request;
  request.set_id(good.toStdString());
  backend_.rpc().CallToEnd(
      this, [request](ControlClient& client) { return client.GetAccount(request); },
      [this, good, place = GatewayName(backend_.target())](const absl::StatusOr<v1::GetAccountResponse>& reply) {
        toasts_.info(tr("%1 was added to %2").arg(reply.ok() ? Text(reply->account().label()) : good, place));
      });
}

void AccountForm::Withdraw() {
  if (std::exchange(adding_, false)) {
    ++attempt_;
    SetBusy(false);
  }
  if (busy_ || undecided_ids_.isEmpty()) return;
  SetBusy(true);
  const auto told = [this, attempt = attempt_,
                     say = SayWithdrawn(GatewayName(backend_.target()))](const absl::Status& status) {
    say(status);
    if (attempt != attempt_) return;
    refused_.clear();
    SetBusy(false);
    if (!good_id_.isEmpty()) Announce(good_id_);
  };
  Remove(backend_.rpc(), std::exchange(undecided_ids_, {}), told);
}

// Nobody looks at the form any more: it is said at the window's edge.
std::function<void(const absl::Status&)> AccountForm::SayWithdrawn(const QString& place) {
  return [this, place](const absl::Status& status) {
    if (status.ok()) return toasts_.info(tr("What was not decided on was not added"));
    toasts_.error(tr("What was not decided on may still be on %1. %2").arg(place, FailureText(status)));
  };
}

void AccountForm::Remove(RpcWorker& rpc, const QStringList& ids, std::function<void(const absl::Status&)> then) {
  rpc.CallToEnd(
      this,
      [ids](ControlClient& client) {
        absl::Status status;
        for (const QString& id : ids) {
          v1::DeleteAccountRequest request;
          request.set_id(id.toStdString());
          status.Update(client.DeleteAccount(request).status());
        }
        return status;
      },
      std::move(then));
}

void AccountForm::Announce(const QString& id) {
  struct Offer {
    absl::StatusOr<v1::GetAccountResponse> account;
    QVariantList presets;
  };
  SetBusy(true);
  good_id_ = id;
  backend_.rpc().Call(
      this,
      [id = id.toStdString()](ControlClient& client) {
        v1::GetAccountRequest account;
        account.set_id(id);
        Offer offer{client.GetAccount(account), {}};
        if (offer.account.ok()) offer.presets = PresetsFor(client, offer.account->account().provider());
        return offer;
      },
      [this, id](const Offer& offer) {
        SetBusy(false);
        good_id_.clear();
        if (!offer.account.ok()) return Fail(LiveFailure(offer.account.status()), {});
        const QString label = Text(offer.account->account().label());
        toasts_.info(tr("%1 added").arg(label));
        Q_EMIT added(id, label, Text(offer.account->account().provider()), offer.presets);
        Q_EMIT finished();
      });
}

void AccountForm::AnnounceImported(const QVariantList& accounts) {
  if (accounts.isEmpty()) {
    Q_EMIT finished();
    return;
  }
  struct Offer {
    QVariantMap account;
    QVariantList presets;
  };
  SetBusy(true);  // until there is something to choose, or nothing
  Q_EMIT finished();
  backend_.rpc().Call(
      this,
      [accounts](ControlClient& client) {
        Offer offer{accounts.constFirst().toMap(), {}};
        QSet<QString> asked;
        for (const QVariant& account : accounts) {
          const QString provider = account.toMap().value("provider").toString();
          if (asked.contains(provider)) continue;
          asked.insert(provider);
          offer.presets = PresetsFor(client, provider.toStdString());
          if (offer.presets.isEmpty()) continue;
          offer.account = account.toMap();
          break;
        }
        return offer;
      },
      [this](const Offer& offer) {
        Q_EMIT added(offer.account["id"].toString(), offer.account["label"].toString(),
                     offer.account["provider"].toString(), offer.presets);
        SetBusy(false);
      });
}

void AccountForm::applyPreset(const QString& preset, const QString& provider, bool replace) {
  v1::ApplyRoutePresetRequest request;
  request.set_preset(preset.toStdString());
  request.set_provider(provider.toStdString());
  request.set_replace(replace);
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ApplyRoutePreset(request); },
      [this, preset](absl::StatusOr<v1::ApplyRoutePresetResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        toasts_.info(tr("%1 is set up: %n route(s)", nullptr, reply->routes_size()).arg(PresetText(preset)));
      });
}

void AccountForm::Fail(LiveText error, const QString& field) {
  busy_ = false;
  error_ = std::move(error);
  error_field_ = field;
  Q_EMIT changed();
}

void AccountForm::SetBusy(bool busy) {
  busy_ = busy;
  Q_EMIT changed();
}

}  // namespace ag::gui
