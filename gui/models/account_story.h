#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QVariantList>
#include <functional>

#include "gui/models/live_text.h"

namespace ag::gateway::v1 {
class GetAccountStatusResponse;
class ListAccountEventsResponse;
class Account;
}  // namespace ag::gateway::v1

namespace ag::gui {

class Backend;

// One account's whole story: what it is now, why, what ends that, and what happened before.
class AccountStory : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString id READ id NOTIFY changed)
  Q_PROPERTY(QString label READ label NOTIFY changed)
  Q_PROPERTY(QString state READ state NOTIFY changed)
  Q_PROPERTY(QString stateText READ stateText NOTIFY changed)
  Q_PROPERTY(QString sentence READ sentence NOTIFY changed)
  Q_PROPERTY(QString remedy READ remedy NOTIFY changed)
  Q_PROPERTY(bool enabled READ enabled NOTIFY changed)
  Q_PROPERTY(bool pauses READ pauses NOTIFY changed)
  Q_PROPERTY(bool signsIn READ signsIn NOTIFY changed)
  Q_PROPERTY(int priority READ priority NOTIFY changed)
  Q_PROPERTY(int weight READ weight NOTIFY changed)
  Q_PROPERTY(QVariantList facts READ facts NOTIFY changed)
  Q_PROPERTY(QVariantList limits READ limits NOTIFY changed)
  Q_PROPERTY(QVariantList models READ models NOTIFY changed)
  Q_PROPERTY(QVariantList events READ events NOTIFY changed)
  Q_PROPERTY(bool loading READ loading NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)

 public:
  explicit AccountStory(Backend& backend, QObject* parent = nullptr);

  // Empty = none is shown.
  QString id() const { return id_; }
  QString label() const { return label_; }
  QString state() const { return state_; }
  QString stateText() const;
  // "Cooling down since 14:02: HTTP 429 …".
  QString sentence() const { return sentence_; }
  // What ends it, by itself or by the owner.
  QString remedy() const { return remedy_; }
  bool enabled() const { return enabled_; }
  // Something can be ended by hand.
  bool pauses() const { return pauses_; }
  // A browser can sign it in again.
  bool signsIn() const { return signs_in_; }
  int priority() const { return priority_; }
  int weight() const { return weight_; }
  // {label, value}
  QVariantList facts() const { return facts_; }
  // As AccountModel's.
  QVariantList limits() const { return limits_; }
  // {name, text, known}: those that are not ready by themselves come first and have a text. `known`: what their
  // provider's answers have taught, a line each.
  QVariantList models() const { return models_; }
  // {time, from, to, text, kind, error}, newest first. `kind`: the state that it led to, for its colour.
  QVariantList events() const { return events_; }
  bool loading() const { return loading_; }
  // Why it cannot be shown; empty = it can.
  QString error() const { return error_.Say(); }

  // Reads it now and every few seconds, until another one is shown or it is closed.
  Q_INVOKABLE void show(const QString& id);
  Q_INVOKABLE void close();
  Q_INVOKABLE void refresh();
  // Texts are in another language now.
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  struct Answer;
  std::function<void()> retell_;  // puts the last answer into words again; empty = there was none
  void Take(const Answer& answer);
  void TakeAccount(const gateway::v1::Account& account);
  void TakeStatus(const gateway::v1::GetAccountStatusResponse& status, const gateway::v1::Account& account);
  void TakeEvents(const gateway::v1::ListAccountEventsResponse& history);

  Backend& backend_;
  QTimer beat_;  // while one is shown: countdowns run
  QString id_, label_, state_, sentence_, remedy_;
  LiveText error_;
  QVariantList facts_, limits_, models_, events_;
  bool enabled_ = true;
  bool pauses_ = false;
  bool signs_in_ = false;
  bool loading_ = false;
  int priority_ = 0;
  int weight_ = 1;
};

}  // namespace ag::gui
