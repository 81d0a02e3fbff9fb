#include "cli/commands/record_view.h"

#include <absl/strings/str_cat.h>

#include <vector>

#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

constexpr std::size_t kModelWidth = 36;
constexpr std::size_t kAccountWidth = 16;

std::string Paint(std::string text, const char* code, Color color) {
  return color == Color::kOn ? absl::StrCat("\x1b[", code, "m", text, "\x1b[0m") : text;
}

std::string StatusText(const v1::RequestRecord& record, Color color) {
  if (record.status() == 0) return Paint("---", "33", color);
  const char* code = record.status() < 400 && record.error_kind() == v1::ERROR_KIND_UNSPECIFIED ? "32"
                     : record.status() == 429                                                   ? "33"
                                                                                                : "31";
  return Paint(absl::StrCat(record.status()), code, color);
}

std::string ModelText(const v1::RequestRecord& record) {
  const std::string asked = record.model().empty() ? NameOf(record.operation()) : record.model();
  if (record.upstream_model().empty() || record.upstream_model() == record.model()) return asked;
  return absl::StrCat(asked, " → ", record.upstream_model());
}

std::string DialectText(const v1::RequestRecord& record) {
  const std::string client = NameOf(record.dialect());
  return record.translated() ? absl::StrCat(client, " → ", NameOf(record.upstream_dialect())) : client;
}

std::int64_t InputTokens(const v1::TokenUsage& usage) {
  return usage.input() + usage.cache_read() + usage.cache_write();
}
std::int64_t OutputTokens(const v1::TokenUsage& usage) { return usage.output() + usage.reasoning(); }

void WriteReason(JsonWriter& json, std::string_view key, const v1::Reason& reason) {
  if (reason.code().empty()) return;
  json.Key(key).BeginObject().Field("code", reason.code()).Key("args").BeginObject();
  for (const auto& arg : reason.args()) json.Field(arg.name(), arg.value());
  json.EndObject().EndObject();
}

void WriteUsage(JsonWriter& json, const v1::TokenUsage& usage) {
  json.Key("usage").BeginObject();
  if (usage.has_input()) json.Field("input", usage.input());
  if (usage.has_cache_read()) json.Field("cache_read", usage.cache_read());
  if (usage.has_cache_write()) json.Field("cache_write", usage.cache_write());
  if (usage.has_output()) json.Field("output", usage.output());
  if (usage.has_reasoning()) json.Field("reasoning", usage.reasoning());
  json.EndObject();
}

void WriteAttempts(JsonWriter& json, const v1::RequestRecord& record) {
  json.Key("attempts").BeginArray();
  for (const auto& attempt : record.attempts()) {
    json.BeginObject().Field("account_id", attempt.account_id()).Field("account_label", attempt.account_label());
    json.Field("model", attempt.model()).Field("dialect", NameOf(attempt.dialect())).Field("status", attempt.status());
    if (attempt.error_kind() != v1::ERROR_KIND_UNSPECIFIED) {
      json.Field("error_kind", NameOf(attempt.error_kind())).Field("error", attempt.error_message());
    }
    json.Key("started_ms").Number(Millis(attempt.start_offset()));
    if (attempt.has_head_latency()) json.Key("head_ms").Number(Millis(attempt.head_latency()));
    json.Key("duration_ms").Number(Millis(attempt.duration()));
    WriteReason(json, "chosen", attempt.chosen());
    if (!attempt.protocol_violation().empty()) json.Field("protocol_violation", attempt.protocol_violation());
    json.EndObject();
  }
  json.EndArray();
}

