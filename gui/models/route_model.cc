#include "gui/models/route_model.h"

#include <algorithm>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

QString Place(const QString& provider, const QString& model) {
  return model.isEmpty() ? provider : provider.isEmpty() ? model : provider + ":" + model;
}

v1::RouteCondition ConditionOf(bool background) {
  return background ? v1::ROUTE_CONDITION_BACKGROUND : v1::ROUTE_CONDITION_UNSPECIFIED;
}

}  // namespace

RouteModel::RouteModel(Backend& backend, Toasts& toasts, QObject* parent)
    : QAbstractListModel(parent), backend_(backend), toasts_(toasts) {
  connect(&backend_, &Backend::resynced, this, &RouteModel::refresh);
  connect(&backend_, &Backend::forgotten, this, &RouteModel::Forget);
}

int RouteModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> RouteModel::roleNames() const {
  return {{PatternRole, "pattern"},   {BackgroundRole, "background"}, {EffortRole, "effort"}, {TargetRole, "target"},
          {ProviderRole, "provider"}, {ModelRole, "model"},           {OriginRole, "origin"}, {FallbackRole, "chain"}};
}

QVariant RouteModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case PatternRole:
      return row.key.pattern;
    case BackgroundRole:
      return row.key.background;
    case TargetRole:
      return TargetText(row);
    case ProviderRole:
      return row.provider;
    case ModelRole:
      return row.model;
    case OriginRole:
      return row.origin;
    case FallbackRole:
      return row.chain;
    case EffortRole:
      return row.effort;
    default:
      return {};
  }
}

QString RouteModel::TargetText(const Row& row) {
  QString target = Place(row.provider, row.model);
  for (const QString& place : row.chain.split('\n', Qt::SkipEmptyParts)) target += QStringLiteral(" → ") + place;
  if (target.isEmpty()) target = tr("as without a route");
  if (!row.effort.isEmpty()) target += " · " + tr("effort %1").arg(row.effort);
  if (row.thinking_budget) target += " · " + tr("thinks with %1 tokens").arg(*row.thinking_budget);
  return target;
}

void RouteModel::Retranslate() {
  if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
}

void RouteModel::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListRoutes({}); },
      [this](absl::StatusOr<v1::ListRoutesResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        beginResetModel();
        rows_.clear();
        for (const v1::Route& route : reply->routes()) {
          Row row;
          row.key = {Text(route.pattern()), route.condition() == v1::ROUTE_CONDITION_BACKGROUND};
          row.provider = Text(route.provider());
          row.model = Text(route.model());
          row.origin = Text(route.origin());
          row.effort = Text(route.options().reasoning_effort());
          if (route.options().has_thinking_budget()) row.thinking_budget = route.options().thinking_budget();
          for (const auto& fallback : route.fallbacks()) {
            row.chain += Place(Text(fallback.provider()), Text(fallback.model())) + '\n';
          }
          row.chain = row.chain.trimmed();
          if (std::ranges::find(hidden_, row.key) == hidden_.end()) rows_.push_back(std::move(row));
        }
        endResetModel();
        loaded_ = true;
        Q_EMIT changed();
      });
}

void RouteModel::add(const QString& pattern, bool background, const QString& provider, const QString& model,
                     const QString& chain, const QString& effort) {
  Row row;
  row.key = {pattern.trimmed(), background};
  row.provider = provider;
  row.model = model.trimmed();
  row.chain = chain;
  row.effort = effort;
  Save(row, std::nullopt);
}

void RouteModel::change(int at, const QString& pattern, bool background, const QString& provider, const QString& model,
                        const QString& chain, const QString& effort) {
  if (at < 0 || at >= count()) return;
  Row row = rows_[static_cast<std::size_t>(at)];
  const Key before = row.key;
  row.key = {pattern.trimmed(), background};
  row.provider = provider;
  row.model = model.trimmed();
  row.chain = chain;
  row.effort = effort;
  Save(row, row.key == before ? std::nullopt : std::optional(before));
}

