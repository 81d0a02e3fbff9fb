#include "gui/models/setting_value.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <array>
#include <cmath>
#include <span>

namespace ag::gui {
namespace {

struct Step {
  const char* name;
  std::int64_t size;  // in the daemon's unit
};

// From the smallest.
constexpr std::array kTimes{Step{QT_TRANSLATE_NOOP("Unit", "ms"), 1}, Step{QT_TRANSLATE_NOOP("Unit", "s"), 1'000},
                            Step{QT_TRANSLATE_NOOP("Unit", "min"), 60'000},
                            Step{QT_TRANSLATE_NOOP("Unit", "h"), 3'600'000}};
constexpr std::array kSizes{Step{QT_TRANSLATE_NOOP("Unit", "bytes"), 1}, Step{"KB", 1LL << 10}, Step{"MB", 1LL << 20},
                            Step{"GB", 1LL << 30}, Step{"TB", 1LL << 40}};
constexpr std::array kDays{Step{QT_TRANSLATE_NOOP("Unit", "days"), 1}};
constexpr std::array kPlain{Step{"", 1}};

std::span<const Step> StepsOf(SettingUnit unit) {
  switch (unit) {
    case SettingUnit::kMilliseconds:
      return kTimes;
    case SettingUnit::kBytes:
      return kSizes;
    case SettingUnit::kDays:
      return kDays;
    case SettingUnit::kNone:
      break;
  }
  return kPlain;
}

QString NameOf(const Step& step) {
  return *step.name == '\0' ? QString() : QCoreApplication::translate("Unit", step.name);
}

}  // namespace

Amount ToAmount(std::int64_t value, SettingUnit unit) {
  const std::span<const Step> steps = StepsOf(unit);
  // Nothing is said in the second: "0 s", "0 KB".
  const Step* best = value == 0 && steps.size() > 1 ? &steps[1] : &steps[0];
  for (const Step& step : steps) {
    const std::int64_t rest = value % step.size;
    if (value >= step.size && rest * 100 % step.size == 0) best = &step;
  }
  const double number = static_cast<double>(value) / static_cast<double>(best->size);
  return {best->size == 1 ? QString::number(value) : QString::number(number, 'g', 15), NameOf(*best)};
}

QString Spoken(std::int64_t value, SettingUnit unit) {
  const Amount amount = ToAmount(value, unit);
  return amount.unit.isEmpty() ? amount.number : amount.number + ' ' + amount.unit;
}

std::optional<std::int64_t> ReadAmount(const QString& text, SettingUnit unit, const QString& shown) {
  static const QRegularExpression pattern(QStringLiteral("^\\s*(\\d{1,15}(?:[.,]\\d{1,6})?)\\s*(\\D*?)\\s*$"));
  const auto match = pattern.match(text);
  if (!match.hasMatch()) return std::nullopt;
  const QString wanted = match.captured(2).isEmpty() ? shown : match.captured(2);
  for (const Step& step : StepsOf(unit)) {
    const QString name = QString::fromUtf8(step.name);
    const bool meant = wanted.compare(name, Qt::CaseInsensitive) == 0 ||
                       wanted.compare(NameOf(step), Qt::CaseInsensitive) == 0 ||
                       // "2 G", "2 GiB"
                       (unit == SettingUnit::kBytes && step.size > 1 &&
                        (wanted.compare(name.left(1), Qt::CaseInsensitive) == 0 ||
                         wanted.compare(name.left(1) + "iB", Qt::CaseInsensitive) == 0));
    if (!meant) continue;
    const double value = match.captured(1).replace(',', '.').toDouble() * static_cast<double>(step.size);
    // Beyond it a double has no whole numbers of its own.
    if (value > static_cast<double>(1LL << 53) || std::abs(value - std::round(value)) > 1e-3) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(value));
  }
  return std::nullopt;
}

}  // namespace ag::gui
