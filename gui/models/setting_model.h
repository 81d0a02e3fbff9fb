#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/statusor.h>

#include <QObject>
#include <QStringList>
#include <QVariantList>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "gui/models/own_settings.h"
#include "gui/models/setting_group.h"

namespace ag::gateway::v1 {
class Setting;
}

namespace ag::gui {

class Backend;
class Preferences;

// All settings, the daemon's and the app's own, by card; those that match the search are shown.
class SettingModel : public QObject, public SettingKeeper {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(int advancedCount READ advancedCount NOTIFY changed)
  // Of SettingGroup. The first one is the app's own.
  Q_PROPERTY(QVariantList groups READ groups CONSTANT)
  Q_PROPERTY(QVariantList advancedGroups READ advancedGroups CONSTANT)
  Q_PROPERTY(QString authMode READ authMode NOTIFY changed)
  Q_PROPERTY(bool lan READ lan NOTIFY changed)
  Q_PROPERTY(int port READ port NOTIFY changed)
  Q_PROPERTY(QString authModeError READ authModeError NOTIFY changed)
  Q_PROPERTY(QString lanError READ lanError NOTIFY changed)
  Q_PROPERTY(QString portError READ portError NOTIFY changed)

 public:
  SettingModel(Backend& backend, Preferences& preferences, QObject* parent = nullptr);
  ~SettingModel() override;

  QString search() const { return search_; }
  void setSearch(const QString& search);
  // Whether the daemon's are known.
  bool loaded() const { return loaded_; }
  // How many match the search.
  int count() const;
  int advancedCount() const;
  // Of SettingGroup.
  QVariantList groups() const;
  QVariantList advancedGroups() const;
  const SettingGroup& group(SettingCard card) const { return *groups_[static_cast<std::size_t>(card)]; }
  QString authMode() const { return Plain("proxy.auth_mode"); }
  bool lan() const { return Plain("proxy.allow_lan_access") == "true"; }
  int port() const { return Plain("proxy.port").toInt(); }
  // As SettingRow::error.
  QString authModeError() const { return ErrorOf("proxy.auth_mode"); }
  QString lanError() const { return ErrorOf("proxy.allow_lan_access"); }
  QString portError() const { return ErrorOf("proxy.port"); }

  Q_INVOKABLE void refresh();
  // `value` as the daemon reads it: "9000", "true".
  Q_INVOKABLE void set(const QString& key, const QString& value);
  // LAN access and the authentication that it demands, in the right order.
  Q_INVOKABLE void setLan(bool on);
  // What was asked about comes in force, or does not.
  Q_INVOKABLE void confirm();
  Q_INVOKABLE void decline();
  // Whether the search would find something that has these texts.
  Q_INVOKABLE bool matches(const QString& texts) const;
  void Retranslate() { Show(); }

  // Of the daemon's. A change that the person should think about twice is `asked` about first.
  void Enter(const QString& key, const QString& text) override;
  void Reset(const QString& key) override;
  QString ProblemOf(const QString& key, const QString& text) const override;
  void Reveal(const QString& key, bool shown) override;

 Q_SIGNALS:
  void changed();
  // Whether that is meant: "proxy.api_key" would be replaced, "proxy.allow_lan_access" opened. See confirm and decline.
  void asked(const QString& key);

 private:
  // One question at a time: what comes meanwhile is given up.
  void Ask(const QString& key, std::function<void()> change);
  void Unset(const QString& key);
  struct Stored;  // as the daemon says it
  const Stored* Find(const QString& key) const;
  QString Plain(const char* key) const;
  QString ErrorOf(const char* key) const;
  SettingRow RowOf(const Stored& stored) const;
  // Says where its value comes from.
  void SetSource(SettingRow& row, const gateway::v1::Setting& setting) const;
  void Show();
  // The daemon's, which is another one now.
  void Forget();
  // What came of a change; its error is empty when it is in force.
  template <typename Response>
  void Take(const QString& key, const absl::StatusOr<Response>& reply);
  // Of the last change, which leaves those of earlier ones behind; empty = it is in force.
  void SetError(const QString& key, const QString& error);

  Backend& backend_;
  OwnSettings own_;
  QString search_;
  std::vector<Stored> stored_;
  std::map<QString, QString> revealed_;  // secrets in full, by key
  std::array<std::unique_ptr<SettingGroup>, kSettingCards> groups_;
  QString asked_key_;                // for the person's word; empty = nothing is
  std::function<void()> asked_for_;  // what it is about
  bool loaded_ = false;
};

}  // namespace ag::gui
