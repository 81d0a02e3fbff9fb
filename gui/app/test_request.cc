#include "gui/app/test_request.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <algorithm>
#include <array>

#include "gui/app/backend.h"
#include "gui/models/account_model.h"
#include "gui/models/failure_text.h"
#include "gui/models/sample_model.h"
#include "gui/models/snippets.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

constexpr int kPatienceMs = 60'000;
constexpr std::size_t kMostSeen = 256;

QString RecordText(const RequestRow& row) {
  QStringList parts{row.upstream_model.isEmpty() ? row.model : row.upstream_model};
  if (!row.account.isEmpty()) parts << row.account;
  parts << Duration(row.duration_us);
  if (row.tokens_in >= 0 && row.tokens_out >= 0) {
    parts << TestRequest::tr("%1 tokens").arg(ShortCount(row.tokens_in + row.tokens_out));
  }
  return parts.join(QStringLiteral(" · "));
}

}  // namespace

TestRequest::TestRequest(Backend& backend, const AccountModel& accounts, const Snippets& snippets, QObject* parent)
    : QObject(parent), backend_(backend), accounts_(accounts), snippets_(snippets) {
  network_.setProxy(QNetworkProxy::NoProxy);  // the address is this machine's, whatever the desktop's proxy is
  connect(&backend_, &Backend::requestsArrived, this, [this](const std::shared_ptr<const RequestBatch>& rows) {
    if (model_.isEmpty() || !record_.IsEmpty()) return;
    for (const RequestRow& row : *rows) {
      if (row.model == model_ && seen_.size() < kMostSeen) seen_.push_back(row);
    }
    Match();
  });
  connect(&backend_, &Backend::forgotten, this, &TestRequest::Forget);
}

void TestRequest::Forget() {
  ++attempt_;
  busy_ = false;
  for (QString* text : {&model_, &answer_, &id_}) text->clear();
  error_.clear();
  record_.clear();
  seen_.clear();
  Q_EMIT changed();
}

void TestRequest::send() {
  if (busy_) return;
  busy_ = true;
  model_ = SampleModel(accounts_);
  answer_.clear();
  error_.clear();
  id_.clear();
  record_.clear();
  seen_.clear();
  Q_EMIT changed();
  const QJsonObject message{{"role", "user"}, {"content", "Say hello in five words."}};
  QNetworkRequest request{QUrl(backend_.baseUrl() + "/v1/chat/completions")};
  request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
  request.setRawHeader("Authorization", "Bearer " + snippets_.key().toUtf8());
  request.setTransferTimeout(kPatienceMs);
  QNetworkReply* reply =
      network_.post(request, QJsonDocument(QJsonObject{{"model", model_}, {"messages", QJsonArray{message}}}).toJson());
  connect(reply, &QNetworkReply::finished, this, [this, reply, attempt = ++attempt_] {
    reply->deleteLater();
    if (attempt == attempt_) Take(*reply);
  });
}

void TestRequest::Take(QNetworkReply& reply) {
  busy_ = false;
  const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  const QJsonObject body = QJsonDocument::fromJson(reply.readAll()).object();
  answer_ = body["choices"].toArray().first().toObject()["message"].toObject()["content"].toString().trimmed();
  if (status == 0) {
    error_ = [url = backend_.baseUrl(), why = NoReplyText(reply)] {
      return tr("%1 did not answer: %2").arg(url, why.Say());
    };
  } else if (status != 200) {
    const QString said = body["error"].toObject()["message"].toString();
    error_ = [said, status] {
      return said.isEmpty() ? tr("It was answered with HTTP %1.").arg(status)
                            : DaemonText(tr("It was answered with HTTP %1").arg(status), said);
    };
  } else if (answer_.isEmpty()) {
    error_ = [model = model_] { return tr("%1 answered without a word.").arg(model); };
  }
  id_ = QString::fromLatin1(reply.rawHeader("x-ag-request-id"));
  if (id_.isEmpty()) id_ = QString::fromLatin1(reply.rawHeader("x-request-id"));
  Q_EMIT changed();
  Match();
}

void TestRequest::Match() {
  if (id_.isEmpty()) return;
  const auto found = std::ranges::find(seen_, id_, &RequestRow::id);
  if (found == seen_.end()) return;
  record_ = [row = *found] { return RecordText(row); };
  seen_.clear();
  Q_EMIT changed();
}

}  // namespace ag::gui
