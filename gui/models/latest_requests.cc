#include "gui/models/latest_requests.h"

#include <algorithm>
#include <chrono>

#include "gui/app/backend.h"
#include "gui/models/request_text.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

constexpr std::chrono::milliseconds kTick{500};

QString ModelText(const RequestRow& row) {
  if (row.model.isEmpty()) return QStringLiteral("–");
  const bool renamed = !row.upstream_model.isEmpty() && row.upstream_model != row.model;
  return renamed ? row.model + " → " + row.upstream_model : row.model;
}

}  // namespace

LatestRequests::LatestRequests(Backend& backend, QObject* parent) : QAbstractListModel(parent) {
  tick_.setSingleShot(true);
  tick_.setInterval(kTick);
  connect(&tick_, &QTimer::timeout, this, &LatestRequests::Show);
  connect(&backend, &Backend::forgotten, this, [this] {
    tick_.stop();
    latest_.clear();
    loaded_ = false;
    Show();
  });
  connect(&backend, &Backend::requestsReplaced, this, [this](const std::shared_ptr<const RequestBatch>& rows) {
    loaded_ = true;
    // Those of before stay: the daemon may have been restarted, and has seen nothing yet.
    const QString last = latest_.empty() ? QString() : latest_.back().id;
    const auto known = std::ranges::find(rows->rbegin(), rows->rend(), last, &RequestRow::id);
    Take({known.base(), rows->end()});
    Show();
  });
  connect(&backend, &Backend::requestsArrived, this, [this](const std::shared_ptr<const RequestBatch>& rows) {
    Take(*rows);
    if (!tick_.isActive()) tick_.start();
  });
}

void LatestRequests::Take(const RequestBatch& rows) {
  const std::size_t from = rows.size() - std::min(rows.size(), kMost);
  for (std::size_t i = from; i < rows.size(); ++i) latest_.push_back(rows[i]);
  while (latest_.size() > kMost) latest_.pop_front();
}

// Rows that stay are told to read anew, and are not made anew.
void LatestRequests::Show() {
  const auto before = static_cast<int>(shown_.size());
  const auto now = static_cast<int>(latest_.size());
  if (now > before) beginInsertRows({}, before, now - 1);
  if (now < before) beginRemoveRows({}, now, before - 1);
  shown_.assign(latest_.rbegin(), latest_.rend());
  if (now > before) endInsertRows();
  if (now < before) endRemoveRows();
  Retranslate();
  Q_EMIT changed();
}

void LatestRequests::Retranslate() {
  if (!shown_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
}

int LatestRequests::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> LatestRequests::roleNames() const {
  return {{IdRole, "requestId"},          {TimeRole, "time"},
          {ModelRole, "requestModel"},    {AccountRole, "account"},
          {StatusTextRole, "statusText"}, {StatusKindRole, "statusKind"},
          {ErrorRole, "errorText"},       {ErrorTipRole, "errorTip"},
          {DurationRole, "duration"},     {SpokenRole, "spoken"}};
}

QVariant LatestRequests::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() < 0 || index.row() >= count()) return {};
  const RequestRow& row = shown_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case IdRole:
      return row.id;
    case TimeRole:
      return row.time.left(8);  // to the second
    case ModelRole:
      return ModelText(row);
    case AccountRole:
      return row.account;
    case StatusTextRole:
      return StatusText(row);
    case StatusKindRole:
      return StatusKind(row);
    case ErrorRole:
      return ErrorText(row);
    case ErrorTipRole:
      return ErrorTip(row);
    case DurationRole:
      return Duration(row.duration_us);
    case SpokenRole:
      return Spoken(row);
    default:
      return {};
  }
}

}  // namespace ag::gui
