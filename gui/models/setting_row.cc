#include "gui/models/setting_row.h"

#include <QCoreApplication>

#include "gui/models/setting_text.h"

namespace ag::gui {
namespace {

QString ChoiceText(const SettingWords* words, const QString& value) {
  const ChoiceWords* choice = words == nullptr ? nullptr : ChoiceOf(*words, value);
  return choice == nullptr ? value : SettingTr(choice->text);
}

}  // namespace

SettingRow NamedRow(const QString& key, const QString& description, const QStringList& choices) {
  const SettingWords* words = WordsOf(key);
  SettingRow row;
  row.key = key;
  row.name = words == nullptr ? key : SettingTr(words->name);
  row.description = words == nullptr ? description : SettingTr(words->text);
  row.segmented = words != nullptr && words->segmented;
  for (const QString& value : choices) {
    row.choices << QVariantMap{{"value", value}, {"text", ChoiceText(words, value)}};
  }
  return row;
}

void SetValue(SettingRow& row, const QString& value) {
  row.value = value;
  const SettingWords* words = WordsOf(row.key);
  const ChoiceWords* choice = words == nullptr ? nullptr : ChoiceOf(*words, value);
  row.hint = choice == nullptr ? QString() : SettingTr(choice->hint);
}

QString TextOfValue(const SettingRow& row, const QString& value) {
  if (row.kind == u"choice") return ChoiceText(WordsOf(row.key), value);
  if (row.kind != u"bool") return value;
  return value == u"true" ? QCoreApplication::translate("Setting", "On")
                          : QCoreApplication::translate("Setting", "Off");
}

}  // namespace ag::gui
