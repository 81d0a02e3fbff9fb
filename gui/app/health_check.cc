#include "gui/app/health_check.h"

#include <QNetworkProxy>
#include <QNetworkReply>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"

namespace ag::gui {
namespace {
constexpr int kPatienceMs = 3'000;
}

HealthCheck::HealthCheck(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  network_.setProxy(QNetworkProxy::NoProxy);  // the address is this machine's, whatever the desktop's proxy is
  connect(&backend_, &Backend::proxyChanged, this, &HealthCheck::Follow);
}

QString HealthCheck::notice() const {
  if (!backend_.proxyRunning() || !backend_.proxyElsewhere()) return {};
  return tr("It listens on %1 of %2 itself: programs on that machine reach it, programs on this one do not. Let other "
            "machines use it in API Proxy, or use it there.")
      .arg(backend_.proxyAddress(), backend_.machine());
}

void HealthCheck::Follow() {
  // At another machine's loopback address something else of this machine may answer: it is not asked.
  if (!backend_.proxyRunning() || backend_.proxyElsewhere()) {
    url_.clear();
    error_.clear();
    answers_ = false;
    Q_EMIT changed();
    return;
  }
  if (url_ != backend_.baseUrl() + "/healthz") ask(backend_.baseUrl());
}

void HealthCheck::Retranslate() {
  if (!error_.isEmpty()) ask(backend_.baseUrl());
  Q_EMIT changed();
}

void HealthCheck::ask(const QString& base_url) {
  url_ = base_url + "/healthz";
  QNetworkRequest request{QUrl(url_)};
  request.setTransferTimeout(kPatienceMs);
  QNetworkReply* reply = network_.get(request);
  connect(reply, &QNetworkReply::finished, this, [this, reply, url = url_] {
    reply->deleteLater();
    if (url != url_) return;  // the address has changed meanwhile
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answers_ = status == 200 || status == 401;
    error_ = answers_      ? QString()
             : status != 0 ? tr("%1 answered with HTTP %2: another program may have this port.").arg(url_).arg(status)
                           : tr("%1 did not answer: %2").arg(url_, NoReplyText(*reply).Say());
    Q_EMIT changed();
  });
}

}  // namespace ag::gui
