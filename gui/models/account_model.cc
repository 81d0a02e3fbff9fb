#include "gui/models/account_model.h"

#include <QCoreApplication>
#include <QDateTime>
#include <algorithm>
#include <array>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/account_convert.h"
#include "gui/models/failure_text.h"
#include "gui/models/row_move.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr std::chrono::milliseconds kBeat{2'000};

bool NeedsOwner(const QString& state) { return state == "needs_sign_in" || state == "forbidden"; }

}  // namespace

AccountModel::AccountModel(Backend& backend, Toasts& toasts, QObject* parent)
    : QAbstractListModel(parent), backend_(backend), toasts_(toasts) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &AccountModel::refresh);
  connect(&backend_, &Backend::resynced, this, &AccountModel::refresh);
  connect(&backend_, &Backend::forgotten, this, &AccountModel::Forget);
  connect(&backend_, &Backend::providersNamed, this, [this] {
    if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1), {ProviderRole});
    Summarise();
  });
  beat_.start();
}

int AccountModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> AccountModel::roleNames() const {
  return {{IdRole, "accountId"},        {LabelRole, "label"},
          {ProviderRole, "provider"},   {StateRole, "accountState"},
          {StateTextRole, "stateText"}, {ReasonRole, "reason"},
          {UntilRole, "until"},         {KnownByRole, "knownBy"},
          {SandboxRole, "sandbox"},     {EnabledRole, "accountEnabled"},
          {PriorityRole, "priority"},   {WeightRole, "weight"},
          {InFlightRole, "inFlight"},   {RequestsRole, "requests"},
          {LastUseRole, "lastUse"},     {ModelCountRole, "modelCount"},
          {LimitsRole, "limits"},       {SelectedRole, "selected"},
          {SignsInRole, "signsIn"},     {TestingRole, "testing"}};
}

QVariant AccountModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  switch (role) {
    case IdRole:
      return row.id;
    case LabelRole:
      return row.label;
    case ProviderRole:
      return backend_.ProviderName(row.provider);
    case StateRole:
      return row.state;
    case StateTextRole:
      if (row.state == "cooling" && row.until_ms <= now) return tr("The next request tries it");
      return row.until_ms > now ? StateText(row.state, row.signs_in) + " · " + Countdown(row.until_ms, now)
                                : StateText(row.state, row.signs_in);
    case ReasonRole:
      return row.reason;
    case UntilRole:
      return row.until_ms;
    case KnownByRole:
      return row.known_by;
    case SandboxRole:
      return row.sandbox;
    case EnabledRole:
      return row.enabled;
    case PriorityRole:
      return row.priority;
    case WeightRole:
      return row.weight;
    case InFlightRole:
      return row.in_flight;
    case RequestsRole:
      return row.requests;
    case LastUseRole:
      return row.last_use_ms == 0 ? tr("not yet") : Ago(row.last_use_ms, now);
    case ModelCountRole:
      return row.models.size();
    case LimitsRole:
      return row.limits;
    case SelectedRole:
      return row.selected;
    case SignsInRole:
      return row.signs_in;
    case TestingRole:
      return testing_.contains(row.id);
    default:
      return {};
  }
}

QString AccountModel::StateText(const QString& state, bool signs_in) {
  static constexpr std::array kTexts{
      std::pair{"ready", QT_TR_NOOP("Ready")},
      std::pair{"cooling", QT_TR_NOOP("Cooling down")},
      std::pair{"needs_sign_in", QT_TR_NOOP("Needs sign-in")},
      std::pair{"forbidden", QT_TR_NOOP("Not allowed")},
      std::pair{"disabled", QT_TR_NOOP("Switched off")},
      std::pair{"exhausted", QT_TR_NOOP("Budget spent")},
  };
  if (state == "needs_sign_in" && !signs_in) return tr("Needs a new key");
  for (const auto& [name, text] : kTexts) {
    if (state == QLatin1String(name)) return tr(text);
  }
  return state;
}

void AccountModel::Summarise() {
  QStringList names;
  for (const Row& row : rows_) names << backend_.ProviderName(row.provider);
  names.removeDuplicates();
  names.sort();
  if (std::exchange(providers_, names) != names) Q_EMIT providersChanged();
  const QVariantList states = CountStates();
  if (std::exchange(states_, states) != states) Q_EMIT statesChanged();
  Q_EMIT summaryChanged();
}

