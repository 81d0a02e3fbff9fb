#include "gui/models/account_story.h"

#include <QDateTime>
#include <QLocale>
#include <chrono>

#include "gui/app/backend.h"
#include "gui/models/account_convert.h"
#include "gui/models/account_model.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr int kEvents = 100;
constexpr std::chrono::seconds kBeat{3};

QString ClockOf(const google::protobuf::Timestamp& time) {
  return Clock(QDateTime::fromMSecsSinceEpoch(Milliseconds(time)));
}

// The state names of AccountModel, and two more that pass quickly.
QString NameOfCondition(v1::AccountCondition condition) {
  switch (condition) {
    case v1::ACCOUNT_CONDITION_COOLING:
      return QStringLiteral("cooling");
    case v1::ACCOUNT_CONDITION_HALF_OPEN:
      return QStringLiteral("half_open");
    case v1::ACCOUNT_CONDITION_PROBING:
      return QStringLiteral("probing");
    case v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN:
      return QStringLiteral("needs_sign_in");
    case v1::ACCOUNT_CONDITION_FORBIDDEN:
      return QStringLiteral("forbidden");
    case v1::ACCOUNT_CONDITION_EXHAUSTED:
      return QStringLiteral("exhausted");
    case v1::ACCOUNT_CONDITION_DISABLED:
      return QStringLiteral("disabled");
    default:
      return QStringLiteral("ready");
  }
}

// `signs_in` as AccountModel::StateText has it.
QString ConditionText(v1::AccountCondition condition, bool signs_in) {
  if (condition == v1::ACCOUNT_CONDITION_HALF_OPEN) return AccountStory::tr("Ready to be tried");
  if (condition == v1::ACCOUNT_CONDITION_PROBING) return AccountStory::tr("Being tried");
  return AccountModel::StateText(NameOfCondition(condition), signs_in);
}

QString SignalText(v1::AccountSignal signal) {
  switch (signal) {
    case v1::ACCOUNT_SIGNAL_SUCCESS:
      return AccountStory::tr("a request succeeded");
    case v1::ACCOUNT_SIGNAL_RATE_LIMITED:
      return AccountStory::tr("rate limit");
    case v1::ACCOUNT_SIGNAL_QUOTA_USED_UP:
      return AccountStory::tr("quota used up");
    case v1::ACCOUNT_SIGNAL_OVERLOADED:
      return AccountStory::tr("the provider lacks capacity");
    case v1::ACCOUNT_SIGNAL_SERVER_FAILED:
      return AccountStory::tr("the provider failed");
    case v1::ACCOUNT_SIGNAL_NETWORK_FAILED:
      return AccountStory::tr("the network failed");
    case v1::ACCOUNT_SIGNAL_SIGN_IN_REFUSED:
      return AccountStory::tr("the credential was refused");
    case v1::ACCOUNT_SIGNAL_FORBIDDEN:
      return AccountStory::tr("the provider allows nothing for now");
    case v1::ACCOUNT_SIGNAL_CLOSED:
      return AccountStory::tr("the provider has closed the account");
    case v1::ACCOUNT_SIGNAL_DEADLINE_PASSED:
      return AccountStory::tr("its time was over");
    case v1::ACCOUNT_SIGNAL_PROBE_TAKEN:
      return AccountStory::tr("one request tries it");
    case v1::ACCOUNT_SIGNAL_PROBE_LEFT:
      return AccountStory::tr("that request has learned nothing");
    case v1::ACCOUNT_SIGNAL_TEST_PASSED:
      return AccountStory::tr("a test succeeded");
    case v1::ACCOUNT_SIGNAL_ENABLED:
      return AccountStory::tr("switched on");
    case v1::ACCOUNT_SIGNAL_DISABLED:
      return AccountStory::tr("switched off");
    case v1::ACCOUNT_SIGNAL_CLEARED:
      return AccountStory::tr("pause ended by hand");
    case v1::ACCOUNT_SIGNAL_CREDENTIAL_REPLACED:
      return AccountStory::tr("new credential");
    case v1::ACCOUNT_SIGNAL_TOKEN_REFRESHED:
      return AccountStory::tr("sign-in renewed");
    case v1::ACCOUNT_SIGNAL_BUDGET_SPENT:
      return AccountStory::tr("your budget was spent");
    case v1::ACCOUNT_SIGNAL_BUDGET_RENEWED:
      return AccountStory::tr("your budget began anew");
    default:
      return {};
  }
}

