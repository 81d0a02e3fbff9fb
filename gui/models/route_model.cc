#include "gui/models/route_model.h"

#include <algorithm>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

QString Place(const QString& provider, const QString& model) {
  return model.isEmpty() ? provider : provider.isEmpty() ? model : provider + ":" + model;
}

}  // namespace

RouteModel::RouteModel(Backend& backend, Toasts& toasts, QObject* parent)
    : QAbstractListModel(parent), backend_(backend), toasts_(toasts) {
  connect(&backend_, &Backend::resynced, this, &RouteModel::refresh);
}

int RouteModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> RouteModel::roleNames() const {
  return {{PatternRole, "pattern"}, {TargetRole, "target"}, {ProviderRole, "provider"},
          {ModelRole, "model"},     {OriginRole, "origin"}, {FallbackRole, "chain"}};
}

QVariant RouteModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case PatternRole:
      return row.pattern;
    case TargetRole: {
      QString target = Place(row.provider, row.model);
      for (const QString& place : row.chain.split('\n', Qt::SkipEmptyParts)) target += QStringLiteral(" → ") + place;
      return target;
    }
    case ProviderRole:
      return row.provider;
    case ModelRole:
      return row.model;
    case OriginRole:
      return row.origin;
    case FallbackRole:
      return row.chain;
    default:
      return {};
  }
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
          Row row{Text(route.pattern()), Text(route.provider()), Text(route.model()), Text(route.origin()), {}};
          for (const auto& fallback : route.fallbacks()) {
            row.chain += Place(Text(fallback.provider()), Text(fallback.model())) + '\n';
          }
          row.chain = row.chain.trimmed();
          if (!hidden_.contains(row.pattern)) rows_.push_back(std::move(row));
        }
        endResetModel();
        loaded_ = true;
        Q_EMIT changed();
      });
}

void RouteModel::set(const QString& pattern, const QString& provider, const QString& model, const QString& chain) {
  v1::SetRouteRequest request;
  v1::Route& route = *request.mutable_route();
  route.set_pattern(pattern.trimmed().toStdString());
  route.set_provider(provider.toStdString());
  route.set_model(model.trimmed().toStdString());
  for (const QString& line : chain.split('\n', Qt::SkipEmptyParts)) {
    auto& fallback = *route.add_fallbacks();
    fallback.set_provider(line.section(':', 0, 0).trimmed().toStdString());
    fallback.set_model(line.section(':', 1).trimmed().toStdString());
  }
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.SetRoute(request); },
      [this](absl::StatusOr<v1::SetRouteResponse> reply) {
        if (!reply.ok()) backend_.Report(reply.status());
        refresh();
      });
}

void RouteModel::remove(const QString& pattern) {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.pattern == pattern; });
  if (found == rows_.end()) return;
  const int row = static_cast<int>(found - rows_.begin());
  hidden_ << pattern;
  beginRemoveRows({}, row, row);
  rows_.erase(found);
  endRemoveRows();
  Q_EMIT changed();
  const auto act = [this, pattern] {
    v1::DeleteRouteRequest request;
    request.set_pattern(pattern.toStdString());
    backend_.rpc().Call(
        this, [request](ControlClient& client) { return client.DeleteRoute(request).status(); },
        [this, pattern](const absl::Status& status) {
          hidden_.removeAll(pattern);
          if (!status.ok()) backend_.Report(status);
          refresh();
        });
  };
  const auto revert = [this, pattern] {
    hidden_.removeAll(pattern);
    refresh();
  };
  toasts_.Undoable(tr("Route %1 removed").arg(pattern), act, revert);
}

void RouteModel::move(const QString& pattern, const QString& anchor) {
  if (pattern == anchor) return;
  v1::MoveRouteRequest request;
  request.set_pattern(pattern.toStdString());
  request.set_place(anchor.isEmpty() ? v1::PLACE_LAST : v1::PLACE_BEFORE);
  request.set_anchor_pattern(anchor.toStdString());
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
  request.set_provider(provider.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ApplyRoutePreset(request); },
      [this](absl::StatusOr<v1::ApplyRoutePresetResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        toasts_.info(tr("%n route(s) written", nullptr, reply->routes_size()));
        refresh();
      });
}

}  // namespace ag::gui
