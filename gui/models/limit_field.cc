#include "gui/models/limit_field.h"

#include <cmath>

namespace ag::gui {
namespace {

constexpr double kMicro = 1e6;
constexpr double kMostUsd = 1e6;  // the daemon's bound

}  // namespace

QString LimitText(std::int64_t amount, LimitUnit unit) {
  if (unit == LimitUnit::kCount) return QString::number(amount);
  QString dollars = QString::number(static_cast<double>(amount) / kMicro, 'f', 6);
  while (dollars.endsWith(QLatin1Char('0'))) dollars.chop(1);
  if (dollars.endsWith(QLatin1Char('.'))) dollars.chop(1);
  return dollars;
}

std::optional<std::int64_t> ReadLimit(const QString& text, LimitUnit unit) {
  bool valid = false;
  if (unit == LimitUnit::kCount) {
    const qint64 count = text.toLongLong(&valid);
    return valid && count >= 1 ? std::optional<std::int64_t>(count) : std::nullopt;
  }
  const double dollars = text.toDouble(&valid);
  if (!valid || !(dollars * kMicro >= 1) || dollars > kMostUsd) return std::nullopt;
  return std::llround(dollars * kMicro);
}

}  // namespace ag::gui
