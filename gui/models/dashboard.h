#pragma once

#include <QtQml/qqmlregistration.h>

#include <QMap>
#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>
#include <functional>

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
  Q_PROPERTY(QVariantList providers READ providers NOTIFY providersChanged)
  Q_PROPERTY(QVariantList limits READ limits NOTIFY limitsChanged)
  Q_PROPERTY(QVariantList attention READ attention NOTIFY attentionChanged)

 public:
  Dashboard(Backend& backend, AccountModel& accounts, QObject* parent = nullptr);

  bool loaded() const { return loaded_; }
  // {label, value, change, changeKind, course: 24 values of today and the hours before, place: where it comes from, the
  // page "stats" or "errors" = the requests of today that failed, tip: of the way there}
  QVariantList figures() const { return figures_; }
  // Of each provider: {provider, name: for people, ready, total, bestId, best: the account that its next new
  // conversation would go to (empty = none can serve), why, share: "60%" of them, empty = all}
  QVariantList providers() const { return providers_; }
  // Of each provider that has any: {provider, limits: the tightest ones}
  QVariantList limits() const { return limits_; }
  // What its owner should do, what stops all clients first: {name: "proxy", "nobody" or the account's id, accountId,
  // title, text, action, actionText}. action: "start_proxy", "proxy", "accounts" = see that page, "sign_in", "new_key",
  // "limits", "account" = see what it tells.
  QVariantList attention() const { return attention_; }

  Q_INVOKABLE void refresh();
  // Texts are in another language now.
  void Retranslate();

 Q_SIGNALS:
  void changed();
  void providersChanged();
  void limitsChanged();
  void attentionChanged();

 private:
  // What another gateway has said.
  void Forget();
  void AskTokens();
  void AskBest();
  // Each list is told of when it differs: what a person is about to click is not made anew under the pointer.
  void UpdateProviders();
  void UpdateAttention();
  QVariantMap ProxyNotice() const;
  QVariantMap NobodyNotice() const;

  Backend& backend_;
  AccountModel& accounts_;
  QTimer beat_;
  QVariantList figures_;
  QVariantList providers_;
  QVariantList limits_;
  QVariantList attention_;
  QMap<QString, QVariantMap> best_;  // by provider
  // Put the last answers into words again.
  std::function<QMap<QString, QVariantMap>()> say_best_;
  std::function<QVariantList()> say_figures_;
  bool loaded_ = false;
};

}  // namespace ag::gui
