#include "gui/models/request_text.h"

#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include "gui/models/failure_text.h"
#include "gui/models/monitor_model.h"
#include "gui/models/reason_text.h"
#include "gui/models/text.h"

namespace ag::gui {

QString TimeText(const RequestRow& row) {
  if (row.end_ms() >= QDate::currentDate().startOfDay().toMSecsSinceEpoch()) return row.time;
  //: A moment of another day in a narrow column, as QLocale formats dates.
  return QLocale().toString(QDateTime::fromMSecsSinceEpoch(row.end_ms()), MonitorModel::tr("d MMM HH:mm"));
}

QString StatusText(const RequestRow& row) {
  return row.status == 0 ? MonitorModel::tr("left", "the client left before it got a status")
                         : QString::number(row.status);
}

QString StatusKind(const RequestRow& row) {
  if (row.status == 0 || row.status == 429) return QStringLiteral("warning");
  return row.failed() || row.status >= 400 ? QStringLiteral("error") : QStringLiteral("ok");
}

QString ErrorText(const RequestRow& row) {
  if (!row.failed()) return {};
  return WithWords(ErrorKindText(row.error_kind), row.provider_text.isEmpty() ? row.error_text : row.provider_text);
}

QString ErrorTip(const RequestRow& row) {
  return row.failed() ? WithWords(ErrorKindText(row.error_kind), row.error_text) : QString();
}

QString Spoken(const RequestRow& row) {
  return QStringList{TimeText(row), StatusText(row), row.model, row.account, Duration(row.duration_us), ErrorTip(row)}
      .join(QStringLiteral(", "));
}

}  // namespace ag::gui
