#include "gui/models/dashboard.h"

#include <QDateTime>
#include <QTimeZone>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gui/app/backend.h"
#include "gui/models/account_model.h"
#include "gui/models/reason_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

constexpr std::chrono::milliseconds kBeat{5'000};
constexpr int kHours = 24;
constexpr double kWholeShare = 0.995;  // shown as 100%

double Percent(qint64 part, qint64 whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// One figure over the hours: `hours` of the last two days, oldest first; `today` = its first hour of today.
struct Course {
  std::array<qint64, 2 * kHours> hours{};
  // From midnight until now, and the same hours of the day before.
  qint64 today = 0;
  qint64 yesterday = 0;

  QVariantList Last() const {
    QVariantList list;
    for (std::size_t i = kHours; i < hours.size(); ++i) list << static_cast<double>(hours[i]);
    return list;
  }
  // In percent of another one.
  QVariantList LastOf(const Course& whole) const {
    QVariantList list;
    for (std::size_t i = kHours; i < hours.size(); ++i) list << Percent(hours[i], whole.hours[i]);
    return list;
  }
};

struct Courses {
  Course requests, tokens, cost, unpriced, errors, cached, input;
};

void Add(Course& course, std::size_t hour, qint64 value, bool today, bool same_hours_yesterday) {
  course.hours[hour] += value;
  if (today) course.today += value;
  if (same_hours_yesterday) course.yesterday += value;
}

Courses Sum(const v1::QueryTokensResponse& reply, const QDateTime& now) {
  Courses sums;
  const QDateTime midnight(now.date(), QTime(0, 0), now.timeZone());
  const qint64 hour_now = now.toSecsSinceEpoch() / 3'600;
  for (const v1::TokenRow& row : reply.rows()) {
    const QDateTime at = QDateTime::fromString(Text(row.bucket()), Qt::ISODate);
    const qint64 ago = hour_now - at.toSecsSinceEpoch() / 3'600;
    if (!at.isValid() || ago < 0 || ago >= 2 * kHours) continue;
    const auto hour = static_cast<std::size_t>(2 * kHours - 1 - ago);
    const bool today = at >= midnight;
    const bool before = !today && at >= midnight.addDays(-1) && at <= now.addDays(-1);
    const v1::TokenSums& of = row.sums();
    const qint64 input = of.input() + of.cache_read() + of.cache_write();
    Add(sums.requests, hour, of.request_count(), today, before);
    Add(sums.tokens, hour, input + of.output() + of.reasoning(), today, before);
    Add(sums.cost, hour, of.cost_nano_usd(), today, before);
    Add(sums.unpriced, hour, of.unpriced_count(), today, before);
    Add(sums.errors, hour, of.error_count(), today, before);
    Add(sums.cached, hour, of.cache_read(), today, before);
    Add(sums.input, hour, input, today, before);
  }
  return sums;
}

QString Change(qint64 today, qint64 yesterday) {
  if (yesterday == 0) return Dashboard::tr("none by this time yesterday");
  const double change = 100.0 * static_cast<double>(today - yesterday) / static_cast<double>(yesterday);
  return Dashboard::tr("%1% vs yesterday").arg((change >= 0 ? "+" : "−") + QString::number(std::abs(change), 'f', 0));
}

QString Percents(double value, int digits) { return QString::number(value, 'f', digits) + '%'; }

// A share of nothing is none.
QString ShareBefore(const Course& part, const Course& whole, int digits) {
  if (whole.yesterday == 0) return Dashboard::tr("none by this time yesterday");
  return Dashboard::tr("%1 yesterday").arg(Percents(Percent(part.yesterday, whole.yesterday), digits));
}

QVariantList Figures(const Courses& sums) {
  const double errors = Percent(sums.errors.today, sums.requests.today);
  const double errors_before = Percent(sums.errors.yesterday, sums.requests.yesterday);
  return {
      QVariantMap{{"label", Dashboard::tr("Requests today")},
                  {"value", ShortCount(sums.requests.today)},
                  {"change", Change(sums.requests.today, sums.requests.yesterday)},
                  {"changeKind", "neutral"},
                  {"course", sums.requests.Last()},
                  {"place", "stats"},
                  {"tip", Dashboard::tr("Open Token Stats")}},
      QVariantMap{{"label", Dashboard::tr("Tokens today")},
                  {"value", ShortCount(sums.tokens.today)},
                  {"change", Change(sums.tokens.today, sums.tokens.yesterday)},
                  {"changeKind", "neutral"},
                  {"course", sums.tokens.Last()},
                  {"place", "stats"},
                  {"tip", Dashboard::tr("Open Token Stats")}},
      QVariantMap{{"label", Dashboard::tr("Cost today")},
                  {"value", ShortUsdSum(sums.cost.today, sums.unpriced.today)},
                  {"change", Change(sums.cost.today, sums.cost.yesterday)},
                  {"changeKind", "neutral"},
                  {"course", sums.cost.Last()},
                  {"place", "stats"},
                  {"tip", Dashboard::tr("Open Token Stats")}},
      QVariantMap{{"label", Dashboard::tr("From cache")},
                  {"value", Percents(Percent(sums.cached.today, sums.input.today), 0)},
                  {"change", ShareBefore(sums.cached, sums.input, 0)},
                  {"changeKind", "neutral"},
                  {"course", sums.cached.LastOf(sums.input)},
                  {"place", "stats"},
                  {"tip", Dashboard::tr("Open Token Stats")}},
      QVariantMap{{"label", Dashboard::tr("Error rate")},
                  {"value", Percents(errors, 1)},
                  {"change", ShareBefore(sums.errors, sums.requests, 1)},
                  {"changeKind", sums.requests.yesterday > 0 && errors > errors_before + 1 ? "error" : "neutral"},
                  {"course", sums.errors.LastOf(sums.requests)},
                  {"place", "errors"},
                  {"tip", Dashboard::tr("Show the requests that failed today")}},
  };
}

QMap<QString, QVariantMap> BestOf(const v1::ListBestAccountsResponse& answer) {
  QMap<QString, QVariantMap> best;
  for (const v1::BestAccount& of : answer.best_accounts()) {
    const bool shared = !of.account_id().empty() && of.share() < kWholeShare;
    best.insert(Text(of.provider()), {{"bestId", Text(of.account_id())},
                                      {"best", Text(of.account_label())},
                                      {"why", ReasonText(of.reason())},
                                      {"share", shared ? Percents(100.0 * of.share(), 0) : QString()}});
  }
  return best;
}

}  // namespace

Dashboard::Dashboard(Backend& backend, AccountModel& accounts, QObject* parent)
    : QObject(parent), backend_(backend), accounts_(accounts) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &Dashboard::refresh);
  connect(&backend_, &Backend::resynced, this, &Dashboard::refresh);
  connect(&backend_, &Backend::forgotten, this, &Dashboard::Forget);
  connect(&accounts_, &AccountModel::summaryChanged, this, &Dashboard::UpdateProviders);
  connect(&accounts_, &AccountModel::summaryChanged, this, &Dashboard::UpdateAttention);
  connect(&backend_, &Backend::proxyChanged, this, &Dashboard::UpdateAttention);
  beat_.start();
}

