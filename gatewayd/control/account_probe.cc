#include <absl/strings/str_cat.h>

#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/account_service.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/pool/model_test.h"

// What an account can really do: the plan of a deep test, and one of its steps.
namespace ag::control {
namespace {

using catalog::ModelFact;

v1::TestObstacle ToProto(const pool::Obstacle& obstacle) {
  v1::TestObstacle out;
  out.set_reason(control::ToProto(obstacle.reason));
  if (obstacle.until != WallTime{}) *out.mutable_end_time() = control::ToProto(obstacle.until);
  out.set_hinted(obstacle.hinted);
  return out;
}

v1::PlannedModelTest ToProto(const pool::PlannedTest& planned) {
  v1::PlannedModelTest out;
  out.set_model(planned.model);
  out.set_input_tokens(planned.input_tokens);
  out.set_max_output_tokens(planned.output_tokens);
  if (planned.cost) out.set_max_cost_nano_usd(*planned.cost);
  for (const pool::LearnedFact& fact : planned.facts) *out.add_facts() = control::ToProto(fact);
  if (planned.obstacle) *out.mutable_obstacle() = ToProto(*planned.obstacle);
  return out;
}

v1::PlanAccountTestResponse ToProto(const pool::TestPlan& plan) {
  v1::PlanAccountTestResponse out;
  for (const pool::PlannedTest& planned : plan.tests) {
    *out.add_tests() = ToProto(planned);
    if (planned.obstacle) continue;
    out.set_request_count(out.request_count() + 1);
    out.set_input_tokens(out.input_tokens() + planned.input_tokens);
    out.set_max_output_tokens(out.max_output_tokens() + planned.output_tokens);
    out.set_max_cost_nano_usd(out.max_cost_nano_usd() + planned.cost.value_or(0));
    if (!planned.cost) out.set_unpriced_count(out.unpriced_count() + 1);
  }
  for (const std::string& model : plan.left_out) out.add_left_out_models(model);
  return out;
}

const char* WhyNotAsked(pool::RejectReason reason) {
  switch (reason) {
    case pool::RejectReason::kDisabled:
      return "the account is switched off";
    case pool::RejectReason::kNeedsSignIn:
      return "the account needs a new credential";
    case pool::RejectReason::kForbidden:
      return "the provider lets the account do nothing";
    case pool::RejectReason::kNoDialect:
      return "the account has no endpoint for such a model";
    case pool::RejectReason::kCooling:
      return "it pauses after a failure";
    case pool::RejectReason::kHalfOpenTaken:
      return "another request is trying it right now";
    case pool::RejectReason::kBudgetSpent:
      return "your own budget for the account is spent";
    case pool::RejectReason::kLimitReached:
      return "the provider has said that its limit is reached";
    default:
      return "it cannot be asked";
  }
}

struct Finding {
  v1::ModelTestOutcome outcome;
  const char* text;
};

Finding OfError(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kModelNotFound:
      return {v1::MODEL_TEST_OUTCOME_NOT_THERE, "the provider does not know it"};
    case ErrorKind::kRateMinute:
      return {v1::MODEL_TEST_OUTCOME_PAUSED, "rate limited"};
    case ErrorKind::kQuotaDay:
      return {v1::MODEL_TEST_OUTCOME_PAUSED, "its quota is used up"};
    case ErrorKind::kBilling:
      return {v1::MODEL_TEST_OUTCOME_PAUSED, "no credit left"};
    case ErrorKind::kOverloaded:
      return {v1::MODEL_TEST_OUTCOME_PAUSED, "the provider lacks capacity"};
    case ErrorKind::kUpstreamServer:
      return {v1::MODEL_TEST_OUTCOME_PAUSED, "the provider failed"};
    case ErrorKind::kAccountAuth:
      return {v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED, "the credential is refused"};
    case ErrorKind::kAccountForbidden:
      return {v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED, "the account is refused"};
    case ErrorKind::kClientLeft:
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
      return {v1::MODEL_TEST_OUTCOME_NO_ANSWER, "no answer in time"};
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
    case ErrorKind::kStreamCut:
    case ErrorKind::kProtocol:
      return {v1::MODEL_TEST_OUTCOME_NO_ANSWER, "no answer"};
    default:
      return {v1::MODEL_TEST_OUTCOME_REFUSED, "the question was refused"};
  }
}

// What is forbidden of one model says nothing of the others.
Finding FindingOf(const pool::ModelTest& test) {
  const ErrorDetail detail = DetailOf(test.error);
  if (test.fact && test.fact->fact.kind == ModelFact::Kind::kNoQuota) {
    return {v1::MODEL_TEST_OUTCOME_NO_QUOTA, "no quota for it on this account"};
  }
  if (test.fact && test.fact->fact.kind == ModelFact::Kind::kNotGranted) {
    return {v1::MODEL_TEST_OUTCOME_NOT_THERE, "not there for this account"};
  }
  const bool of_the_model = detail.kind == ErrorKind::kAccountForbidden && !pool::SignalOf(detail);
  if (of_the_model) return {v1::MODEL_TEST_OUTCOME_NOT_THERE, "not allowed for this account"};
  return OfError(detail.kind);
}

v1::TestAccountModelResponse ToProto(const pool::ModelTest& test) {
  v1::TestAccountModelResponse out;
  if (test.obstacle) {
    out.set_outcome(v1::MODEL_TEST_OUTCOME_NOT_ASKED);
    out.set_message(absl::StrCat("not asked: ", WhyNotAsked(test.obstacle->reason)));
    *out.mutable_obstacle() = ToProto(*test.obstacle);
    return out;
  }
  out.set_request_id(test.request_id);
  if (test.usage.known()) {
    out.set_input_tokens(test.usage.InputTotal());
    out.set_output_tokens(test.usage.OutputTotal());
  }
  if (test.cost) out.set_cost_nano_usd(*test.cost);
  *out.mutable_latency() = control::ToProto(test.took);
  if (test.fact) {
    *out.mutable_fact() = control::ToProto(*test.fact);
    out.mutable_fact()->clear_expire_time();  // the account's facts set it
  }
  if (test.pause) *out.mutable_obstacle() = ToProto(*test.pause);
  if (test.error.ok()) {
    out.set_outcome(v1::MODEL_TEST_OUTCOME_WORKS);
    out.set_message("works");
    return out;
  }
  const Finding finding = FindingOf(test);
  const ErrorDetail detail = DetailOf(test.error);
  const std::string words = test.fact                       ? test.fact->words
                            : !detail.provider_text.empty() ? detail.provider_text
                                                            : std::string(test.error.message());
  out.set_outcome(finding.outcome);
  out.set_error_kind(control::ToProto(detail.kind));
  out.set_message(words.empty() ? std::string(finding.text) : absl::StrCat(finding.text, ": ", words));
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* AccountService::PlanAccountTest(grpc::CallbackServerContext* context,
                                                          const v1::PlanAccountTestRequest* request,
                                                          v1::PlanAccountTestResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::PlanAccountTestResponse> {
                           const auto snapshot = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(const pool::PooledAccount* found, Find(*snapshot, wanted.id()));
                           const std::vector<std::string> models(wanted.models().begin(), wanted.models().end());
                           const WallTime now = on_.control.clock().Now();
                           return ToProto(pool::PlanTests(*found, models, on_.catalog, now));
                         });
}

grpc::ServerUnaryReactor* AccountService::TestAccountModel(grpc::CallbackServerContext* context,
                                                           const v1::TestAccountModelRequest* request,
                                                           v1::TestAccountModelResponse* response) {
  using CallPtr = UnaryCallPtr<v1::TestAccountModelRequest, v1::TestAccountModelResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    const auto snapshot = on_.pool.snapshot();
    const auto found = Find(*snapshot, call->request().id());
    if (!found.ok()) return call->Finish(found.status());
    const std::string& model = call->request().model();
    if (model.empty()) {
      return call->Finish(FieldError(ErrorKind::kInvalidRequest, "model", "the model to ask for is missing"));
    }
    on_.probe.TestModel((*found)->account.id, model, [call](const pool::ModelTest& test) {
      const bool asked = !test.request_id.empty() || test.obstacle;
      if (!asked) return call->Finish(test.error);
      call->Finish(ToProto(test));
    });
  });
}

}  // namespace ag::control
