#include "gui/models/own_settings.h"

#include <array>

#include "gui/app/preferences.h"
#include "gui/models/setting_text.h"

namespace ag::gui {
namespace {

// How a preference is read and changed as a text.
struct Own {
  const char* key;
  const char* fallback;
  QString (*get)(const Preferences& preferences);
  void (*set)(Preferences& preferences, const QString& value);
};

template <bool (Preferences::*kGet)() const, void (Preferences::*kSet)(bool)>
constexpr Own Switch(const char* key, const char* fallback) {
  return {key, fallback,
          [](const Preferences& preferences) {
            return (preferences.*kGet)() ? QStringLiteral("true") : QStringLiteral("false");
          },
          [](Preferences& preferences, const QString& value) { (preferences.*kSet)(value == u"true"); }};
}

template <QString (Preferences::*kGet)() const, void (Preferences::*kSet)(const QString&)>
constexpr Own Choice(const char* key, const char* fallback) {
  return {key, fallback, [](const Preferences& preferences) { return (preferences.*kGet)(); },
          [](Preferences& preferences, const QString& value) { (preferences.*kSet)(value); }};
}

constexpr std::array kOwn{
    Choice<&Preferences::language, &Preferences::setLanguage>("app.language", ""),
    Choice<&Preferences::theme, &Preferences::setTheme>("app.theme", "system"),
    Switch<&Preferences::startAtLogin, &Preferences::setStartAtLogin>("app.start_at_login", "false"),
    Switch<&Preferences::startGateway, &Preferences::setStartGateway>("app.start_gateway", "true"),
    Switch<&Preferences::closeToTray, &Preferences::setCloseToTray>("app.close_to_tray", "false"),
    Switch<&Preferences::notifications, &Preferences::setNotifications>("app.notifications", "true"),
    Choice<&Preferences::onQuit, &Preferences::setOnQuit>("app.on_quit", "ask"),
};

const Own* Find(const QString& key) {
  for (const Own& own : kOwn) {
    if (key == QLatin1String(own.key)) return &own;
  }
  return nullptr;
}

}  // namespace

OwnSettings::OwnSettings(Preferences& preferences, QObject* parent) : QObject(parent), preferences_(preferences) {
  connect(&preferences_, &Preferences::languageChanged, this, &OwnSettings::changed);
  connect(&preferences_, &Preferences::themeChanged, this, &OwnSettings::changed);
  connect(&preferences_, &Preferences::changed, this, &OwnSettings::changed);
}

std::vector<SettingRow> OwnSettings::Rows() const {
  std::vector<SettingRow> rows;
  for (const Own& own : kOwn) {
    const SettingWords& words = *WordsOf(QLatin1String(own.key));
    QStringList choices;
    for (const ChoiceWords& choice : words.choices) choices << QString::fromUtf8(choice.value);
    SettingRow row = NamedRow(QLatin1String(own.key), {}, choices);
    row.kind = choices.isEmpty() ? QStringLiteral("bool") : QStringLiteral("choice");
    SetValue(row, own.get(preferences_));
    row.customized = row.value != QLatin1String(own.fallback);
    row.fallback = TextOfValue(row, QLatin1String(own.fallback));
    rows.push_back(std::move(row));
  }
  return rows;
}

void OwnSettings::Enter(const QString& key, const QString& text) {
  if (const Own* own = Find(key)) own->set(preferences_, text);
}

void OwnSettings::Reset(const QString& key) {
  if (const Own* own = Find(key)) own->set(preferences_, QLatin1String(own->fallback));
}

// They are chosen, not typed.
QString OwnSettings::ProblemOf(const QString& /*key*/, const QString& /*text*/) const { return {}; }
void OwnSettings::Reveal(const QString& /*key*/, bool /*shown*/) {}

}  // namespace ag::gui
