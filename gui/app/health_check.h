#pragma once

#include <QtQml/qqmlregistration.h>

#include <QNetworkAccessManager>
#include <QObject>

namespace ag::gui {

class Backend;

// Whether the proxy's address really answers: a GET of /healthz, as a client would send it, whenever the proxy begins
// to listen or its address changes. "It listens" is the daemon's word; this is the proof.
class HealthCheck : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool answers READ answers NOTIFY changed)
  Q_PROPERTY(QString url READ url NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString notice READ notice NOTIFY changed)

 public:
  explicit HealthCheck(Backend& backend, QObject* parent = nullptr);

  // True when something at the address speaks HTTP as the gateway does: 200, or 401 where health needs the key too.
  bool answers() const { return answers_; }
  // What was asked.
  QString url() const { return url_; }
  // Why it did not answer; empty = it did, or was not asked yet.
  QString error() const { return error_; }
  // Why it is not asked though the proxy listens, and what to do: this machine cannot reach it. Empty = it can.
  QString notice() const;

  // Asks `base_url`/healthz now.
  Q_INVOKABLE void ask(const QString& base_url);
  // The language has changed: what has failed is asked again.
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  void Follow();

  Backend& backend_;
  QNetworkAccessManager network_;
  QString url_;
  QString error_;
  bool answers_ = false;
};

}  // namespace ag::gui
