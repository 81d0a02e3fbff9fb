#include "gatewayd/telemetry/request_record.h"

#include <algorithm>

namespace ag::telemetry {

// A request has few attempts: each one copies those before it.
AttemptRecord& AddAttempt(RequestRecord& record, Arena& arena) {
  const auto attempts = arena.NewSpan<AttemptRecord>(record.attempts.size() + 1);
  std::copy(record.attempts.begin(), record.attempts.end(), attempts.begin());
  record.attempts = attempts;
  return attempts.back();
}

const ErrorView* Describe(const ErrorDetail& error, Arena& arena) {
  auto* view = arena.New<ErrorView>();
  view->kind = error.kind;
  view->scope = error.scope;
  view->http_status = error.http_status;
  view->retry_after = error.retry_after;
  view->provider_code = arena.Copy(error.provider_code);
  view->provider_text = arena.Copy(error.provider_text);
  view->param = arena.Copy(error.param);
  return view;
}

ReasonView Describe(const Reason& reason, Arena& arena) {
  const auto args = arena.NewSpan<ReasonArg>(reason.args.size());
  std::transform(reason.args.begin(), reason.args.end(), args.begin(),
                 [&arena](const auto& arg) { return ReasonArg{arena.Copy(arg.first), arena.Copy(arg.second)}; });
  return {arena.Copy(reason.code), args};
}

std::span<const LossView> Describe(const std::vector<Loss>& losses, Arena& arena) {
  const auto views = arena.NewSpan<LossView>(losses.size());
  std::transform(losses.begin(), losses.end(), views.begin(), [&arena](const Loss& loss) {
    return LossView{loss.loss_class, arena.Copy(loss.field), Describe(loss.reason, arena)};
  });
  return views;
}

}  // namespace ag::telemetry