void Dashboard::Forget() {
  figures_.clear();
  best_.clear();
  loaded_ = false;
  UpdateProviders();
  UpdateAttention();
  Q_EMIT changed();
}

void Dashboard::refresh() {
  if (!backend_.connected()) return;
  AskTokens();
  AskBest();
  UpdateAttention();
}

void Dashboard::Retranslate() {
  if (loaded_) figures_ = say_figures_();
  if (!best_.isEmpty()) best_ = say_best_();
  UpdateProviders();
  UpdateAttention();
  Q_EMIT changed();
  refresh();
}

void Dashboard::AskBest() {
  backend_.rpc().Call(
      this, [](client::ControlClient& client) { return client.ListBestAccounts({}); },
      [this](absl::StatusOr<v1::ListBestAccountsResponse> reply) {
        if (!reply.ok()) return;
        say_best_ = [answer = *std::move(reply)] { return BestOf(answer); };
        const QMap<QString, QVariantMap> best = say_best_();
        if (best == best_) return;
        best_ = best;
        UpdateProviders();
      });
}

void Dashboard::AskTokens() {
  const QDateTime now = QDateTime::currentDateTime();
  v1::QueryTokensRequest request;
  request.set_group_by(v1::TOKEN_GROUPING_HOUR);
  request.mutable_start_time()->set_seconds(now.toSecsSinceEpoch() - 2 * kHours * 3'600);
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.QueryTokens(request); },
      [this, now](absl::StatusOr<v1::QueryTokensResponse> reply) {
        if (!reply.ok()) return;
        say_figures_ = [sums = Sum(*reply, now)] { return Figures(sums); };
        figures_ = say_figures_();
        loaded_ = true;
        Q_EMIT changed();
      });
}