QVariantList AccountModel::CountStates() const {
  int ready = 0;
  int cooling = 0;
  int exhausted = 0;
  int disabled = 0;
  int troubled = 0;
  for (const Row& row : rows_) {
    int& count = row.state == "ready"       ? ready
                 : row.state == "cooling"   ? cooling
                 : row.state == "exhausted" ? exhausted
                 : row.state == "disabled"  ? disabled
                                            : troubled;
    ++count;
  }
  QVariantList states;
  const auto add = [&states](const char* state, int count, const QString& text) {
    if (count > 0) states << QVariantMap{{"state", state}, {"count", count}, {"text", text}};
  };
  add("ready", ready, tr("%n ready", nullptr, ready));
  add("cooling", cooling, tr("%n cooling down", nullptr, cooling));
  add("exhausted", exhausted, tr("%n budget(s) spent", nullptr, exhausted));
  add("troubled", troubled, tr("%n need(s) attention", nullptr, troubled));
  add("disabled", disabled, tr("%n switched off", nullptr, disabled));
  return states;
}

QString AccountModel::summary() const {
  QStringList texts;
  for (const QVariant& state : states_) texts << state.toMap()["text"].toString();
  return texts.join(QStringLiteral(" · "));
}

int AccountModel::RowOf(const QString& id) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&id](const Row& row) { return row.id == id; });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

QString AccountModel::labelOf(const QString& id) const {
  const int row = RowOf(id);
  return row < 0 ? QString() : rows_[static_cast<std::size_t>(row)].label;
}

void AccountModel::refresh() {
  if (!backend_.connected() || asking_) return;
  asking_ = true;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListAccounts({}); },
      [this, order = order_](absl::StatusOr<v1::ListAccountsResponse> reply) {
        asking_ = false;
        // An order of before would put back what was moved; it is asked for again after that.
        if (!reply.ok() || !moves_.empty()) return;
        if (order != order_) return refresh();
        retell_ = [this, answer = *std::move(reply)] {
          std::vector<Row> rows;
          for (const v1::Account& account : answer.accounts()) {
            rows.push_back(ToRow(account));
            rows.back().sandbox = IsOfSandbox(account, backend_.sandboxUrl());
          }
          Take(std::move(rows));
        };
        retell_();
      });
}

// Changes only what differs, so that nothing on the page jumps.
void AccountModel::Take(std::vector<Row> rows) {
  std::erase_if(rows, [this](const Row& row) { return hidden_.contains(row.id); });
  for (Row& row : rows) {
    const int old = RowOf(row.id);
    if (old < 0) continue;
    const Row& before = rows_[static_cast<std::size_t>(old)];
    row.selected = before.selected;
    if (NeedsOwner(row.state) && !NeedsOwner(before.state)) Q_EMIT attentionNeeded(row.id, row.label, row.reason);
  }
  const auto stays = [&rows](const Row& old) {
    return std::any_of(rows.begin(), rows.end(), [&old](const Row& row) { return row.id == old.id; });
  };
  for (int at = count() - 1; at >= 0; --at) {
    if (stays(rows_[static_cast<std::size_t>(at)])) continue;
    beginRemoveRows({}, at, at);
    rows_.erase(rows_.begin() + at);
    endRemoveRows();
  }
  for (int at = 0; at < static_cast<int>(rows.size()); ++at) {
    Row& row = rows[static_cast<std::size_t>(at)];
    const int old = RowOf(row.id);
    if (old < 0) {
      beginInsertRows({}, at, at);
      rows_.insert(rows_.begin() + at, row);
      endInsertRows();
    } else if (old != at) {  // what is before `at` is in its place already: it comes from below
      beginMoveRows({}, old, old, {}, at);
      std::rotate(rows_.begin() + at, rows_.begin() + old, rows_.begin() + old + 1);
      endMoveRows();
    }
  }
  rows_ = std::move(rows);
  if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
  loaded_ = true;
  Summarise();
}

void AccountModel::Forget() {
  beginResetModel();
  rows_.clear();
  endResetModel();
  hidden_.clear();
  testing_.clear();
  moves_.clear();
  last_selected_.clear();
  Q_EMIT testingChanged();
  asking_ = false;
  loaded_ = false;
  Summarise();
}

void AccountModel::Retranslate() {
  if (!rows_.empty()) {
    retell_();  // the daemon may be away
    Q_EMIT dataChanged(index(0), index(count() - 1));
  }
  refresh();
}

void AccountModel::Update(const QString& id, const char* field, const std::function<void(v1::Account&)>& set) {
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(id.toStdString());
  set(*request.mutable_account());
  request.mutable_update_mask()->add_paths(field);
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.UpdateAccount(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) backend_.Report(status);
        refresh();
      });
}

