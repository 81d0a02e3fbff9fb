#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QVariantList>
#include <memory>

namespace ag::gateway::v1 {
class RequestRecord;
}

namespace ag::gui {

class Backend;
class ClientKeyModel;

// Everything that the daemon's log holds of one request, in words.
class RequestDetail : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString requestId READ requestId NOTIFY changed)
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(bool loading READ loading NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  Q_PROPERTY(QString statusText READ statusText NOTIFY changed)
  Q_PROPERTY(QString statusKind READ statusKind NOTIFY changed)
  Q_PROPERTY(QString cause READ cause NOTIFY changed)
  Q_PROPERTY(QString causeText READ causeText NOTIFY changed)
  Q_PROPERTY(QString hint READ hint NOTIFY changed)
  Q_PROPERTY(QString accountId READ accountId NOTIFY changed)
  Q_PROPERTY(QString mendAction READ mendAction NOTIFY changed)
  Q_PROPERTY(QString mendText READ mendText NOTIFY changed)
  Q_PROPERTY(QVariantList summary READ summary NOTIFY changed)
  Q_PROPERTY(QVariantList attempts READ attempts NOTIFY changed)
  Q_PROPERTY(QVariantList losses READ losses NOTIFY changed)
  Q_PROPERTY(QVariantList passedOver READ passedOver NOTIFY changed)
  Q_PROPERTY(QVariantList tokens READ tokens NOTIFY changed)
  Q_PROPERTY(QString durationText READ durationText NOTIFY changed)

 public:
  // `keys`: what the clients' keys are called. Both outlive it.
  RequestDetail(Backend& backend, const ClientKeyModel& keys, QObject* parent = nullptr);
  ~RequestDetail() override;

  QString requestId() const { return id_; }
  bool open() const { return !id_.isEmpty(); }
  // While the first answer is awaited; another request's record stays in sight until then.
  bool loading() const { return loading_; }
  // Why the record cannot be shown; empty = it can.
  QString error() const { return error_; }
  QString title() const;
  QString statusText() const;
  // "ok", "warning", "error".
  QString statusKind() const;
  // What failed: "Rate limit"; empty = nothing. Then the sentence about it, and what the person may do.
  QString cause() const;
  QString causeText() const;
  QString hint() const;
  // Of the last attempt; empty = none was asked.
  QString accountId() const;
  // Where the hint is followed: "account" for that account's details, else a page's name; empty = nowhere in this app.
  QString mendAction() const;
  // What the button that leads there says.
  QString mendText() const;
  // {label, value, link: as mendAction, tip: of the link}
  QVariantList summary() const;
  // For a waterfall, oldest first: {account, model, dialect, status, statusText, statusKind, startFraction,
  // widthFraction, headFraction, timing, error, why, failed}; the fractions are of the whole request, headFraction of
  // the attempt until the provider's answer began.
  QVariantList attempts() const;
  // {field, kind, text}
  QVariantList losses() const;
  // {label, value}: of a request for which no account was left, each account and why.
  QVariantList passedOver() const;
  // {label, value}; only what is known.
  QVariantList tokens() const;
  QString durationText() const;

  Q_INVOKABLE void show(const QString& id);
  Q_INVOKABLE void refresh();
  Q_INVOKABLE void close();
  // A command that asks the same of the gateway again; the body is the reader's to give, as none is kept.
  Q_INVOKABLE QString curl() const;
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  // The client's key by its name, or by its id when the key is gone.
  QString KeyText() const;

  Backend& backend_;
  const ClientKeyModel& keys_;
  QString id_;
  QString error_;
  bool loading_ = false;
  std::unique_ptr<gateway::v1::RequestRecord> record_;  // null = none is there
};

}  // namespace ag::gui