void Dashboard::UpdateProviders() {
  struct Sum {
    int ready = 0;
    int total = 0;
    QVariantList limits;
  };
  QMap<QString, Sum> sums;
  for (const AccountModel::Row& row : accounts_.rows()) {
    Sum& sum = sums[row.provider];
    ++sum.total;
    if (row.state == "ready") ++sum.ready;
    for (const QVariant& limit : row.limits) {
      QVariantMap named = limit.toMap();
      named["label"] = row.label + " · " + named["label"].toString();
      sum.limits << named;
    }
  }
  constexpr qsizetype kTightest = 3;
  QVariantList providers;
  QVariantList limits;
  for (auto sum = sums.begin(); sum != sums.end(); ++sum) {
    std::sort(sum->limits.begin(), sum->limits.end(), [](const QVariant& a, const QVariant& b) {
      return a.toMap()["fraction"].toDouble() < b.toMap()["fraction"].toDouble();
    });
    QVariantMap provider = best_.value(sum.key());
    provider["provider"] = sum.key();
    provider["name"] = backend_.ProviderName(sum.key());
    provider["ready"] = sum->ready;
    provider["total"] = sum->total;
    providers << provider;
    if (sum->limits.isEmpty()) continue;
    limits << QVariantMap{{"provider", backend_.ProviderName(sum.key())}, {"limits", sum->limits.mid(0, kTightest)}};
  }
  if (std::exchange(providers_, providers) != providers) Q_EMIT providersChanged();
  if (std::exchange(limits_, limits) != limits) Q_EMIT limitsChanged();
}

// Empty while clients can reach it.
QVariantMap Dashboard::ProxyNotice() const {
  if (!backend_.connected() || !backend_.proxyKnown() || backend_.proxyRunning()) return {};
  const bool fails = !backend_.proxyError().isEmpty();
  return {{"name", "proxy"},
          {"accountId", QString()},
          {"title", fails ? tr("The proxy cannot listen") : tr("The proxy is stopped")},
          {"text", fails ? backend_.proxyError() : tr("No client gets an answer until it runs.")},
          {"action", fails ? "proxy" : "start_proxy"},
          {"actionText", fails ? tr("Open API Proxy") : tr("Start proxy")}};
}

// Empty while an account can serve, or while there is none at all, which the page says elsewhere.
QVariantMap Dashboard::NobodyNotice() const {
  const auto& rows = accounts_.rows();
  const auto serves = [](const AccountModel::Row& row) { return row.state == "ready"; };
  if (rows.empty() || std::any_of(rows.begin(), rows.end(), serves)) return {};
  qint64 back_ms = 0;
  for (const AccountModel::Row& row : rows) {
    if (row.until_ms > 0 && (back_ms == 0 || row.until_ms < back_ms)) back_ms = row.until_ms;
  }
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  const QString when = back_ms > now ? Countdown(back_ms, now) : QString();
  return {{"name", "nobody"},
          {"accountId", QString()},
          {"title", tr("No account can serve")},
          {"text", when.isEmpty() ? tr("Requests are refused until you mend one, switch one on or add another.")
                                  : tr("Requests are refused or wait. The first one is back %1.").arg(when)},
          {"action", "accounts"},
          {"actionText", tr("Open Accounts")}};
}

void Dashboard::UpdateAttention() {
  QVariantList list;
  if (const QVariantMap proxy = ProxyNotice(); !proxy.isEmpty()) list << proxy;
  if (const QVariantMap nobody = NobodyNotice(); !nobody.isEmpty()) list << nobody;
  for (const AccountModel::Row& row : accounts_.rows()) {
    QString action;
    QString text;
    if (row.state == "needs_sign_in" && row.signs_in) {
      action = QStringLiteral("sign_in");
      text = tr("Sign in again");
    } else if (row.state == "needs_sign_in") {
      action = QStringLiteral("new_key");
      text = tr("Enter a new key");
    } else if (row.state == "exhausted") {
      action = QStringLiteral("limits");
      text = tr("Change its limits");
    } else if (row.state == "forbidden") {
      action = QStringLiteral("account");
      text = tr("Look at it");
    }
    if (action.isEmpty()) continue;
    list << QVariantMap{{"name", row.id},
                        {"accountId", row.id},
                        {"title", row.label + ": " + AccountModel::StateText(row.state, row.signs_in)},
                        {"text", row.reason},
                        {"action", action},
                        {"actionText", text}};
  }
  if (std::exchange(attention_, list) != list) Q_EMIT attentionChanged();
}

}  // namespace ag::gui
