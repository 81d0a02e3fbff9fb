#pragma once

#include <QString>
#include <cstdint>
#include <optional>

namespace ag::gui {

// What a number counts, as the daemon says it.
enum class SettingUnit : std::uint8_t { kNone, kMilliseconds, kBytes, kDays };

// A number as a form shows it: "1.5" and "min". The unit is in the person's language; empty = none.
struct Amount {
  QString number;
  QString unit;
};

// In the largest unit that needs no more than two digits after the point. A kilobyte has 1,024 bytes.
Amount ToAmount(std::int64_t value, SettingUnit unit);
// "1.5 min".
QString Spoken(std::int64_t value, SettingUnit unit);
// What a person typed: "90 s", "1.5min", "2 GB"; a number alone is in the unit `shown` beside the field. Nothing when
// it is no number, or no whole one in the daemon's unit.
std::optional<std::int64_t> ReadAmount(const QString& text, SettingUnit unit, const QString& shown);

}  // namespace ag::gui