QString NewCredential(const QString& when, bool signs_in) {
  if (signs_in) {
    return when.isEmpty() ? AccountStory::tr("Sign in again.")
                          : AccountStory::tr("Sign in again; the gateway tries the old sign-in %1.").arg(when);
  }
  return when.isEmpty() ? AccountStory::tr("Enter a new key.")
                        : AccountStory::tr("Enter a new key; the gateway tests the old one %1.").arg(when);
}

QString Remedy(const v1::AccountStatus& status, qint64 now, bool signs_in) {
  const QString when = status.has_end_time() ? Countdown(Milliseconds(status.end_time()), now) : QString();
  switch (status.condition()) {
    case v1::ACCOUNT_CONDITION_COOLING:
      return status.provider_hint() ? AccountStory::tr("One request tries again %1, as the provider said.").arg(when)
                                    : AccountStory::tr("One request tries again %1.").arg(when);
    case v1::ACCOUNT_CONDITION_HALF_OPEN:
      return AccountStory::tr("The next request tries it.");
    case v1::ACCOUNT_CONDITION_PROBING:
      return AccountStory::tr("A request is trying it now.");
    case v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN:
      return NewCredential(when, signs_in);
    case v1::ACCOUNT_CONDITION_FORBIDDEN:
      return when.isEmpty() ? AccountStory::tr("Only the provider can end this.")
                            : AccountStory::tr("One request tries it %1.").arg(when);
    case v1::ACCOUNT_CONDITION_EXHAUSTED:
      return AccountStory::tr("The budget's next period begins %1.").arg(when);
    case v1::ACCOUNT_CONDITION_DISABLED:
      return AccountStory::tr("Switch it on to use it again.");
    default:
      return {};
  }
}

}  // namespace

// Everything that the drawer shows, asked for at once.
struct AccountStory::Answer {
  absl::StatusOr<v1::GetAccountResponse> account;
  absl::StatusOr<v1::GetAccountStatusResponse> status;
  absl::StatusOr<v1::ListAccountEventsResponse> history;
};

AccountStory::AccountStory(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &AccountStory::refresh);
  connect(&backend_, &Backend::resynced, this, &AccountStory::refresh);
  connect(&backend_, &Backend::forgotten, this, &AccountStory::close);
}

void AccountStory::show(const QString& id) {
  if (id != id_) {
    id_ = id;
    label_.clear();
    sentence_.clear();
    remedy_.clear();
    error_.clear();
    facts_.clear();
    limits_.clear();
    models_.clear();
    events_.clear();
    loading_ = true;
    Q_EMIT changed();
  }
  beat_.start();
  refresh();
}

QString AccountStory::stateText() const { return AccountModel::StateText(state_, signs_in_); }

void AccountStory::close() {
  if (id_.isEmpty()) return;
  beat_.stop();
  id_.clear();
  Q_EMIT changed();
}

void AccountStory::refresh() {
  if (id_.isEmpty()) return;
  if (!backend_.connected()) {
    if (!loading_) return;  // what was read stays in sight
    loading_ = false;
    error_ = [] { return tr("gatewayd does not answer: the account is shown when it is back."); };
    Q_EMIT changed();
    return;
  }
  backend_.rpc().Call(
      this,
      [id = id_.toStdString()](ControlClient& client) {
        v1::GetAccountRequest account;
        v1::GetAccountStatusRequest status;
        v1::ListAccountEventsRequest history;
        account.set_id(id);
        status.set_id(id);
        history.set_id(id);
        history.set_page_size(kEvents);
        return Answer{client.GetAccount(account), client.GetAccountStatus(status), client.ListAccountEvents(history)};
      },
      [this, id = id_](const Answer& answer) {
        if (id != id_) return;
        retell_ = [this, answer] { Take(answer); };
        retell_();
      });
}

void AccountStory::Retranslate() {
  if (!id_.isEmpty() && !loading_ && retell_) retell_();  // the daemon may be away
  refresh();
}

void AccountStory::Take(const Answer& answer) {
  const bool known = !label_.isEmpty();
  if (known && client::IsNotRunning(answer.account.status())) return;  // what was read stays in sight
  loading_ = false;
  error_.clear();
  if (!answer.account.ok()) error_ = LiveFailure(answer.account.status());
  if (answer.account.ok()) {
    TakeAccount(answer.account->account());
    if (answer.status.ok()) TakeStatus(*answer.status, answer.account->account());
    if (answer.history.ok()) TakeEvents(*answer.history);
  }
  Q_EMIT changed();
}

