#include "gui/models/route_test.h"

#include <QDateTime>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

v1::Family FamilyOf(const QString& name) {
  return name == "anthropic" ? v1::FAMILY_ANTHROPIC : name == "gemini" ? v1::FAMILY_GEMINI : v1::FAMILY_OPENAI;
}

}  // namespace

RouteTest::RouteTest(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {}

void RouteTest::AskAgain() {
  if (asked_) ask(model_, family_);
}

void RouteTest::ask(const QString& model, const QString& family) {
  model_ = model;
  family_ = family;
  if (busy_ || model.trimmed().isEmpty() || !backend_.connected()) return;
  busy_ = true;
  Q_EMIT changed();
  v1::ExplainModelRequest request;
  request.set_model(model.trimmed().toStdString());
  request.set_client_family(FamilyOf(family));
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.ExplainModel(request); },
      [this](absl::StatusOr<v1::ExplainModelResponse> reply) {
        busy_ = false;
        asked_ = true;
        steps_.clear();
        candidates_.clear();
        servable_ = reply.ok() && reply->servable();
        verdict_ = !reply.ok() ? FailureText(reply.status())
                               : DaemonText(ErrorKindText(NameOf(reply->error_kind())), Text(reply->error_message()));
        if (reply.ok()) {
          for (const auto& step : reply->steps()) {
            steps_ << QVariantMap{{"text", ReasonText(step.reason())}, {"decided", step.decided()}};
          }
          const qint64 now = QDateTime::currentMSecsSinceEpoch();
          for (const auto& candidate : reply->candidates()) {
            QString why = RejectText(candidate.reject_reason());
            if (candidate.has_available_time())
              why += ", " + Countdown(candidate.available_time().seconds() * 1'000, now);
            candidates_ << QVariantMap{{"label", Text(candidate.account_label())},
                                       {"model", Text(candidate.model())},
                                       {"eligible", candidate.eligible()},
                                       {"why", why}};
            if (candidate.eligible() && verdict_.isEmpty()) {
              verdict_ = tr("%1 as %2").arg(Text(candidate.account_label()), Text(candidate.model()));
            }
          }
        }
        Q_EMIT changed();
      });
}

}  // namespace ag::gui
