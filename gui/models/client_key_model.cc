#include "gui/models/client_key_model.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/account_convert.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr std::chrono::milliseconds kSettle{2'000};

QString StateOf(const v1::ClientKey& key) {
  switch (key.state()) {
    case v1::CLIENT_KEY_STATE_DISABLED:
      return QStringLiteral("disabled");
    case v1::CLIENT_KEY_STATE_EXPIRED:
      return QStringLiteral("expired");
    case v1::CLIENT_KEY_STATE_BUDGET_SPENT:
      return QStringLiteral("budget_spent");
    default:
      return QStringLiteral("ready");
  }
}

QString Bounds(const v1::ClientKey& key) {
  QStringList bounds;
  if (key.has_expire_time()) {
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(Milliseconds(key.expire_time()));
    bounds << ClientKeyModel::tr("until %1").arg(Clock(end));
  }
  QStringList models;
  for (const std::string& model : key.models()) models << Text(model);
  if (!models.isEmpty()) bounds << models.join(", ");
  return bounds.join(" · ");
}

// All pages of the list.
absl::StatusOr<std::vector<v1::ClientKey>> ListAll(ControlClient& client) {
  std::vector<v1::ClientKey> keys;
  v1::ListClientKeysRequest request;
  do {
    auto page = client.ListClientKeys(request);
    if (!page.ok()) return page.status();
    for (v1::ClientKey& key : *page->mutable_client_keys()) keys.push_back(std::move(key));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return keys;
}

}  // namespace

ClientKeyModel::ClientKeyModel(Backend& backend, Toasts& toasts, QObject* parent)
    : QAbstractListModel(parent), backend_(backend), toasts_(toasts) {
  settle_.setSingleShot(true);
  settle_.setInterval(kSettle);
  connect(&settle_, &QTimer::timeout, this, &ClientKeyModel::refresh);
  connect(&backend_, &Backend::resynced, this, &ClientKeyModel::refresh);
  connect(&backend_, &Backend::forgotten, this, &ClientKeyModel::Forget);
  connect(&backend_, &Backend::requestsArrived, this, [this] {
    if (count() > 0 && !settle_.isActive()) settle_.start();
  });
}

int ClientKeyModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> ClientKeyModel::roleNames() const {
  return {{IdRole, "keyId"},       {NameRole, "name"},           {HintRole, "hint"},
          {StateRole, "keyState"}, {StateTextRole, "stateText"}, {EnabledRole, "keyEnabled"},
          {BoundsRole, "bounds"},  {UsageRole, "usage"},         {LastUseRole, "lastUse"},
          {BudgetsRole, "budgets"}};
}

QVariant ClientKeyModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case IdRole:
      return row.id;
    case NameRole:
      return row.name;
    case HintRole:
      return row.hint;
    case StateRole:
      return row.state;
    case StateTextRole:
      return StateText(row.state);
    case EnabledRole:
      return row.enabled;
    case BoundsRole:
      return row.bounds;
    case UsageRole:
      return row.usage;
    case LastUseRole:
      return row.last_use_ms == 0 ? tr("never used") : Ago(row.last_use_ms, QDateTime::currentMSecsSinceEpoch());
    case BudgetsRole:
      return row.budgets;
    default:
      return {};
  }
}

QString ClientKeyModel::NameOf(const QString& id) const {
  const auto found = std::ranges::find(rows_, id, &Row::id);
  return found == rows_.end() ? QString() : found->name;
}

QString ClientKeyModel::StateText(const QString& state) {
  if (state == "disabled") return tr("Switched off");
  if (state == "expired") return tr("Expired");
  if (state == "budget_spent") return tr("Budget spent");
  return tr("Ready");
}

