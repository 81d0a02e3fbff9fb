#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QSettings>
#include <QString>

namespace ag::gui {

// What the app itself remembers, apart from the daemon's settings. Stored at once.
class Preferences : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
  Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY themeChanged)
  Q_PROPERTY(QString onQuit READ onQuit WRITE setOnQuit NOTIFY changed)
  Q_PROPERTY(bool closeToTray READ closeToTray WRITE setCloseToTray NOTIFY changed)
  Q_PROPERTY(bool notifications READ notifications WRITE setNotifications NOTIFY changed)
  Q_PROPERTY(bool startAtLogin READ startAtLogin WRITE setStartAtLogin NOTIFY changed)
  Q_PROPERTY(bool startGateway READ startGateway WRITE setStartGateway NOTIFY changed)
  Q_PROPERTY(bool guideDone READ guideDone WRITE setGuideDone NOTIFY changed)

 public:
  // `file`: an INI file; empty = the user's usual place.
  explicit Preferences(const QString& file = {}, QObject* parent = nullptr);

  // "" = the system's, "en", "zh_CN".
  QString language() const;
  void setLanguage(const QString& language);
  // "system", "light", "dark".
  QString theme() const;
  void setTheme(const QString& theme);
  // What happens to a daemon that the app has started: "ask", "stop", "keep".
  QString onQuit() const;
  void setOnQuit(const QString& choice);
  bool closeToTray() const;
  void setCloseToTray(bool on);
  bool notifications() const;
  void setNotifications(bool on);
  // An XDG autostart entry of this user. Where it cannot be written, `failed` says so and nothing has changed.
  bool startAtLogin() const;
  void setStartAtLogin(bool on);
  // The app's start is the daemon's, where none runs.
  bool startGateway() const;
  void setStartGateway(bool on);
  bool guideDone() const;
  void setGuideDone(bool done);

  // Where its file is, and what else the app keeps.
  QString folder() const;

  // What pages keep: window geometry, columns. Keys "<page>/<name>".
  Q_INVOKABLE QVariant value(const QString& key, const QVariant& fallback) const;
  Q_INVOKABLE void setValue(const QString& key, const QVariant& value);

 Q_SIGNALS:
  void languageChanged();
  void themeChanged();
  void changed();
  void failed(const QString& message);

 private:
  void WriteAutostart();
  void Store(const QString& key, const QVariant& value);

  QSettings settings_;
};

}  // namespace ag::gui