void RouteModel::Save(const Row& row, const std::optional<Key>& replaced) {
  v1::SetRouteRequest request;
  v1::Route& route = *request.mutable_route();
  route.set_pattern(row.key.pattern.toStdString());
  route.set_condition(ConditionOf(row.key.background));
  route.set_provider(backend_.ProviderId(row.provider).toStdString());
  route.set_model(row.model.toStdString());
  if (!row.effort.isEmpty()) route.mutable_options()->set_reasoning_effort(row.effort.toStdString());
  if (row.thinking_budget) route.mutable_options()->set_thinking_budget(*row.thinking_budget);
  for (const QString& line : row.chain.split('\n', Qt::SkipEmptyParts)) {
    auto& fallback = *route.add_fallbacks();
    fallback.set_provider(backend_.ProviderId(line.section(':', 0, 0)).toStdString());
    fallback.set_model(line.section(':', 1).trimmed().toStdString());
  }
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.SetRoute(request); },
      [this, replaced](absl::StatusOr<v1::SetRouteResponse> reply) {
        if (!reply.ok()) {
          Q_EMIT refused(FailureText(reply.status()));
          return;
        }
        Q_EMIT saved();
        if (replaced) return Delete(*replaced);
        refresh();
      });
}

void RouteModel::Delete(const Key& key) {
  v1::DeleteRouteRequest request;
  request.set_pattern(key.pattern.toStdString());
  request.set_condition(ConditionOf(key.background));
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.DeleteRoute(request).status(); },
      [this, key](const absl::Status& status) {
        std::erase(hidden_, key);
        if (!status.ok()) backend_.Report(status);
        refresh();
      });
}

void RouteModel::DeleteHeldBack(const Key& key, const QString& message) {
  v1::DeleteRouteRequest request;
  request.set_pattern(key.pattern.toStdString());
  request.set_condition(ConditionOf(key.background));
  backend_.rpc().CallToEnd(
      this, [request](ControlClient& client) { return client.DeleteRoute(request).status(); },
      [this, key, message](const absl::Status& status) {
        std::erase(hidden_, key);
        if (!status.ok() && !absl::IsNotFound(status)) toasts_.error(Toasts::NotDone(message, status));
        refresh();
      });
}

void RouteModel::Forget() {
  beginResetModel();
  rows_.clear();
  endResetModel();
  hidden_.clear();
  loaded_ = false;
  Q_EMIT changed();
}

void RouteModel::remove(int row) {
  if (row < 0 || row >= count()) return;
  const Key key = rows_[static_cast<std::size_t>(row)].key;
  hidden_.push_back(key);
  beginRemoveRows({}, row, row);
  rows_.erase(rows_.begin() + row);
  endRemoveRows();
  Q_EMIT changed();
  const auto revert = [this, key] {
    std::erase(hidden_, key);
    refresh();
  };
  const QString message = tr("Route %1 removed").arg(key.pattern);
  toasts_.Undoable(message, [this, key, message] { DeleteHeldBack(key, message); }, revert);
}

void RouteModel::move(int row, int before) {
  if (row == before || row < 0 || row >= count() || before >= count()) return;
  const Key& key = rows_[static_cast<std::size_t>(row)].key;
  v1::MoveRouteRequest request;
  request.set_pattern(key.pattern.toStdString());
  request.set_condition(ConditionOf(key.background));
  request.set_place(v1::PLACE_LAST);
  if (before >= 0) {
    const Key& anchor = rows_[static_cast<std::size_t>(before)].key;
    request.set_place(v1::PLACE_BEFORE);
    request.set_anchor_pattern(anchor.pattern.toStdString());
    request.set_anchor_condition(ConditionOf(anchor.background));
  }
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.MoveRoute(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) backend_.Report(status);
        refresh();
      });
}

void RouteModel::applyPreset(const QString& preset, const QString& provider) {
  v1::ApplyRoutePresetRequest request;
  request.set_preset(preset.toStdString());
  request.set_provider(backend_.ProviderId(provider).toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ApplyRoutePreset(request); },
      [this](absl::StatusOr<v1::ApplyRoutePresetResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        toasts_.info(tr("%n route(s) written", nullptr, reply->routes_size()));
        refresh();
      });
}

}  // namespace ag::gui
