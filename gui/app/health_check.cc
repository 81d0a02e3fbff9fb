#include "gui/app/health_check.h"

#include <QNetworkProxy>
#include <QNetworkReply>

#include "gui/app/backend.h"

namespace ag::gui {
namespace {
constexpr int kPatienceMs = 3'000;
}

HealthCheck::HealthCheck(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  network_.setProxy(QNetworkProxy::NoProxy);  // the address is this machine's, whatever the desktop's proxy is
  connect(&backend_, &Backend::proxyChanged, this, &HealthCheck::Follow);
}

void HealthCheck::Follow() {
  if (!backend_.proxyRunning()) {
    if (url_.isEmpty()) return;
    url_.clear();
    error_.clear();
    answers_ = false;
    Q_EMIT changed();
    return;
  }
  if (url_ != backend_.baseUrl() + "/healthz") ask(backend_.baseUrl());
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
                           : tr("%1 did not answer: %2").arg(url_, reply->errorString());
    Q_EMIT changed();
  });
}

}  // namespace ag::gui
