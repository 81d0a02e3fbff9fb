#include "gatewayd/control/record_convert.h"

#include <chrono>
#include <optional>
#include <string>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/control/proto_convert.h"

namespace ag::control {
namespace {

std::string Text(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

std::optional<std::int64_t> Int(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::nullopt : value->AsInt();
}

v1::Dialect DialectNamed(std::string_view name) {
  const auto dialect = DialectFromName(name);
  return dialect ? ToProto(*dialect) : v1::DIALECT_UNSPECIFIED;
}

v1::Operation OperationNamed(std::string_view name) {
  const auto operation = OperationFromName(name);
  return operation ? static_cast<v1::Operation>(static_cast<int>(*operation) + 1) : v1::OPERATION_UNSPECIFIED;
}

v1::ErrorKind KindNamed(std::string_view name) {
  if (name.empty()) return v1::ERROR_KIND_UNSPECIFIED;
  const auto kind = ErrorKindFromName(name);
  return kind ? ToProto(*kind) : v1::ERROR_KIND_INTERNAL;
}

google::protobuf::Duration Micros(std::int64_t count) { return ToProto(std::chrono::microseconds(count)); }

// The objects that telemetry's request_row.cc writes.
void ReadReason(const json::Value& object, std::string_view key, v1::Reason& out) {
  const json::Value* reason = object.Find(key);
  if (reason == nullptr || !reason->is_object()) return;
  out.set_code(Text(*reason, "code"));
  const json::Value* args = reason->Find("args");
  if (args == nullptr) return;
  for (const auto& member : args->members()) {
    auto& arg = *out.add_args();
    arg.set_name(std::string(member.key));
    arg.set_value(std::string(member.value.str()));
  }
}

void ReadAttempt(const json::Value& object, v1::Attempt& out) {
  out.set_account_id(Text(object, "account"));
  out.set_account_label(Text(object, "account_label"));
  out.set_model(Text(object, "model"));
  out.set_dialect(DialectNamed(Text(object, "dialect")));
  out.set_status(static_cast<int>(Int(object, "status").value_or(0)));
  if (const json::Value* error = object.Find("error"); error != nullptr) {
    out.set_error_kind(KindNamed(Text(*error, "kind")));
    out.set_error_message(Text(*error, "text"));
  }
  *out.mutable_start_offset() = Micros(Int(object, "started_us").value_or(0));
  if (const auto head = Int(object, "head_us")) *out.mutable_head_latency() = Micros(*head);
  *out.mutable_duration() = Micros(Int(object, "duration_us").value_or(0));
  ReadReason(object, "chosen", *out.mutable_chosen());
}

void ReadAttempts(const std::string& text, RecordView view, v1::RequestRecord& out) {
  Arena arena;
  const auto attempts = json::Parse(text, arena);
  if (!attempts.ok()) return;
  out.set_attempt_count(static_cast<int>((*attempts)->items().size()));
  if (view == RecordView::kBasic) return;
  for (const auto& attempt : (*attempts)->items()) ReadAttempt(attempt, *out.add_attempts());
}

void ReadLosses(const std::string& text, v1::RequestRecord& out) {
  Arena arena;
  const auto losses = json::Parse(text, arena);
  if (!losses.ok()) return;
  for (const auto& object : (*losses)->items()) {
    v1::Loss& loss = *out.add_losses();
    loss.set_field(Text(object, "field"));
    loss.set_approximated(Text(object, "class") == "approx");
    ReadReason(object, "reason", *loss.mutable_reason());
  }
}

void SetUsage(const store::RequestRow& row, v1::RequestRecord& out) {
  if (!row.input && !row.cache_read && !row.cache_write && !row.output && !row.reasoning) return;
  v1::TokenUsage& usage = *out.mutable_usage();
  if (row.input) usage.set_input(*row.input);
  if (row.cache_read) usage.set_cache_read(*row.cache_read);
  if (row.cache_write) usage.set_cache_write(*row.cache_write);
  if (row.output) usage.set_output(*row.output);
  if (row.reasoning) usage.set_reasoning(*row.reasoning);
}

}  // namespace

v1::RequestRecord ToProto(const store::RequestRow& row, RecordView view) {
  v1::RequestRecord out;
  out.set_id(row.id);
  *out.mutable_start_time() = ToProto(WallTime(std::chrono::milliseconds(row.started_ms)));
  out.set_dialect(DialectNamed(row.client_dialect));
  out.set_operation(OperationNamed(row.operation));
  out.set_model(row.model);
  out.set_upstream_model(row.upstream_model);
  out.set_account_id(row.account_id);
  out.set_account_label(row.account_label);
  out.set_upstream_dialect(DialectNamed(row.upstream_dialect));
  out.set_client_key_id(row.client_key_id);
  out.set_stream(row.stream);
  out.set_translated(row.translated);
  out.set_status(row.status);
  out.set_error_kind(KindNamed(row.error_kind));
  out.set_error_message(row.error_text);
  if (row.first_byte_us >= 0) *out.mutable_first_byte_latency() = Micros(row.first_byte_us);
  *out.mutable_duration() = Micros(row.duration_us);
  if (row.gateway_us >= 0) *out.mutable_gateway_duration() = Micros(row.gateway_us);
  SetUsage(row, out);
  if (row.stop_reason != "unknown") out.set_stop_reason(row.stop_reason);
  out.set_user_agent(row.user_agent);
  out.set_trace_id(row.trace_id);
  ReadAttempts(row.attempts_json, view, out);
  if (view == RecordView::kFull) ReadLosses(row.losses_json, out);
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
  return out;
}

}  // namespace ag::control
