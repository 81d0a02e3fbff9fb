#include <algorithm>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/telemetry/recorder.h"
#include "gatewayd/telemetry/redaction.h"

namespace ag::telemetry {
namespace {

void WriteReason(json::Writer& writer, std::string_view key, const Reason& reason) {
  if (reason.code.empty()) return;
  writer.Key(key).BeginObject().Field("code", reason.code).Key("args").BeginObject();
  for (const auto& [name, value] : reason.args) writer.Field(name, value);
  writer.EndObject().EndObject();
}

void WriteError(json::Writer& writer, const ErrorDetail& error) {
  writer.Key("error").BeginObject();
  writer.Field("kind", NameOf(error.kind)).Field("scope", NameOf(error.scope));
  if (error.http_status != 0) writer.Field("http_status", error.http_status);
  if (error.retry_after) writer.Field("retry_after_ms", std::int64_t{error.retry_after->count()});
  if (!error.provider_code.empty()) writer.Field("code", error.provider_code);
  if (!error.provider_text.empty()) writer.Field("text", SafeProviderText(error.provider_text, kMaxProviderText));
  if (!error.param.empty()) writer.Field("param", error.param);
  writer.EndObject();
}

void WriteAttempt(json::Writer& writer, const AttemptRecord& attempt) {
  writer.BeginObject();
  writer.Field("account", attempt.account.value()).Field("account_label", attempt.account_label);
  writer.Field("model", attempt.model).Field("dialect", NameOf(attempt.dialect)).Field("status", attempt.status);
  if (attempt.error) WriteError(writer, *attempt.error);
  writer.Field("started_us", std::int64_t{attempt.started.count()});
  if (attempt.head.count() >= 0) writer.Field("head_us", std::int64_t{attempt.head.count()});
  writer.Field("duration_us", std::int64_t{attempt.duration.count()});
  writer.Field("connect_us", std::int64_t{attempt.connect.count()});
  writer.Field("reused_connection", attempt.reused_connection);
  WriteReason(writer, "chosen", attempt.chosen);
  writer.EndObject();
}

std::string AttemptsJson(const std::vector<AttemptRecord>& attempts) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const AttemptRecord& attempt : attempts) WriteAttempt(writer, attempt);
  writer.EndArray();
  return out;
}

std::string LossesJson(const std::vector<Loss>& losses) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const Loss& loss : losses) {
    writer.BeginObject();
    writer.Field("class", loss.loss_class == LossClass::kApprox ? "approx" : "drop").Field("field", loss.field);
    WriteReason(writer, "reason", loss.reason);
    writer.EndObject();
  }
  writer.EndArray();
  return out;
}

}  // namespace

store::RequestRow ToRow(const RequestRecord& record) {
  store::RequestRow row;
  row.id = record.id.value();
  row.started_ms = record.started.time_since_epoch().count();
  row.client_dialect = std::string(NameOf(record.dialect));
  row.operation = std::string(NameOf(record.operation));
  row.model = record.model;
  if (!record.attempts.empty()) {
    const AttemptRecord& last = record.attempts.back();
    row.upstream_model = last.model;
    row.account_id = last.account.value();
    row.account_label = last.account_label;
    row.upstream_dialect = std::string(NameOf(last.dialect));
  }
  row.client_key_id = record.client_key.value();
  row.stream = record.stream;
  row.translated = record.translated;
  row.status = record.status;
  if (record.error) row.error_kind = std::string(NameOf(record.error->kind));
  row.error_text = record.error_text;
  row.first_byte_us = record.first_byte.count();
  row.duration_us = record.duration.count();
  row.gateway_us = std::max<std::int64_t>(0, (record.duration - record.upstream).count());
  row.input = record.usage.input;
  row.cache_read = record.usage.cache_read;
  row.cache_write = record.usage.cache_write;
  row.output = record.usage.output;
  row.reasoning = record.usage.reasoning;
  row.stop_reason = std::string(NameOf(record.stop_reason));
  row.attempts_json = AttemptsJson(record.attempts);
  row.losses_json = LossesJson(record.losses);
  row.user_agent = PrintableAscii(record.user_agent, kMaxUserAgent);
  row.trace_id = record.trace_id;
  return row;
}

}  // namespace ag::telemetry
