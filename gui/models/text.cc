#include "gui/models/text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <array>

namespace ag::gui {
namespace {

// Where the translators find these texts.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Text)
};

struct KindText {
  const char* kind;
  const char* text;
  const char* hint;
};

// Marked for the translators here, translated when asked for.
constexpr std::array kKinds{
    KindText{"internal", QT_TRANSLATE_NOOP("Text", "Internal error"),
             QT_TRANSLATE_NOOP("Text", "This is a bug of the gateway: please report it with the request's id.")},
    KindText{"invalid_request", QT_TRANSLATE_NOOP("Text", "Invalid request"),
             QT_TRANSLATE_NOOP("Text", "The request itself is at fault: see the message for the field to change.")},
    KindText{"context_too_long", QT_TRANSLATE_NOOP("Text", "Prompt too long"),
             QT_TRANSLATE_NOOP("Text", "Shorten the conversation, or route this model to one with a larger context.")},
    KindText{"model_not_found", QT_TRANSLATE_NOOP("Text", "Unknown model"),
             QT_TRANSLATE_NOOP("Text", "Add an account that offers this model, or a route that maps the name.")},
    KindText{
        "unsupported", QT_TRANSLATE_NOOP("Text", "Not supported upstream"),
        QT_TRANSLATE_NOOP("Text", "The chosen provider cannot express this: use another model or drop the field.")},
    KindText{"body_too_large", QT_TRANSLATE_NOOP("Text", "Request too large"),
             QT_TRANSLATE_NOOP("Text", "Send less, or raise the limit in Settings.")},
    KindText{"client_auth", QT_TRANSLATE_NOOP("Text", "Wrong gateway key"),
             QT_TRANSLATE_NOOP("Text", "Give the client the key that API Proxy shows.")},
    KindText{"origin_refused", QT_TRANSLATE_NOOP("Text", "Web page refused"),
             QT_TRANSLATE_NOOP("Text",
                               "A web page tried to use the gateway. Allow its origin in Settings if you trust it.")},
    KindText{"client_budget", QT_TRANSLATE_NOOP("Text", "Key's budget spent"),
             QT_TRANSLATE_NOOP("Text", "Wait for the next period, or raise the key's budget in API Proxy.")},
    KindText{"no_account", QT_TRANSLATE_NOOP("Text", "No account available"),
             QT_TRANSLATE_NOOP("Text", "See Accounts for what each of them waits for, or add another one.")},
    KindText{"account_auth", QT_TRANSLATE_NOOP("Text", "Credential refused"),
             QT_TRANSLATE_NOOP("Text", "Sign the account in again, or enter a new key.")},
    KindText{"account_forbidden", QT_TRANSLATE_NOOP("Text", "Account not allowed"),
             QT_TRANSLATE_NOOP("Text", "Check the account's plan and permissions with its provider.")},
    KindText{"rate_minute", QT_TRANSLATE_NOOP("Text", "Rate limit"),
             QT_TRANSLATE_NOOP("Text", "It passes by itself; another account of this provider would bridge it.")},
    KindText{"quota_day", QT_TRANSLATE_NOOP("Text", "Quota used up"),
             QT_TRANSLATE_NOOP("Text", "Wait for the reset, or add another account.")},
    KindText{"billing", QT_TRANSLATE_NOOP("Text", "No credit left"),
             QT_TRANSLATE_NOOP("Text", "Top the account up with its provider.")},
    KindText{"overloaded", QT_TRANSLATE_NOOP("Text", "Provider overloaded"),
             QT_TRANSLATE_NOOP("Text", "The provider lacks capacity; it passes by itself.")},
    KindText{"upstream_server", QT_TRANSLATE_NOOP("Text", "Provider failed"),
             QT_TRANSLATE_NOOP("Text", "The provider had an error of its own; try again.")},
    KindText{"dns", QT_TRANSLATE_NOOP("Text", "Name not found"),
             QT_TRANSLATE_NOOP("Text", "Check the network connection and the account's base URL.")},
    KindText{"connect", QT_TRANSLATE_NOOP("Text", "No connection"),
             QT_TRANSLATE_NOOP("Text", "Check the network, a firewall, and the outgoing proxy in Settings.")},
    KindText{"tls", QT_TRANSLATE_NOOP("Text", "TLS failed"),
             QT_TRANSLATE_NOOP("Text", "If a company proxy opens TLS, set its CA file in Settings.")},
    KindText{"egress", QT_TRANSLATE_NOOP("Text", "Outgoing proxy failed"),
             QT_TRANSLATE_NOOP("Text", "Check the outgoing proxy in Settings, or the account's own.")},
    KindText{
        "head_timeout", QT_TRANSLATE_NOOP("Text", "No answer in time"),
        QT_TRANSLATE_NOOP("Text", "The provider did not answer; it may have been billed, so it was not tried again.")},
    KindText{"idle_timeout", QT_TRANSLATE_NOOP("Text", "Answer stalled"),
             QT_TRANSLATE_NOOP("Text", "The provider stopped in the middle of its answer; try again.")},
    KindText{"protocol", QT_TRANSLATE_NOOP("Text", "Unreadable answer"),
             QT_TRANSLATE_NOOP("Text", "The server does not speak the protocol that its account is set to.")},
    KindText{"stream_cut", QT_TRANSLATE_NOOP("Text", "Answer cut off"),
             QT_TRANSLATE_NOOP("Text", "The connection broke in the middle of the answer; try again.")},
    KindText{"content_filter", QT_TRANSLATE_NOOP("Text", "Blocked by a filter"),
             QT_TRANSLATE_NOOP("Text", "The provider's safety system refused; change the prompt.")},
    KindText{"state_rejected", QT_TRANSLATE_NOOP("Text", "Stale reasoning state"),
             QT_TRANSLATE_NOOP("Text", "Start a new conversation: the old reasoning belongs to another account.")},
    KindText{"client_left", QT_TRANSLATE_NOOP("Text", "Client left"), ""},
    KindText{"shutting_down", QT_TRANSLATE_NOOP("Text", "Gateway stopping"),
             QT_TRANSLATE_NOOP("Text", "Start the gateway and try again.")},
};

const KindText* Find(const QString& kind) {
  for (const KindText& entry : kKinds) {
    if (kind == QLatin1String(entry.kind)) return &entry;
  }
  return nullptr;
}

constexpr qint64 kSecond = 1'000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

}  // namespace

