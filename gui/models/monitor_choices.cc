#include <QStringList>
#include <algorithm>

#include "gui/models/monitor_model.h"
#include "gui/models/reason_text.h"

// What the table can be filtered by.
namespace ag::gui {
namespace {

constexpr int kWeekMinutes = 7 * 24 * 60;

QVariantMap Choice(const QString& value, const QString& text) { return {{"value", value}, {"text", text}}; }

QVariantList Choices(const QString& all, const std::set<QString>& values) {
  QVariantList list{Choice({}, all)};
  for (const QString& value : values) list << Choice(value, value);
  return list;
}

}  // namespace

QVariantList MonitorModel::accountChoices() const {
  QVariantList list{Choice({}, tr("All accounts"))};
  QStringList names;
  for (const auto& [id, name] : accounts_) names << name;
  for (const auto& [id, name] : accounts_) {
    // One that was removed may have had the name of another.
    list << Choice(id, names.count(name) > 1 ? name + QStringLiteral(" · ") + id : name);
  }
  std::sort(list.begin() + 1, list.end(), [](const QVariant& a, const QVariant& b) {
    return a.toMap()["text"].toString() < b.toMap()["text"].toString();
  });
  return list;
}
QVariantList MonitorModel::modelChoices() const { return Choices(tr("All models"), models_); }

QVariantList MonitorModel::dialectChoices() const {
  QVariantList list{Choice({}, tr("All APIs"))};
  for (const QString& dialect : dialects_) list << Choice(dialect, DialectText(dialect));
  return list;
}

QVariantList MonitorModel::timeChoices() const {
  return {QVariantMap{{"value", 0}, {"text", tr("Any time")}},
          QVariantMap{{"value", 1}, {"text", tr("Last minute")}},
          QVariantMap{{"value", 5}, {"text", tr("Last 5 minutes")}},
          QVariantMap{{"value", 15}, {"text", tr("Last 15 minutes")}},
          QVariantMap{{"value", 60}, {"text", tr("Last hour")}},
          QVariantMap{{"value", MonitorFilter::kToday}, {"text", tr("Today")}},
          QVariantMap{{"value", kWeekMinutes}, {"text", tr("Last 7 days")}}};
}

}  // namespace ag::gui