void AccountModel::setEnabled(const QString& id, bool enabled) {
  Update(id, "enabled", [enabled](v1::Account& account) { account.set_enabled(enabled); });
}
void AccountModel::setPriority(const QString& id, int priority) {
  Update(id, "priority", [priority](v1::Account& account) { account.set_priority(priority); });
}
void AccountModel::setWeight(const QString& id, int weight) {
  Update(id, "weight", [weight](v1::Account& account) { account.set_weight(weight); });
}
void AccountModel::rename(const QString& id, const QString& label) {
  Update(id, "label", [&label](v1::Account& account) { account.set_label(label.toStdString()); });
}

void AccountModel::clearCooldowns(const QString& id) {
  v1::ClearAccountCooldownsRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ClearAccountCooldowns(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) backend_.Report(status);
        refresh();
      });
}

void AccountModel::remove(const QString& id) { Remove({id}, tr("%1 removed").arg(labelOf(id))); }

void AccountModel::Remove(const QStringList& ids, const QString& message) {
  for (const QString& id : ids) {
    const int row = RowOf(id);
    if (row < 0) continue;
    hidden_ << id;
    beginRemoveRows({}, row, row);
    rows_.erase(rows_.begin() + row);
    endRemoveRows();
  }
  Summarise();
  const auto unhide = [this, ids] {
    for (const QString& id : ids) hidden_.removeAll(id);
    refresh();
  };
  const auto act = [this, ids, message, unhide] {
    backend_.rpc().CallToEnd(
        this,
        [ids](ControlClient& client) {
          absl::Status status;
          for (const QString& id : ids) {
            v1::DeleteAccountRequest request;
            request.set_id(id.toStdString());
            const absl::Status deleted = client.DeleteAccount(request).status();
            if (!absl::IsNotFound(deleted)) status.Update(deleted);
          }
          return status;
        },
        [this, message, unhide](const absl::Status& status) {
          if (!status.ok()) toasts_.error(Toasts::NotDone(message, status));
          unhide();
        });
  };
  toasts_.Undoable(message, act, unhide);
}

void AccountModel::batch(const QString& action) {
  const QStringList ids = selection();
  if (action == "remove") return Remove(ids, tr("%n account(s) removed", nullptr, static_cast<int>(ids.size())));
  if (action == "test") TestAll(ids);
  for (const QString& id : ids) {
    if (action == "enable") setEnabled(id, true);
    if (action == "disable") setEnabled(id, false);
    if (action == "clear") clearCooldowns(id);
  }
  clearSelection();
}

void AccountModel::moveBy(const QString& id, int rows) { moveTo(id, RowOf(id) + rows); }

void AccountModel::moveTo(const QString& id, int row) {
  const int from = RowOf(id);
  const int to = std::clamp(row, 0, std::max(0, count() - 1));
  if (from < 0 || from == to) return;
  // At once on the page, so that what was dropped stays where it was dropped.
  beginMoveRows({}, from, from, {}, MoveDestination(from, to));
  MoveRow(rows_, from, to);
  endMoveRows();
  move(id, to + 1 < count() ? rows_[static_cast<std::size_t>(to + 1)].id : QString());
}

// One after the other, in the order that the person has done them: each names its place by its neighbour.
void AccountModel::move(const QString& id, const QString& anchor) {
  if (id == anchor) return;
  if (moves_.size() > 1 && moves_.back().first == id) moves_.pop_back();  // it goes on before it has arrived
  moves_.emplace_back(id, anchor);
  ++order_;
  if (moves_.size() == 1) SendMove();
}

void AccountModel::SendMove() {
  const auto& [id, anchor] = moves_.front();
  v1::MoveAccountRequest request;
  request.set_id(id.toStdString());
  request.set_place(anchor.isEmpty() ? v1::PLACE_LAST : v1::PLACE_BEFORE);
  request.set_anchor_id(anchor.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.MoveAccount(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) {
          backend_.Report(status);
          moves_.clear();
        } else if (!moves_.empty()) {
          moves_.pop_front();
        }
        if (!moves_.empty()) return SendMove();
        refresh();
      });
}

void AccountModel::select(const QString& id, bool selected) {
  const int row = RowOf(id);
  if (row < 0) return;
  rows_[static_cast<std::size_t>(row)].selected = selected;
  if (selected) {
    last_selected_ = id;
  } else if (last_selected_ == id) {
    last_selected_.clear();
  }
  Q_EMIT dataChanged(index(row), index(row), {SelectedRole});
  Q_EMIT summaryChanged();
}

void AccountModel::clearSelection() {
  for (const QString& id : selection()) select(id, false);
}

QStringList AccountModel::selection() const {
  QStringList ids;
  for (const Row& row : rows_) {
    if (row.selected) ids << row.id;
  }
  return ids;
}

}  // namespace ag::gui
