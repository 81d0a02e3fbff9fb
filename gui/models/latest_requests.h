#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QTimer>
#include <deque>
#include <memory>

#include "gui/models/request_row.h"

namespace ag::gui {

class Backend;

// The latest requests, the newest first, whatever the Monitor filters: a glance at what goes on.
class LatestRequests : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)

 public:
  static constexpr std::size_t kMost = 6;
  enum Role {
    IdRole = Qt::UserRole,
    TimeRole,
    ModelRole,    // as asked, with the upstream's name if that differs
    AccountRole,  // empty = nobody was asked
    StatusTextRole,
    StatusKindRole,
    ErrorRole,     // as far as a line needs it
    ErrorTipRole,  // all of it
    DurationRole,
    SpokenRole,
  };

  explicit LatestRequests(Backend& backend, QObject* parent = nullptr);

  int count() const { return static_cast<int>(shown_.size()); }
  // False until the daemon has answered for the first time.
  bool loaded() const { return loaded_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  void Take(const RequestBatch& rows);
  void Show();

  std::deque<RequestRow> latest_;  // oldest first
  std::deque<RequestRow> shown_;   // newest first
  QTimer tick_;                    // many requests a second are one change of the list
  bool loaded_ = false;
};

}  // namespace ag::gui