QString Text(const absl::Status& status) {
  return QString::fromUtf8(status.message().data(), static_cast<qsizetype>(status.message().size()));
}

QString ShortCount(qint64 count) {
  const auto scaled = [](double value, const char* unit) {
    return QString::number(value, 'f', value < 10 ? 2 : value < 100 ? 1 : 0) + QLatin1String(unit);
  };
  const auto value = static_cast<double>(count);
  if (count < 1'000) return QString::number(count);
  if (count < 1'000'000) return scaled(value / 1e3, "K");
  if (count < 1'000'000'000) return scaled(value / 1e6, "M");
  return scaled(value / 1e9, "B");
}

QString Usd(qint64 nano_usd) {
  constexpr qint64 kDollar = 1'000'000'000;
  constexpr qint64 kLeastShown = 100'000;
  if (nano_usd == 0) return QStringLiteral("$0");
  if (nano_usd > 0 && nano_usd < kLeastShown) return QStringLiteral("<$0.0001");
  const double dollars = static_cast<double>(nano_usd) / static_cast<double>(kDollar);
  return QLatin1Char('$') + QLocale::c().toString(dollars, 'f', nano_usd < kDollar ? 4 : 2);
}

QString ShortUsd(qint64 nano_usd) {
  constexpr qint64 kDollar = 1'000'000'000;
  if (nano_usd < 100 * kDollar) return Usd(nano_usd);
  return QLatin1Char('$') + ShortCount((nano_usd + kDollar / 2) / kDollar);
}

QString AtLeast(qint64 nano_usd, qint64 unpriced_requests, const QString& usd) {
  if (unpriced_requests == 0) return usd;
  return nano_usd == 0 ? QStringLiteral("?") : QStringLiteral("≥ ") + usd;
}

QString Duration(qint64 microseconds) {
  if (microseconds < 0) return QStringLiteral("–");
  if (microseconds < 1'000) return Words::tr("%1 µs").arg(microseconds);
  if (microseconds < 1'000'000) return Words::tr("%1 ms").arg(microseconds / 1'000);
  if (microseconds < 60'000'000) return Words::tr("%1 s").arg(static_cast<double>(microseconds) / 1e6, 0, 'f', 1);
  return Words::tr("%1 min %2 s").arg(microseconds / 60'000'000).arg(microseconds / 1'000'000 % 60);
}

QString Countdown(qint64 at_ms, qint64 now_ms) {
  const qint64 left = at_ms - now_ms;
  if (left <= 0) return Words::tr("now");
  if (left < kMinute) return Words::tr("in %1 s").arg((left + kSecond - 1) / kSecond);
  if (left < kHour) return Words::tr("in %1 min").arg((left + kMinute - 1) / kMinute);
  if (left < kDay) return Words::tr("in %1 h %2 min").arg(left / kHour).arg(left % kHour / kMinute);
  return Words::tr("in %1 d %2 h").arg(left / kDay).arg(left % kDay / kHour);
}

QString Day(const QDate& date) {
  //: A day with its year, as QLocale formats dates.
  return QLocale().toString(date, Words::tr("d MMM yyyy"));
}

QString Clock(const QDateTime& moment) {
  const QString clock = moment.toString(QStringLiteral("HH:mm"));
  return moment.date() == QDate::currentDate() ? clock : Day(moment.date()) + ' ' + clock;
}

QString Ago(qint64 at_ms, qint64 now_ms) {
  const qint64 past = now_ms - at_ms;
  if (past < 10 * kSecond) return Words::tr("just now");
  if (past < kMinute) return Words::tr("%1 s ago").arg(past / kSecond);
  if (past < kHour) return Words::tr("%1 min ago").arg(past / kMinute);
  if (past < kDay) return Words::tr("%1 h ago").arg(past / kHour);
  return Day(QDateTime::fromMSecsSinceEpoch(at_ms).date());
}

QString ErrorKindText(const QString& kind) {
  const KindText* entry = Find(kind);
  return entry == nullptr ? kind : QCoreApplication::translate("Text", entry->text);
}

QString ErrorKindHint(const QString& kind) {
  const KindText* entry = Find(kind);
  return entry == nullptr || *entry->hint == '\0' ? QString() : QCoreApplication::translate("Text", entry->hint);
}

}  // namespace ag::gui
