#include "gui/models/account_convert.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

// The pause that stands for the account's: its own, or the one that ends first where each of its models has one.
const v1::Cooldown* WholePause(const v1::Account& account) {
  const v1::Cooldown* first = nullptr;
  for (const v1::Cooldown& cooldown : account.cooldowns()) {
    if (cooldown.model().empty()) return &cooldown;
    if (first == nullptr || Milliseconds(cooldown.end_time()) < Milliseconds(first->end_time())) first = &cooldown;
  }
  const bool all = std::all_of(account.models().begin(), account.models().end(), [&account](const std::string& model) {
    return std::any_of(account.cooldowns().begin(), account.cooldowns().end(),
                       [&model](const v1::Cooldown& cooldown) { return cooldown.model() == model; });
  });
  return all && !account.models().empty() ? first : nullptr;
}

// As the scheduler sees it: what is left for the reserve is not used.
const v1::Budget* SpentBudget(const v1::Account& account) {
  for (const v1::Budget& budget : account.budgets()) {
    const qint64 kept = budget.limit() * account.limits().reserve_percent() / 100;
    if (budget.used() >= budget.limit() - kept) return &budget;
  }
  return nullptr;
}

// An amount of what a limit counts; that of a limit that is itself large is short.
QString AmountText(qint64 amount, qint64 limit, v1::LimitKind kind) {
  constexpr qint64 kLongNumber = 100'000;
  constexpr qint64 kNanoInMicro = 1'000;
  if (kind == v1::LIMIT_KIND_COST) return Usd(amount * kNanoInMicro);
  return limit >= kLongNumber ? ShortCount(amount) : QLocale().toString(amount);
}

// What stands behind the amount; money says it by itself.
QString KindText(v1::LimitKind kind) {
  switch (kind) {
    case v1::LIMIT_KIND_COST:
      return {};
    case v1::LIMIT_KIND_TOKENS:
      return AccountModel::tr("tokens");
    case v1::LIMIT_KIND_INPUT_TOKENS:
      return AccountModel::tr("input tokens");
    case v1::LIMIT_KIND_OUTPUT_TOKENS:
      return AccountModel::tr("output tokens");
    default:
      return AccountModel::tr("requests");
  }
}

// "840 of 1,000 requests left" with the fraction that is left, and "resets in 12 s".
QVariantMap LimitBar(const QString& label, v1::LimitKind kind, qint64 left, qint64 limit, qint64 reset_ms) {
  constexpr double kLow = 0.15;
  const double fraction = limit > 0 ? static_cast<double>(left) / static_cast<double>(limit) : 0;
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  const QString reset = reset_ms > now ? AccountModel::tr("resets %1").arg(Countdown(reset_ms, now)) : QString();
  const QString amount = AccountModel::tr("%1 of %2 %3 left")
                             .arg(AmountText(left, limit, kind), AmountText(limit, limit, kind), KindText(kind))
                             .simplified();
  return {{"label", label},       {"amount", amount},
          {"reset", reset},       {"text", reset.isEmpty() ? amount : amount + " · " + reset},
          {"fraction", fraction}, {"low", fraction < kLow}};
}

// The tightest first; of equals, the provider's.
QVariantList Limits(const v1::Account& account) {
  QVariantList limits;
  const auto add = [&limits](const QVariantMap& bar) {
    const auto looser = std::find_if(limits.begin(), limits.end(), [&bar](const QVariant& other) {
      return other.toMap().value("fraction").toDouble() > bar.value("fraction").toDouble();
    });
    limits.insert(looser, bar);
  };
  for (const v1::RemainingLimit& limit : account.remaining_limits()) {
    if (!limit.has_limit() || limit.limit() <= 0) continue;
    add(LimitBar(Text(limit.model()), limit.kind(), limit.remaining(), limit.limit(),
                 Milliseconds(limit.reset_time())));
  }
  for (const v1::Budget& budget : account.budgets()) {
    if (budget.limit() <= 0) continue;
    add(BudgetBar(AccountModel::tr("Your limit %1").arg(PeriodText(budget.period())), budget));
  }
  return limits;
}

// A key that its provider refuses is no sign-in.
v1::Reason RefusalOf(const v1::Account& account) {
  const v1::Reason& told = account.state_reason();
  const bool refused = told.code() == "provider_refused" || told.code() == "sign_in_refused";
  const bool key = account.credential_kind() != v1::CREDENTIAL_KIND_OAUTH;
  if (!key || !refused || account.state() != v1::ACCOUNT_STATE_NEEDS_SIGN_IN) return told;
  v1::Reason reason;
  reason.set_code("key_refused");
  for (const v1::Reason::Arg& arg : told.args()) {
    if (arg.name() == "text") *reason.add_args() = arg;
  }
  return reason;
}

QString Why(const v1::Account& account, const QString& state) {
  if (state == "cooling") {
    const v1::Cooldown* pause = WholePause(account);
    const QString cause = ErrorKindText(NameOf(pause->cause()));
    return pause->provider_hint() ? AccountModel::tr("%1, for as long as the provider said").arg(cause) : cause;
  }
  if (state == "exhausted") {
    const v1::Budget* budget = SpentBudget(account);
    return AccountModel::tr("Your limit of %1 %2 %3 is used up")
        .arg(budget->kind() == v1::LIMIT_KIND_COST ? AmountText(budget->limit(), 0, budget->kind())
                                                   : ShortCount(budget->limit()),
             KindText(budget->kind()), PeriodText(budget->period()))
        .simplified();
  }
  if (state == "needs_sign_in" || state == "forbidden") {
    return account.has_state_reason() ? ReasonText(RefusalOf(account)) : QString();
  }
  if (state == "ready" && !account.cooldowns().empty()) {
    QStringList models;
    for (const v1::Cooldown& cooldown : account.cooldowns()) models << Text(cooldown.model());
    return AccountModel::tr("Paused: %1").arg(models.join(", "));
  }
  return {};
}

