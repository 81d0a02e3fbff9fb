#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>

namespace ag::gui {

// One setting as its row shows it, all in the person's language.
struct SettingRow {
  QString key;
  QString name;
  QString description;
  QString hint;          // what comes of the present choice
  QString effect;        // when a change counts, unless at once
  QString kind;          // "bool", "choice", "number", "text", "list", "secret"
  QString value;         // as it is edited: "true", "cache_first", "1.5", "a\nb"
  QString unit;          // beside the number
  QString placeholder;   // of a secret, what may be shown of it
  QVariantList choices;  // {value, text}
  bool segmented = false;
  bool shown = true;        // matches the search
  bool divided = false;     // a line parts it from the one above
  bool revealed = false;    // a secret in full
  QString source_kind;      // "default", "file", "sealed", "environment", "flag"; empty = an app's own setting
  QString source;           // that for people: "default", "from config.json", "set by environment"
  QString origin;           // and where that is; empty = nothing more is to be said
  QString decided;          // and which variable it is
  QString fallback;         // the default, as people say it
  bool customized = false;  // can go back to the default
  QString error;            // why the last change failed, or is stored but not in force
  friend bool operator==(const SettingRow&, const SettingRow&) = default;
};

// What a setting shows in any case: its name, what it is for, and the words of the choices that there are. Of a key
// without words, the key itself and `description`.
SettingRow NamedRow(const QString& key, const QString& description, const QStringList& choices);
// Gives it its present value, which decides what is said of the choice.
void SetValue(SettingRow& row, const QString& value);

// A value of its kind as people say it: "On", "Cache first".
QString TextOfValue(const SettingRow& row, const QString& value);

}  // namespace ag::gui
