#include "gui/models/route_test.h"

#include <QDateTime>
#include <limits>
#include <map>
#include <vector>

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

// Those that could serve in the order in which they are asked, then the others.
std::vector<v1::AccountCandidate> InOrder(const v1::ExplainModelResponse& reply) {
  std::multimap<int, const v1::AccountCandidate*> by_rank;  // equal ones keep the accounts' order
  for (const auto& candidate : reply.candidates()) {
    by_rank.emplace(candidate.rank() > 0 ? candidate.rank() : std::numeric_limits<int>::max(), &candidate);
  }
  std::vector<v1::AccountCandidate> candidates;
  for (const auto& [rank, candidate] : by_rank) candidates.push_back(*candidate);
  return candidates;
}

QString Why(const v1::AccountCandidate& candidate, qint64 now) {
  if (candidate.rank() > 0) {
    return RouteTest::tr("no. %1, as %2: %3")
        .arg(candidate.rank())
        .arg(Text(candidate.model()), ReasonText(candidate.rank_reason()));
  }
  if (candidate.eligible()) return RouteTest::tr("could serve it as %1").arg(Text(candidate.model()));
  const QString why = RejectText(candidate.reject_reason());
  if (!candidate.has_available_time()) return why;
  return why + ", " + Countdown(candidate.available_time().seconds() * 1'000, now);
}

}  // namespace

RouteTest::RouteTest(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  connect(&backend_, &Backend::forgotten, this, &RouteTest::Forget);
}

void RouteTest::Forget() {
  busy_ = false;
  asked_ = false;
  servable_ = false;
  verdict_.clear();
  steps_.clear();
  candidates_.clear();
  Q_EMIT changed();
}

void RouteTest::Retranslate() {
  if (asked_) retell_();
}

void RouteTest::ask(const QString& model, const QString& family) {
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
        retell_ = [this, reply = std::move(reply)] { Take(reply); };
        retell_();
      });
}

void RouteTest::Take(const absl::StatusOr<v1::ExplainModelResponse>& reply) {
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
    for (const auto& candidate : InOrder(*reply)) {
      candidates_ << QVariantMap{
          {"label", Text(candidate.account_label())}, {"eligible", candidate.eligible()}, {"why", Why(candidate, now)}};
      if (candidate.eligible() && verdict_.isEmpty()) {
        verdict_ = tr("%1 as %2").arg(Text(candidate.account_label()), Text(candidate.model()));
      }
    }
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
