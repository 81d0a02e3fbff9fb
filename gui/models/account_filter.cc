#include "gui/models/account_filter.h"

#include <algorithm>

#include "gui/models/account_model.h"

namespace ag::gui {

AccountFilter::AccountFilter(QAbstractItemModel& accounts, QObject* parent) : QSortFilterProxyModel(parent) {
  setSourceModel(&accounts);
}

void AccountFilter::setText(const QString& text) { Change(text_, text); }
void AccountFilter::setState(const QString& state) { Change(state_, state); }
void AccountFilter::setProvider(const QString& provider) { Change(provider_, provider); }

void AccountFilter::clear() {
  setText({});
  setState({});
  setProvider({});
}

void AccountFilter::selectAll(bool selected) {
  auto* accounts = qobject_cast<AccountModel*>(sourceModel());
  if (accounts == nullptr) return;
  accounts->clearSelection();
  if (!selected) return;
  for (int row = 0; row < rowCount(); ++row)
    accounts->select(index(row, 0).data(AccountModel::IdRole).toString(), true);
}

int AccountFilter::RowOf(const QString& id) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (index(row, 0).data(AccountModel::IdRole).toString() == id) return row;
  }
  return -1;
}

void AccountFilter::selectTo(const QString& id) {
  auto* accounts = qobject_cast<AccountModel*>(sourceModel());
  const int to = RowOf(id);
  if (accounts == nullptr || to < 0) return;
  const int anchor = RowOf(accounts->lastSelected());
  const int from = anchor < 0 ? to : anchor;
  for (int row = std::min(from, to); row <= std::max(from, to); ++row) {
    accounts->select(index(row, 0).data(AccountModel::IdRole).toString(), true);
  }
  accounts->select(id, true);  // from here it goes on
}

void AccountFilter::Change(QString& member, const QString& value) {
  if (member == value) return;
  member = value;
  invalidateFilter();
  Q_EMIT changed();
}

bool AccountFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex index = sourceModel()->index(row, 0, parent);
  const auto text = [&index](int role) { return index.data(role).toString(); };
  const QString state = text(AccountModel::StateRole);
  const bool troubled = state == "needs_sign_in" || state == "forbidden";
  if (!state_.isEmpty() && (state_ == "troubled" ? !troubled : state != state_)) return false;
  if (!provider_.isEmpty() && text(AccountModel::ProviderRole) != provider_) return false;
  if (text_.isEmpty()) return true;
  return text(AccountModel::LabelRole).contains(text_, Qt::CaseInsensitive) ||
         text(AccountModel::ProviderRole).contains(text_, Qt::CaseInsensitive) ||
         text(AccountModel::KnownByRole).contains(text_, Qt::CaseInsensitive);
}

}  // namespace ag::gui