void AccountStory::TakeAccount(const v1::Account& account) {
  const AccountModel::Row row = ToRow(account);
  label_ = row.label;
  state_ = row.state;
  enabled_ = row.enabled;
  signs_in_ = row.signs_in;
  priority_ = row.priority;
  weight_ = row.weight;
  limits_ = row.limits;
  facts_.clear();
  const auto fact = [this](const QString& label, const QString& value) {
    if (!value.isEmpty()) facts_ << QVariantMap{{"label", label}, {"value", value}};
  };
  fact(tr("Provider"), backend_.ProviderName(row.provider));
  if (IsOfSandbox(account, backend_.sandboxUrl())) {
    fact(tr("Sandbox"), tr("Its answers are made up: no provider is asked."));
  }
  fact(tr("Signs in with"), row.credential + (row.key_hint.isEmpty() ? QString() : " " + row.key_hint));
  fact(tr("Signed in as"), row.subject);
  for (const v1::Endpoint& endpoint : account.endpoints()) {
    fact(tr("Speaks %1 at").arg(DialectText(NameOf(endpoint.dialect()))), Text(endpoint.base_url()));
  }
  fact(tr("Quota group"), Text(account.quota_group()));
  fact(tr("Project"), Text(account.project()));
  fact(tr("Location"), Text(account.location()));
  fact(tr("Outgoing connection"), account.egress().mode() == v1::EGRESS_MODE_PROXY ? Text(account.egress().proxy_url())
                                  : account.egress().mode() == v1::EGRESS_MODE_DIRECT ? tr("direct")
                                                                                      : QString());
  fact(tr("Trusts"), Text(account.egress().ca_file()));
  fact(tr("Last used"),
       account.has_last_use_time() ? Ago(row.last_use_ms, QDateTime::currentMSecsSinceEpoch()) : tr("not yet"));
  fact(tr("Priority and weight"), QStringLiteral("%1 · ×%2").arg(row.priority).arg(row.weight));
  fact(tr("Requests since the daemon's start"), QString::number(row.requests));
}

void AccountStory::TakeStatus(const v1::GetAccountStatusResponse& status, const v1::Account& account) {
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  const v1::AccountStatus& whole = status.account();
  sentence_ = ConditionText(whole.condition(), signs_in_);
  if (whole.has_since_time()) sentence_ = tr("%1 since %2").arg(sentence_, ClockOf(whole.since_time()));
  if (whole.has_error()) sentence_ += ": " + ErrorLine(whole.error());
  remedy_ = Remedy(whole, now, signs_in_);
  pauses_ = whole.condition() == v1::ACCOUNT_CONDITION_COOLING || status.models_size() > 0;
  models_.clear();
  QStringList told;
  const auto tell = [&](const std::string& model, const QString& text) {
    QStringList known;
    for (const v1::LearnedFact& fact : account.facts()) {
      if (fact.model() == model) known << FactText(fact);
    }
    told << Text(model);
    models_ << QVariantMap{{"name", Text(model)}, {"text", text}, {"known", known.join(QStringLiteral("\n"))}};
  };
  for (const v1::AccountStatus& model : status.models()) {
    QString text = ConditionText(model.condition(), signs_in_);
    if (model.has_error()) text += ": " + ErrorLine(model.error());
    tell(model.model(), text + " " + Remedy(model, now, signs_in_));
  }
  for (const std::string& model : account.models()) {
    if (!told.contains(Text(model))) tell(model, {});
  }
}

void AccountStory::TakeEvents(const v1::ListAccountEventsResponse& history) {
  events_.clear();
  for (const v1::AccountEvent& event : history.events()) {
    const QString model = event.model().empty() ? QString() : Text(event.model()) + ": ";
    const QString from = ConditionText(event.from_condition(), signs_in_);
    const QString to = ConditionText(event.to_condition(), signs_in_);
    events_ << QVariantMap{{"time", ClockOf(event.event_time())},
                           {"from", from},
                           {"to", to},
                           {"text", model + tr("%1 → %2, %3").arg(from, to, SignalText(event.signal()))},
                           {"kind", NameOfCondition(event.to_condition())},
                           {"error", event.has_error() ? ErrorLine(event.error()) : QString()}};
  }
}

}  // namespace ag::gui