ClientKeyModel::Row ClientKeyModel::ToRow(const v1::ClientKey& key) {
  Row row;
  row.id = Text(key.id());
  row.etag = Text(key.etag());
  row.name = Text(key.name());
  row.hint = Text(key.hint());
  row.state = StateOf(key);
  row.enabled = key.enabled();
  row.bounds = Bounds(key);
  row.usage =
      tr("%1 requests · %2 tokens").arg(ShortCount(key.usage().request_count()), ShortCount(key.usage().token_count()));
  if (key.usage().has_last_use_time()) row.last_use_ms = Milliseconds(key.usage().last_use_time());
  for (const v1::Budget& budget : key.budgets()) {
    row.budgets << BudgetBar(tr("Budget %1").arg(PeriodText(budget.period())), budget);
  }
  std::ranges::sort(row.budgets, {}, [](const QVariant& bar) { return bar.toMap()["fraction"].toDouble(); });
  return row;
}

void ClientKeyModel::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(this, &ListAll, [this](absl::StatusOr<std::vector<v1::ClientKey>> keys) {
    if (!keys.ok()) return backend_.Report(keys.status());
    retell_ = [this, answer = *std::move(keys)] {
      std::vector<Row> rows;
      for (const v1::ClientKey& key : answer) {
        if (!hidden_.contains(Text(key.id()))) rows.push_back(ToRow(key));
      }
      Take(std::move(rows));
    };
    retell_();
  });
}

// In place while the keys are the same ones, so that nothing loses the keyboard.
void ClientKeyModel::Take(std::vector<Row> rows) {
  loaded_ = true;
  if (std::ranges::equal(rows, rows_, {}, &Row::id, &Row::id)) {
    rows_ = std::move(rows);
    if (count() > 0) Q_EMIT dataChanged(index(0), index(count() - 1));
  } else {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
  }
  Q_EMIT changed();
}

void ClientKeyModel::Forget() {
  settle_.stop();
  hidden_.clear();
  beginResetModel();
  rows_.clear();
  endResetModel();
  loaded_ = false;
  Q_EMIT changed();
}

const ClientKeyModel::Row* ClientKeyModel::Find(const QString& id) const {
  const auto found = std::ranges::find(rows_, id, &Row::id);
  return found == rows_.end() ? nullptr : &*found;
}

void ClientKeyModel::setEnabled(const QString& id, bool enabled) {
  const Row* row = Find(id);
  if (row == nullptr) return;
  v1::UpdateClientKeyRequest request;
  request.mutable_client_key()->set_id(id.toStdString());
  request.mutable_client_key()->set_etag(row->etag.toStdString());
  request.mutable_client_key()->set_enabled(enabled);
  request.mutable_update_mask()->add_paths("enabled");
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.UpdateClientKey(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) backend_.Report(status);
        refresh();
      });
}

void ClientKeyModel::rotate(const QString& id) {
  v1::RotateClientKeyRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.RotateClientKey(request); },
      [this](absl::StatusOr<v1::RotateClientKeyResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        ShowSecret(Text(reply->client_key().name()), Text(reply->secret()));
        refresh();
      });
}

void ClientKeyModel::remove(const QString& id) {
  const Row* row = Find(id);
  if (row == nullptr) return;
  const QString message = tr("Key %1 removed").arg(row->name);
  const int at = static_cast<int>(row - rows_.data());
  hidden_ << id;
  beginRemoveRows({}, at, at);
  rows_.erase(rows_.begin() + at);
  endRemoveRows();
  Q_EMIT changed();
  const auto revert = [this, id] {
    hidden_.removeAll(id);
    refresh();
  };
  toasts_.Undoable(message, [this, id, message] { Delete(id, message); }, revert);
}

void ClientKeyModel::Delete(const QString& id, const QString& message) {
  v1::DeleteClientKeyRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().CallToEnd(
      this, [request](ControlClient& client) { return client.DeleteClientKey(request).status(); },
      [this, id, message](const absl::Status& status) {
        hidden_.removeAll(id);
        if (!status.ok() && !absl::IsNotFound(status)) toasts_.error(Toasts::NotDone(message, status));
        refresh();
      });
}

void ClientKeyModel::ShowSecret(const QString& name, const QString& secret) {
  secret_name_ = name;
  secret_ = secret;
  Q_EMIT secretChanged();
}

void ClientKeyModel::forgetSecret() { ShowSecret({}, {}); }

void ClientKeyModel::Retranslate() {
  if (!rows_.empty()) retell_();  // the daemon may be away
  refresh();
}

}  // namespace ag::gui
