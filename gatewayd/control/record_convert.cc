#include "gatewayd/control/record_convert.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "gatewayd/control/proto_convert.h"

namespace ag::control {
namespace {

google::protobuf::Duration Micros(std::chrono::microseconds duration) { return ToProto(duration); }

void SetReason(const telemetry::ReasonView& reason, v1::Reason& out) {
  out.set_code(std::string(reason.code));
  for (const auto& [name, value] : reason.args) {
    auto& arg = *out.add_args();
    arg.set_name(std::string(name));
    arg.set_value(std::string(value));
  }
}

void SetAttempt(const telemetry::AttemptRecord& attempt, v1::Attempt& out) {
  out.set_account_id(std::string(attempt.account));
  out.set_account_label(std::string(attempt.account_label));
  out.set_model(std::string(attempt.model));
  out.set_dialect(ToProto(attempt.dialect));
  out.set_status(attempt.status);
  if (attempt.error != nullptr) {
    out.set_error_kind(ToProto(attempt.error->kind));
    out.set_error_message(std::string(attempt.error->provider_text));
  }
  *out.mutable_start_offset() = Micros(attempt.started);
  if (attempt.head.count() >= 0) *out.mutable_head_latency() = Micros(attempt.head);
  *out.mutable_duration() = Micros(attempt.duration);
  SetReason(attempt.chosen, *out.mutable_chosen());
  out.set_protocol_violation(std::string(attempt.violation));
}

void SetLoss(const telemetry::LossView& loss, v1::Loss& out) {
  out.set_field(std::string(loss.field));
  out.set_approximated(loss.loss_class == LossClass::kApprox);
  SetReason(loss.reason, *out.mutable_reason());
}

void SetPassedOver(const telemetry::PassedOverView& row, v1::AccountCandidate& out) {
  out.set_account_id(std::string(row.account));
  out.set_account_label(std::string(row.account_label));
  out.set_model(std::string(row.model));
  if (const auto reason = pool::RejectReasonFromName(row.reason)) out.set_reject_reason(ToProto(*reason));
  if (row.until != WallTime()) *out.mutable_available_time() = ToProto(row.until);
}

void SetUsage(const Usage& usage, v1::RequestRecord& out) {
  if (!usage.known()) return;
  v1::TokenUsage& tokens = *out.mutable_usage();
  if (usage.input) tokens.set_input(*usage.input);
  if (usage.cache_read) tokens.set_cache_read(*usage.cache_read);
  if (usage.cache_write) tokens.set_cache_write(*usage.cache_write);
  if (usage.output) tokens.set_output(*usage.output);
  if (usage.reasoning) tokens.set_reasoning(*usage.reasoning);
}

// As the last attempt has them: the log keeps them there alone.
std::string_view ProviderWords(const telemetry::RequestRecord& record) {
  const telemetry::ErrorView* last = record.attempts.empty() ? nullptr : record.attempts.back().error;
  return last != nullptr && last->kind == record.error->kind ? last->provider_text : std::string_view();
}

void SetUpstream(const telemetry::AttemptRecord& last, v1::RequestRecord& out) {
  out.set_upstream_model(std::string(last.model));
  out.set_account_id(std::string(last.account));
  out.set_account_label(std::string(last.account_label));
  out.set_upstream_dialect(ToProto(last.dialect));
}

}  // namespace

v1::RequestRecord ToProto(const telemetry::RequestRecord& record, RecordView view) {
  v1::RequestRecord out;
  out.set_id(std::string(record.id));
  *out.mutable_start_time() = ToProto(record.started);
  out.set_dialect(ToProto(record.dialect));
  out.set_operation(static_cast<v1::Operation>(static_cast<int>(record.operation) + 1));
  out.set_model(std::string(record.model));
  if (!record.attempts.empty()) SetUpstream(record.attempts.back(), out);
  out.set_client_key_id(std::string(record.client_key));
  out.set_stream(record.stream);
  out.set_translated(record.translated);
  out.set_status(record.status);
  if (record.error != nullptr) {
    out.set_error_kind(ToProto(record.error->kind));
    out.set_provider_message(std::string(ProviderWords(record)));
  }
  out.set_error_message(std::string(record.error_text));
  if (record.first_byte.count() >= 0) *out.mutable_first_byte_latency() = Micros(record.first_byte);
  *out.mutable_duration() = Micros(record.duration);
  *out.mutable_gateway_duration() = Micros(std::max(record.duration - record.upstream, std::chrono::microseconds(0)));
  SetUsage(record.usage, out);
  if (record.cost) out.set_cost_nano_usd(*record.cost);
  if (record.stop_reason != StopReason::kUnknown) out.set_stop_reason(std::string(NameOf(record.stop_reason)));
  out.set_user_agent(std::string(record.user_agent));
  out.set_trace_id(std::string(record.trace_id));
  if (!record.routed.code.empty()) SetReason(record.routed, *out.mutable_routed());
  out.set_attempt_count(static_cast<int>(record.attempts.size()));
  if (view == RecordView::kBasic) return out;
  for (const auto& attempt : record.attempts) SetAttempt(attempt, *out.add_attempts());
  for (const auto& loss : record.losses) SetLoss(loss, *out.add_losses());
  for (const auto& row : record.passed_over) SetPassedOver(row, *out.add_passed_over());
  return out;
}

v1::TokenSums ToProto(const store::RollupSums& sums) {
  v1::TokenSums out;
  out.set_request_count(sums.requests);
  out.set_error_count(sums.errors);
  out.set_input(sums.input);
  out.set_cache_read(sums.cache_read);
  out.set_cache_write(sums.cache_write);
  out.set_output(sums.output);
  out.set_reasoning(sums.reasoning);
  out.set_cost_nano_usd(sums.cost);
  out.set_unpriced_count(sums.unpriced);
  const std::int64_t all_input = sums.input + sums.cache_read + sums.cache_write;
  if (all_input > 0) out.set_cache_share(static_cast<double>(sums.cache_read) / static_cast<double>(all_input));
  return out;
}

}  // namespace ag::control
