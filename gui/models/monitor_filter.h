#pragma once

#include <QString>
#include <QStringMatcher>

#include "gui/models/request_row.h"

namespace ag::gateway::v1 {
class ListRequestsRequest;
}

namespace ag::gui {

// Which requests are to be seen. The table's rows are held against it here, the daemon's log by the daemon: what both
// know of a request is asked alike.
class MonitorFilter {
 public:
  static constexpr int kToday = -1;

  QString text;  // see Prepare
  bool errors_only = false;
  QString account;  // its id; empty = any
  QString model;    // as asked or upstream, by its whole name; empty = any
  QString dialect;  // what the client speaks; empty = any
  int minutes = 0;  // only what came in the last so many, or kToday; 0 = whenever

  // Anything is asked for.
  bool any() const;
  // To be called when `text` has changed.
  void Prepare();
  // Unix time before which nothing is wanted; 0 = there is none.
  qint64 since_ms() const;
  // `since`: since_ms(), asked once for many rows.
  bool Matches(const RequestRow& row, qint64 since) const;
  void Write(gateway::v1::ListRequestsRequest& request) const;

 private:
  QStringMatcher matcher_{QString(), Qt::CaseInsensitive};
};

}  // namespace ag::gui
