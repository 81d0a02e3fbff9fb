#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <vector>

namespace ag::gui {

class Backend;

// The daemon's settings that match the search, by group, each with the source of its value.
class SettingModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(QString authMode READ authMode NOTIFY changed)
  Q_PROPERTY(bool lan READ lan NOTIFY changed)
  Q_PROPERTY(int port READ port NOTIFY changed)
  Q_PROPERTY(QString authModeError READ authModeError NOTIFY changed)
  Q_PROPERTY(QString lanError READ lanError NOTIFY changed)
  Q_PROPERTY(QString portError READ portError NOTIFY changed)

 public:
  enum Role {
    KeyRole = Qt::UserRole,
    NameRole,         // "port" of "proxy.port"
    GroupRole,        // "proxy"
    ValueRole,        // as it is typed: 8045, true, off, "a, b"
    KindRole,         // "bool", "text", "secret"
    DescriptionRole,  // the daemon's sentence
    SourceRole,       // for people: "default", "file", "environment", "command line"
    OverriddenRole,   // true when the environment or a flag decides, so that a change here does nothing
    ChangedRole,      // true when it differs from the default
    ErrorRole,        // why the last change failed, or is stored but not in force; empty = neither
  };

  explicit SettingModel(Backend& backend, QObject* parent = nullptr);

  QString search() const { return search_; }
  void setSearch(const QString& search);
  bool loaded() const { return loaded_; }
  int count() const { return static_cast<int>(shown_.size()); }
  QString authMode() const { return Plain("proxy.auth_mode"); }
  bool lan() const { return Plain("proxy.allow_lan_access") == "true"; }
  int port() const { return Plain("proxy.port").toInt(); }
  // As ErrorRole.
  QString authModeError() const { return ErrorOf("proxy.auth_mode"); }
  QString lanError() const { return ErrorOf("proxy.allow_lan_access"); }
  QString portError() const { return ErrorOf("proxy.port"); }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  Q_INVOKABLE void refresh();
  Q_INVOKABLE void set(const QString& key, const QString& value);
  // LAN access and the authentication that it demands, in the right order.
  Q_INVOKABLE void setLan(bool on);
  Q_INVOKABLE void reset(const QString& key);
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  struct Row {
    QString key, value, default_value, description, source, error;
    bool overridden = false;
    bool sensitive = false;
  };
  QString Plain(const char* key) const;
  QString ErrorOf(const char* key) const;
  void Filter();
  // Of the last change, which leaves those of earlier ones behind; empty = it is in force.
  void SetError(const QString& key, const QString& error);

  Backend& backend_;
  QString search_;
  std::vector<Row> rows_;
  std::vector<std::size_t> shown_;  // of rows_
  bool loaded_ = false;
};

}  // namespace ag::gui
