#pragma once

#include <QtQml/qqmlregistration.h>

#include <QNetworkAccessManager>
#include <QObject>
#include <QVariantMap>

#include "gui/models/live_text.h"
#include "gui/models/request_row.h"

class QNetworkReply;

namespace ag::gui {

class AccountModel;
class Backend;
class Snippets;

// A first request, sent as a client would send it: to the proxy's address, with the gateway's key, for a model of an
// account that is ready. What comes back is shown together with the monitor's record of it.
class TestRequest : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString model READ model NOTIFY changed)
  Q_PROPERTY(QString answer READ answer NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString requestId READ requestId NOTIFY changed)
  Q_PROPERTY(QString record READ record NOTIFY changed)

 public:
  TestRequest(Backend& backend, const AccountModel& accounts, const Snippets& snippets, QObject* parent = nullptr);

  bool busy() const { return busy_; }
  // The one that was asked for.
  QString model() const { return model_; }
  // What the model said; empty = nothing yet.
  QString answer() const { return answer_; }
  // Why it failed; empty = it did not.
  QString error() const { return error_.Say(); }
  // Of the monitor's record; empty until it is there.
  QString requestId() const { return record_.IsEmpty() ? QString() : id_; }
  // The record in a line: which model at whom, how long, how many tokens.
  QString record() const { return record_.Say(); }

  // Costs a few tokens.
  Q_INVOKABLE void send();

 Q_SIGNALS:
  void changed();

 private:
  void Take(QNetworkReply& reply);
  // It was another gateway's.
  void Forget();
  // Finds the record among those that have come since it was sent.
  void Match();

  Backend& backend_;
  const AccountModel& accounts_;
  const Snippets& snippets_;
  QNetworkAccessManager network_;
  QString model_, answer_, id_;
  LiveText error_, record_;
  RequestBatch seen_;
  bool busy_ = false;
  int attempt_ = 0;  // an answer to an earlier one is not this one's
};

}  // namespace ag::gui
