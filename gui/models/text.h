#pragma once

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <QDate>
#include <QDateTime>
#include <QString>
#include <string>

// What models need to say things. Words for people come through QCoreApplication::translate at the moment they are
// asked for, so they follow the language.
namespace ag::gui {

inline QString Text(const std::string& text) { return QString::fromStdString(text); }
// The daemon's sentence.
QString Text(const absl::Status& status);

// 1234567 → "1.23M", 45210 → "45.2K", 980 → "980".
QString ShortCount(qint64 count);
// Billionths of a US dollar: "$12.34", below a dollar "$0.0123", "<$0.0001" for next to nothing.
QString Usd(qint64 nano_usd);
// The same where room is short: from a hundred dollars on without cents, "$1.23K" for thousands.
QString ShortUsd(qint64 nano_usd);
// A sum that lacks what requests without a known price have cost: "≥ $12.34", "?" where it lacks all of it. `usd` is
// the sum's own text.
QString AtLeast(qint64 nano_usd, qint64 unpriced_requests, const QString& usd);
inline QString UsdSum(qint64 nano_usd, qint64 unpriced_requests) {
  return AtLeast(nano_usd, unpriced_requests, Usd(nano_usd));
}
inline QString ShortUsdSum(qint64 nano_usd, qint64 unpriced_requests) {
  return AtLeast(nano_usd, unpriced_requests, ShortUsd(nano_usd));
}
// 12'345 µs → "12 ms"; 3'200'000 µs → "3.2 s"; negative → "–".
QString Duration(qint64 microseconds);
// "in 3 min", "in 2 h 5 min", "now"; of a moment in Unix milliseconds.
QString Countdown(qint64 at_ms, qint64 now_ms);
// "28 Nov 2026"
QString Day(const QDate& date);
// "14:02" of today, else with its day.
QString Clock(const QDateTime& moment);
// "just now", "5 min ago", "3 h ago", or the day.
QString Ago(qint64 at_ms, qint64 now_ms);
// One short phrase for an error kind by the control service's lower-case name: "rate_minute" → "Rate limit".
QString ErrorKindText(const QString& kind);
// What the person may do about it; empty = nothing.
QString ErrorKindHint(const QString& kind);

}  // namespace ag::gui
