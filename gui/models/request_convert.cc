#include "gui/models/request_convert.h"

#include <QDateTime>
#include <QLocale>

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

QString Lower(const std::string& name, const char* prefix) {
  return QString::fromStdString(name).mid(static_cast<qsizetype>(qstrlen(prefix))).toLower();
}

}  // namespace

qint64 Milliseconds(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000 + time.nanos() / 1'000'000;
}
qint64 Microseconds(const google::protobuf::Duration& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1'000;
}

QString NameOf(v1::ErrorKind kind) {
  if (kind == v1::ERROR_KIND_UNSPECIFIED) return {};
  return Lower(v1::ErrorKind_Name(kind), "ERROR_KIND_");
}

QString NameOf(v1::Dialect dialect) {
  if (dialect == v1::DIALECT_UNSPECIFIED) return {};
  return Lower(v1::Dialect_Name(dialect), "DIALECT_");
}

RequestRow ToRow(const v1::RequestRecord& record) {
  RequestRow row;
  row.id = QString::fromStdString(record.id());
  row.start_ms = Milliseconds(record.start_time());
  row.model = QString::fromStdString(record.model());
  row.upstream_model = QString::fromStdString(record.upstream_model());
  row.account = QString::fromStdString(record.account_label());
  row.account_id = QString::fromStdString(record.account_id());
  row.client_dialect = NameOf(record.dialect());
  row.upstream_dialect = NameOf(record.upstream_dialect());
  row.client_key_id = QString::fromStdString(record.client_key_id());
  row.user_agent = QString::fromStdString(record.user_agent());
  row.status = record.status();
  row.error_kind = NameOf(record.error_kind());
  row.error_text = QString::fromStdString(record.error_message());
  row.provider_text = QString::fromStdString(record.provider_message());
  row.attempts = record.attempt_count();
  row.stream = record.stream();
  row.translated = record.translated();
  if (record.has_first_byte_latency()) row.first_byte_us = Microseconds(record.first_byte_latency());
  row.duration_us = Microseconds(record.duration());
  row.time = QDateTime::fromMSecsSinceEpoch(row.end_ms()).toString(QStringLiteral("HH:mm:ss.zzz"));
  const auto& usage = record.usage();
  if (usage.has_input() || usage.has_cache_read())
    row.tokens_in = usage.input() + usage.cache_read() + usage.cache_write();
  if (record.has_cost_nano_usd()) row.cost = record.cost_nano_usd();
  if (usage.has_output()) row.tokens_out = usage.output() + usage.reasoning();
  return row;
}

}  // namespace ag::gui
