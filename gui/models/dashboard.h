#pragma once

#include <QtQml/qqmlregistration.h>

#include <QMap>
#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>

namespace ag::gui {

class AccountModel;
class Backend;

// Health at a glance: today against yesterday, the accounts by state, and what needs its owner.
class Dashboard : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
  Q_PROPERTY(QVariantList figures READ figures NOTIFY changed)
  Q_PROPERTY(QVariantList providers READ providers NOTIFY changed)
  Q_PROPERTY(QVariantList attention READ attention NOTIFY changed)

 public:
  Dashboard(Backend& backend, AccountModel& accounts, QObject* parent = nullptr);

  bool loaded() const { return loaded_; }
  // {label, value, change, changeKind, course: 24 values of today and the hours before}
  QVariantList figures() const { return figures_; }
  // Of each provider: {provider, ready, total, limits: the tightest ones, bestId, best: the account that its next new
  // conversation would go to (empty = none can serve), why, share: "60%" of them, empty = all}
  QVariantList providers() const;
  // {accountId, title, text, action}: what the owner should do. action: "sign_in", "clear", "open".
  QVariantList attention() const;

  Q_INVOKABLE void refresh();

 Q_SIGNALS:
  void changed();

 private:
  void AskTokens();
  void AskBest();

  Backend& backend_;
  AccountModel& accounts_;
  QTimer beat_;
  QVariantList figures_;
  QMap<QString, QVariantMap> best_;  // by provider
  bool loaded_ = false;
};

}  // namespace ag::gui