void WritePassedOver(JsonWriter& json, const v1::RequestRecord& record) {
  json.Key("passed_over").BeginArray();
  for (const auto& candidate : record.passed_over()) {
    json.BeginObject().Field("account_id", candidate.account_id()).Field("account_label", candidate.account_label());
    json.Field("model", candidate.model());
    const bool free = candidate.reject_reason() == v1::REJECT_REASON_UNSPECIFIED;
    json.Field("eligible", free);
    if (!free) json.Field("reason", NameOf(candidate.reject_reason()));
    if (candidate.has_available_time()) json.Field("until", Rfc3339(candidate.available_time()));
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string RecordLine(const v1::RequestRecord& record, Color color) {
  std::string line = absl::StrCat(LocalClock(record.start_time()), "  ", StatusText(record, color), "  ",
                                  PadRight(ModelText(record), kModelWidth), "  ",
                                  PadRight(record.account_label(), kAccountWidth), "  ", DialectText(record));
  if (record.stream()) absl::StrAppend(&line, "  stream");
  absl::StrAppend(&line, "  ", ShortDuration(record.duration()));
  if (record.has_first_byte_latency()) {
    absl::StrAppend(&line, " (first byte ", ShortDuration(record.first_byte_latency()), ")");
  }
  if (record.has_usage()) {
    absl::StrAppend(&line, "  ", Grouped(InputTokens(record.usage())), " in ", Grouped(OutputTokens(record.usage())),
                    " out");
  }
  if (record.has_cost_nano_usd()) absl::StrAppend(&line, "  ", Usd(record.cost_nano_usd()));
  if (record.routed().code() == "background_route") absl::StrAppend(&line, "  background");
  if (record.attempt_count() > 1) absl::StrAppend(&line, "  ", record.attempt_count(), " attempts");
  if (record.error_kind() != v1::ERROR_KIND_UNSPECIFIED) {
    absl::StrAppend(&line, "  ", Paint(NameOf(record.error_kind()), "31", color), ": ", record.error_message());
  }
  return line;
}

std::string RecordDetails(const v1::RequestRecord& record) {
  std::string text = absl::StrCat(RecordLine(record, Color::kOff), "\nid          ", record.id(), "\nstarted     ",
                                  Rfc3339(record.start_time()), "\ntrace       ", record.trace_id(), "\nclient      ",
                                  record.user_agent(), "\n");
  if (!record.stop_reason().empty()) absl::StrAppend(&text, "stopped     ", record.stop_reason(), "\n");
  if (record.has_gateway_duration()) {
    absl::StrAppend(&text, "gateway     ", ShortDuration(record.gateway_duration()), " of it\n");
  }
  if (record.has_routed()) absl::StrAppend(&text, "routed      ", Sentence(record.routed()), "\n");
  int number = 0;
  for (const auto& attempt : record.attempts()) {
    absl::StrAppend(&text, "attempt ", ++number, "   ", attempt.account_label(), ", ", attempt.model(), ", ",
                    NameOf(attempt.dialect()), ", ",
                    attempt.status() == 0 ? "no reply" : absl::StrCat(attempt.status()), " after ",
                    ShortDuration(attempt.duration()));
    if (attempt.error_kind() != v1::ERROR_KIND_UNSPECIFIED) {
      absl::StrAppend(&text, ": ", NameOf(attempt.error_kind()), " ", attempt.error_message());
    }
    text += '\n';
    if (attempt.has_chosen()) absl::StrAppend(&text, "  chosen    ", Sentence(attempt.chosen()), "\n");
    if (!attempt.protocol_violation().empty()) {
      absl::StrAppend(&text, "violation   the stream broke its protocol: ", attempt.protocol_violation(), "\n");
    }
  }
  for (const auto& candidate : record.passed_over()) {
    const bool free = candidate.reject_reason() == v1::REJECT_REASON_UNSPECIFIED;
    absl::StrAppend(&text, "passed over ", candidate.account_label(), ", ", candidate.model(), ": ",
                    free ? "could have served it" : Spoken(NameOf(candidate.reject_reason())));
    if (candidate.has_available_time()) absl::StrAppend(&text, " until ", Rfc3339(candidate.available_time()));
    text += '\n';
  }
  for (const auto& loss : record.losses()) {
    absl::StrAppend(&text, loss.approximated() ? "approximate " : "dropped     ", loss.field(), ": ",
                    Sentence(loss.reason()), "\n");
  }
  return text;
}

void WriteRecord(JsonWriter& json, const v1::RequestRecord& record) {
  json.BeginObject().Field("id", record.id()).Field("started_at", Rfc3339(record.start_time()));
  json.Field("dialect", NameOf(record.dialect())).Field("operation", NameOf(record.operation()));
  json.Field("model", record.model()).Field("upstream_model", record.upstream_model());
  json.Field("account_id", record.account_id()).Field("account_label", record.account_label());
  json.Field("upstream_dialect", NameOf(record.upstream_dialect())).Field("client_key_id", record.client_key_id());
  json.Field("stream", record.stream()).Field("translated", record.translated()).Field("status", record.status());
  if (record.error_kind() != v1::ERROR_KIND_UNSPECIFIED) {
    json.Field("error_kind", NameOf(record.error_kind())).Field("error", record.error_message());
  }
  if (record.has_first_byte_latency()) json.Key("first_byte_ms").Number(Millis(record.first_byte_latency()));
  json.Key("duration_ms").Number(Millis(record.duration()));
  if (record.has_gateway_duration()) json.Key("gateway_ms").Number(Millis(record.gateway_duration()));
  if (record.has_usage()) WriteUsage(json, record.usage());
  if (record.has_cost_nano_usd()) json.Field("cost_nano_usd", record.cost_nano_usd());
  if (!record.stop_reason().empty()) json.Field("stop_reason", record.stop_reason());
  json.Field("user_agent", record.user_agent()).Field("trace_id", record.trace_id());
  WriteReason(json, "routed", record.routed());
  json.Field("attempt_count", record.attempt_count());
  if (!record.attempts().empty()) WriteAttempts(json, record);
  if (!record.losses().empty()) {
    json.Key("losses").BeginArray();
    for (const auto& loss : record.losses()) {
      json.BeginObject().Field("field", loss.field()).Field("approximated", loss.approximated());
      WriteReason(json, "reason", loss.reason());
      json.EndObject();
    }
    json.EndArray();
  }
  if (!record.passed_over().empty()) WritePassedOver(json, record);
  json.EndObject();
}

}  // namespace ag::cli