// When that ends by itself; 0 = it does not.
qint64 Until(const v1::Account& account, const QString& state) {
  if (state == "cooling") return Milliseconds(WholePause(account)->end_time());
  if (state == "exhausted") return Milliseconds(SpentBudget(account)->reset_time());
  return account.has_state_end_time() ? Milliseconds(account.state_end_time()) : 0;
}

}  // namespace

QString PeriodText(v1::BudgetPeriod period) {
  switch (period) {
    case v1::BUDGET_PERIOD_MINUTE:
      return AccountModel::tr("a minute");
    case v1::BUDGET_PERIOD_MONTH:
      return AccountModel::tr("a month");
    default:
      return AccountModel::tr("a day");
  }
}

QVariantMap BudgetBar(const QString& label, const v1::Budget& budget) {
  return LimitBar(label, budget.kind(), std::max<qint64>(0, budget.limit() - budget.used()), budget.limit(),
                  Milliseconds(budget.reset_time()));
}

QString StateOf(const v1::Account& account) {
  if (!account.enabled() || account.state() == v1::ACCOUNT_STATE_DISABLED) return QStringLiteral("disabled");
  if (account.state() == v1::ACCOUNT_STATE_NEEDS_SIGN_IN) return QStringLiteral("needs_sign_in");
  if (account.state() == v1::ACCOUNT_STATE_FORBIDDEN) return QStringLiteral("forbidden");
  if (SpentBudget(account) != nullptr) return QStringLiteral("exhausted");
  return WholePause(account) != nullptr ? QStringLiteral("cooling") : QStringLiteral("ready");
}

QString ErrorLine(const v1::ProviderError& error) {
  QStringList reply;
  if (error.http_status() != 0) reply << QStringLiteral("HTTP %1").arg(error.http_status());
  if (!error.code().empty()) reply << Text(error.code());
  QString head = ErrorKindText(NameOf(error.kind()));
  if (!reply.isEmpty()) head = head.isEmpty() ? reply.join(' ') : head + " (" + reply.join(' ') + ')';
  return WithWords(head, Text(error.text()));
}

QString FactText(const v1::LearnedFact& fact) {
  const auto statement = [&fact]() -> QString {
    switch (fact.kind()) {
      case v1::MODEL_FACT_KIND_NO_QUOTA:
        return AccountModel::tr("No quota for it on this account");
      case v1::MODEL_FACT_KIND_NOT_GRANTED:
        return AccountModel::tr("Not there for this account");
      case v1::MODEL_FACT_KIND_PARAMETER_REFUSED:
        return AccountModel::tr("Does not take %1").arg(Text(fact.parameter()));
      case v1::MODEL_FACT_KIND_MAX_OUTPUT:
        return AccountModel::tr("Writes at most %1 tokens").arg(QLocale().toString(static_cast<qint64>(fact.limit())));
      default:
        return {};
    }
  };
  const QDate end = QDateTime::fromMSecsSinceEpoch(Milliseconds(fact.expire_time())).date();
  const QString known =
      fact.has_expire_time() ? AccountModel::tr("%1 (until %2)").arg(statement(), Day(end)) : statement();
  return WithWords(known, Text(fact.words()));
}

QString CredentialText(v1::CredentialKind kind) {
  switch (kind) {
    case v1::CREDENTIAL_KIND_NONE:
      return AccountModel::tr("none");
    case v1::CREDENTIAL_KIND_OAUTH:
      return AccountModel::tr("sign-in");
    case v1::CREDENTIAL_KIND_SERVICE_ACCOUNT:
      return AccountModel::tr("service account");
    default:
      return AccountModel::tr("API key");
  }
}

bool IsOfSandbox(const v1::Account& account, const QString& sandbox_url) {
  if (sandbox_url.isEmpty()) return false;
  return std::any_of(account.endpoints().begin(), account.endpoints().end(), [&sandbox_url](const auto& endpoint) {
    return (Text(endpoint.base_url()) + '/').startsWith(sandbox_url + '/');
  });
}

AccountModel::Row ToRow(const v1::Account& account) {
  AccountModel::Row row;
  row.id = Text(account.id());
  row.etag = Text(account.etag());
  row.label = Text(account.label());
  row.provider = Text(account.provider());
  row.state = StateOf(account);
  row.reason = Why(account, row.state);
  row.subject = Text(account.subject());
  // Of a short key the daemon gives nothing away.
  if (const QString hint = Text(account.api_key_hint()); hint != QChar(0x2026)) row.key_hint = hint;
  row.credential = CredentialText(account.credential_kind());
  row.known_by = !row.subject.isEmpty()    ? row.subject
                 : !row.key_hint.isEmpty() ? row.key_hint
                 : account.credential_kind() == v1::CREDENTIAL_KIND_OAUTH ||
                         account.credential_kind() == v1::CREDENTIAL_KIND_SERVICE_ACCOUNT
                     ? row.credential
                     : QString();
  for (const std::string& model : account.models()) row.models << Text(model);
  row.until_ms = Until(account, row.state);
  row.signs_in = account.credential_kind() == v1::CREDENTIAL_KIND_OAUTH;
  row.enabled = account.enabled();
  row.priority = account.priority();
  row.weight = account.weight();
  row.in_flight = account.in_flight_count();
  row.requests = account.request_count();
  if (account.has_last_use_time()) row.last_use_ms = Milliseconds(account.last_use_time());
  row.limits = Limits(account);
  return row;
}

}  // namespace ag::gui
