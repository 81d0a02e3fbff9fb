#include "gui/app/preferences.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace ag::gui {
namespace {

QString UsualFile() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + "/ag-gateway/desktop.ini";
}

QString AutostartFile() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + "/autostart/ag-gateway.desktop";
}

}  // namespace

Preferences::Preferences(const QString& file, QObject* parent)
    : QObject(parent), settings_(file.isEmpty() ? UsualFile() : file, QSettings::IniFormat) {}

QString Preferences::language() const { return settings_.value("app/language").toString(); }
void Preferences::setLanguage(const QString& language) {
  if (language == this->language()) return;
  Store("app/language", language);
  Q_EMIT languageChanged();
}

QString Preferences::theme() const { return settings_.value("app/theme", "system").toString(); }
void Preferences::setTheme(const QString& theme) {
  if (theme == this->theme()) return;
  Store("app/theme", theme);
  Q_EMIT themeChanged();
}

QString Preferences::onQuit() const { return settings_.value("app/on_quit", "ask").toString(); }
void Preferences::setOnQuit(const QString& choice) { Store("app/on_quit", choice); }
bool Preferences::closeToTray() const { return settings_.value("app/close_to_tray", false).toBool(); }
void Preferences::setCloseToTray(bool on) { Store("app/close_to_tray", on); }
bool Preferences::notifications() const { return settings_.value("app/notifications", true).toBool(); }
void Preferences::setNotifications(bool on) { Store("app/notifications", on); }
bool Preferences::startGateway() const { return settings_.value("app/start_gateway", true).toBool(); }
void Preferences::setStartGateway(bool on) { Store("app/start_gateway", on); }
bool Preferences::guideDone() const { return settings_.value("app/guide_done", false).toBool(); }
void Preferences::setGuideDone(bool done) { Store("app/guide_done", done); }

bool Preferences::startAtLogin() const { return QFile::exists(AutostartFile()); }

void Preferences::setStartAtLogin(bool on) {
  if (on) {
    WriteAutostart();
  } else if (QFile file(AutostartFile()); file.exists() && !file.remove()) {
    Q_EMIT failed(tr("%1 cannot be removed: %2").arg(file.fileName(), file.errorString()));
  }
  Q_EMIT changed();
}

void Preferences::WriteAutostart() {
  QSaveFile file(AutostartFile());
  QDir().mkpath(QFileInfo(file.fileName()).path());
  // https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html: the path is quoted.
  QString program = QCoreApplication::applicationFilePath();
  program.replace('\\', "\\\\\\\\")
      .replace('"', "\\\\\"")
      .replace('`', "\\\\`")
      .replace('$', "\\\\$")
      .replace('%', "%%");
  const QByteArray entry =
      QStringLiteral("[Desktop Entry]\nType=Application\nName=AG Gateway\nExec=\"%1\" --hidden\nIcon=ag-gateway\n")
          .arg(program)
          .toUtf8();
  if (!file.open(QIODevice::WriteOnly) || file.write(entry) < 0 || !file.commit()) {
    Q_EMIT failed(tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
  }
}

QString Preferences::folder() const { return QFileInfo(settings_.fileName()).path(); }

QVariant Preferences::value(const QString& key, const QVariant& fallback) const {
  return settings_.value(key, fallback);
}
void Preferences::setValue(const QString& key, const QVariant& value) { settings_.setValue(key, value); }

void Preferences::Store(const QString& key, const QVariant& value) {
  settings_.setValue(key, value);
  Q_EMIT changed();
}

}  // namespace ag::gui
