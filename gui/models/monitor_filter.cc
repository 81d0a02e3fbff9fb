#include "gui/models/monitor_filter.h"

#include <QDateTime>

#include "ag/gateway/v1/monitor.pb.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

constexpr qint64 kMinuteMs = 60'000;

}  // namespace

bool MonitorFilter::any() const {
  return errors_only || minutes != 0 || !text.isEmpty() || !account.isEmpty() || !model.isEmpty() || !dialect.isEmpty();
}

void MonitorFilter::Prepare() { matcher_.setPattern(text); }

qint64 MonitorFilter::since_ms() const {
  if (minutes == 0) return 0;
  if (minutes == kToday) return QDate::currentDate().startOfDay().toMSecsSinceEpoch();
  return QDateTime::currentMSecsSinceEpoch() - minutes * kMinuteMs;
}

bool MonitorFilter::Matches(const RequestRow& row, qint64 since) const {
  if (errors_only && !row.failed()) return false;
  if (!account.isEmpty() && row.account_id != account) return false;
  if (!model.isEmpty() && row.model != model && row.upstream_model != model) return false;
  if (!dialect.isEmpty() && row.client_dialect != dialect) return false;
  if (row.start_ms < since) return false;
  if (text.isEmpty()) return true;
  const auto has = [this](const QString& in) { return matcher_.indexIn(in) >= 0; };
  return has(row.model) || has(row.account) || has(row.upstream_model) || has(row.id) ||
         (row.failed() && (has(row.error_kind) || has(row.error_text) || has(ErrorKindText(row.error_kind))));
}

void MonitorFilter::Write(gateway::v1::ListRequestsRequest& request) const {
  namespace v1 = gateway::v1;
  request.set_text(text.toStdString());
  request.set_errors_only(errors_only);
  request.set_account_id(account.toStdString());
  request.set_model(model.toStdString());
  v1::Dialect wanted = v1::DIALECT_UNSPECIFIED;
  if (v1::Dialect_Parse("DIALECT_" + dialect.toUpper().toStdString(), &wanted)) request.set_dialect(wanted);
  const qint64 since = since_ms();
  if (since == 0) return;
  request.mutable_start_time()->set_seconds(since / 1'000);
  request.mutable_start_time()->set_nanos(static_cast<std::int32_t>(since % 1'000 * 1'000'000));
}

}  // namespace ag::gui
