#include "gui/models/route_model.h"

#include <algorithm>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/failure_text.h"
#include "gui/models/row_move.h"
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

bool SameKey(const v1::Route& a, const v1::Route& b) {
  return a.pattern() == b.pattern() && a.condition() == b.condition();
}

// Of the daemon's; null when there is none of that pattern and condition.
const v1::Route* Find(const v1::ListRoutesResponse& routes, const v1::Route& like) {
  const auto found = std::ranges::find_if(routes.routes(), [&like](const auto& one) { return SameKey(one, like); });
  return found == routes.routes().end() ? nullptr : &*found;
}

// What is to be stored, in the place of which.
struct Wanted {
  v1::Route route;
  std::optional<v1::Route> edited;
  bool replace = false;
};

}  // namespace

// What came of a save().
struct RouteModel::Outcome {
  enum class What { kStored, kGone, kChanged, kTaken };

  explicit Outcome(const Wanted& wanted) : route(wanted.route) {}
  static Outcome Of(ControlClient& client, const Wanted& wanted) {
    Outcome outcome(wanted);
    v1::SetRouteRequest request;
    *request.mutable_route() = wanted.route;
    request.set_only_new(!wanted.replace);
    if (wanted.edited) {
      request.mutable_route()->set_etag(wanted.edited->etag());
      request.mutable_in_place_of()->set_pattern(wanted.edited->pattern());
      request.mutable_in_place_of()->set_condition(wanted.edited->condition());
    }
    outcome.status = client.SetRoute(request).status();
    const bool gone = absl::IsNotFound(outcome.status) && wanted.edited;
    if (gone) outcome.what = What::kGone;
    if (absl::IsAborted(outcome.status)) outcome.Meets(client, What::kChanged, *wanted.edited);
    if (absl::IsAlreadyExists(outcome.status)) outcome.Meets(client, What::kTaken, wanted.route);
    return outcome;
  }
  // What stands in the way, unless it has gone by now: then a second try tells.
  void Meets(ControlClient& client, What how, const v1::Route& like) {
    const auto routes = client.ListRoutes({});
    const v1::Route* found = routes.ok() ? Find(*routes, like) : nullptr;
    if (found == nullptr) return;
    present = *found;
    what = how;
  }

  What what = What::kStored;
  absl::Status status;
  v1::Route route;    // as it was wanted
  v1::Route present;  // what stands in the way
};

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
      return backend_.ProviderName(row.provider);
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
  if (row.thinking_budget && *row.thinking_budget == 0) target += " · " + tr("thinking off");
  if (row.thinking_budget && *row.thinking_budget > 0)
    target += " · " + tr("thinks with %1 tokens").arg(*row.thinking_budget);
  return target;
}

void RouteModel::Retranslate() {
  if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
}

void RouteModel::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListRoutes({}); },
      [this, order = order_](absl::StatusOr<v1::ListRoutesResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        // An order of before would put back what was moved; it is asked for again after that.
        if (moving_ > 0) return;
        if (order != order_) return refresh();
        std::vector<Row> rows;
        for (const v1::Route& route : reply->routes()) {
          Row row = ToRow(route);
          const auto hides = [&row](const Held& held) { return held.key == row.key && held.stored == row.stored; };
          if (std::ranges::none_of(held_, hides)) rows.push_back(std::move(row));
        }
        Show(std::move(rows));
      });
}

// Rows that stay keep their items on the page, and the keyboard.
void RouteModel::Show(std::vector<Row> rows) {
  const auto place_of = [](const std::vector<Row>& in, const Key& key) {
    return static_cast<int>(std::ranges::find(in, key, &Row::key) - in.begin());
  };
  for (int at = count() - 1; at >= 0; --at) {
    if (place_of(rows, rows_[static_cast<std::size_t>(at)].key) < static_cast<int>(rows.size())) continue;
    beginRemoveRows({}, at, at);
    rows_.erase(rows_.begin() + at);
    endRemoveRows();
  }
  for (int at = 0; at < static_cast<int>(rows.size()); ++at) {
    const Row& row = rows[static_cast<std::size_t>(at)];
    const int old = place_of(rows_, row.key);
    if (old == count()) {
      beginInsertRows({}, at, at);
      rows_.insert(rows_.begin() + at, row);
      endInsertRows();
    } else if (old != at) {  // what is before `at` is in its place already: it comes from below
      Shift(old, at);
    }
  }
  rows_ = std::move(rows);
  if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
  loaded_ = true;
  Q_EMIT changed();
}

void RouteModel::Shift(int from, int to) {
  beginMoveRows({}, from, from, {}, MoveDestination(from, to));
  MoveRow(rows_, from, to);
  endMoveRows();
}

RouteModel::Row RouteModel::ToRow(const v1::Route& route) {
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
  row.stored = route.SerializeAsString();
  return row;
}

void RouteModel::beginAdd() {
  editing_ = true;
  edited_.reset();
}

void RouteModel::beginEdit(int row) {
  editing_ = row >= 0 && row < count();
  edited_.reset();
  if (editing_) edited_ = rows_[static_cast<std::size_t>(row)];
}

void RouteModel::save(const QString& pattern, bool background, const QString& provider, const QString& model,
                      const QString& chain, const QString& effort, bool replace) {
  if (!editing_) {
    Q_EMIT refused(tr("The app speaks to another gateway now."));
    return;
  }
  Wanted wanted;
  v1::Route& route = wanted.route;
  route.set_pattern(pattern.trimmed().toStdString());
  route.set_condition(ConditionOf(background));
  route.set_provider(backend_.ProviderId(provider).toStdString());
  route.set_model(model.trimmed().toStdString());
  if (!effort.isEmpty()) route.mutable_options()->set_reasoning_effort(effort.toStdString());
  if (edited_ && edited_->thinking_budget) route.mutable_options()->set_thinking_budget(*edited_->thinking_budget);
  for (const QString& line : chain.split('\n', Qt::SkipEmptyParts)) {
    auto& fallback = *route.add_fallbacks();
    fallback.set_provider(backend_.ProviderId(line.section(':', 0, 0)).toStdString());
    fallback.set_model(line.section(':', 1).trimmed().toStdString());
  }
  if (edited_) wanted.edited.emplace().ParseFromString(edited_->stored);
  // One that is as good as removed may be written over.
  const Key key = ToRow(route).key;
  wanted.replace = replace || std::ranges::find(held_, key, &Held::key) != held_.end();
  backend_.rpc().Call(
      this, [wanted](ControlClient& client) { return Outcome::Of(client, wanted); },
      [this](const Outcome& outcome) { Take(outcome); });
}

void RouteModel::Take(const Outcome& outcome) {
  const QString goes_to = TargetText(ToRow(outcome.present));
  switch (outcome.what) {
    case Outcome::What::kGone:
      edited_.reset();
      Q_EMIT refused(tr("It was removed elsewhere meanwhile. Save again to add it anew."));
      return refresh();
    case Outcome::What::kChanged:
      edited_ = ToRow(outcome.present);
      Q_EMIT refused(
          tr("It was changed elsewhere meanwhile and goes to %1 now. Save again to replace that.").arg(goes_to));
      return refresh();
    case Outcome::What::kTaken:
      Q_EMIT taken(tr("There is a route for %1 already: it goes to %2.").arg(Text(outcome.present.pattern()), goes_to));
      return refresh();
    case Outcome::What::kStored:
      break;
  }
  if (!outcome.status.ok()) {
    Q_EMIT refused(FailureText(outcome.status));
    return;
  }
  // What was to be removed is not there any more: this one has its name.
  const Key key = ToRow(outcome.route).key;
  const auto held = std::ranges::find(held_, key, &Held::key);
  if (held != held_.end()) toasts_.Drop(held->toast);
  Unhold(key);
  editing_ = false;
  Q_EMIT saved();
  refresh();
}

void RouteModel::Delete(const Row& row, const QString& message) {
  v1::Route removed;
  removed.ParseFromString(row.stored);
  v1::DeleteRouteRequest request;
  request.set_pattern(removed.pattern());
  request.set_condition(removed.condition());
  request.set_etag(removed.etag());
  backend_.rpc().CallToEnd(
      this, [request](ControlClient& client) { return client.DeleteRoute(request).status(); },
      [this, key = row.key, message](const absl::Status& status) {
        Unhold(key);
        if (!status.ok() && !absl::IsNotFound(status)) toasts_.error(Toasts::NotDone(message, status));
        refresh();
      });
}

void RouteModel::Forget() {
  moving_ = 0;
  beginResetModel();
  rows_.clear();
  endResetModel();
  held_.clear();
  edited_.reset();
  editing_ = false;
  loaded_ = false;
  Q_EMIT changed();
}

void RouteModel::Hold(const Row& row) {
  const QString message = tr("Route %1 removed").arg(row.key.pattern);
  const auto revert = [this, key = row.key] {
    Unhold(key);
    refresh();
  };
  const int toast = toasts_.Undoable(message, [this, row, message] { Delete(row, message); }, revert);
  held_.push_back({row.key, row.stored, toast});
}

void RouteModel::remove(int row) {
  if (row < 0 || row >= count()) return;
  const Row removed = rows_[static_cast<std::size_t>(row)];
  beginRemoveRows({}, row, row);
  rows_.erase(rows_.begin() + row);
  endRemoveRows();
  Q_EMIT changed();
  Hold(removed);
}

void RouteModel::move(int row, int before) {
  if (row < 0 || row >= count() || before >= count()) return;
  const int to = before < 0 ? count() - 1 : before > row ? before - 1 : before;
  if (to == row) return;
  const Key key = rows_[static_cast<std::size_t>(row)].key;
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
  // At once on the page, so that what was dropped stays there; and in the daemon in the order of the moves.
  Shift(row, to);
  ++order_;
  ++moving_;
  backend_.rpc().CallToEnd(
      this, [request](ControlClient& client) { return client.MoveRoute(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) backend_.Report(status);
        moving_ = std::max(0, moving_ - 1);  // none is counted any more when another gateway was turned to
        refresh();
      });
}

void RouteModel::applyPreset(const QString& preset, const QString& provider, bool replace) {
  v1::ApplyRoutePresetRequest request;
  request.set_preset(preset.toStdString());
  request.set_provider(backend_.ProviderId(provider).toStdString());
  request.set_replace(replace);
  backend_.rpc().Call(
      this,
      [request](ControlClient& client) {
        v1::ApplyRoutePresetRequest plan = request;
        plan.set_validate_only(true);
        auto planned = client.ApplyRoutePreset(plan);
        const bool asks = planned.ok() && !request.replace() && !planned->replaced_routes().empty();
        return !planned.ok() || asks ? planned : client.ApplyRoutePreset(request);
      },
      [this, replace](absl::StatusOr<v1::ApplyRoutePresetResponse> reply) {
        if (!reply.ok()) {
          Q_EMIT presetRefused(FailureText(reply.status()));
          return;
        }
        if (!replace && !reply->replaced_routes().empty()) {
          QStringList texts;
          for (const v1::Route& route : reply->replaced_routes()) {
            texts << tr("%1 goes to %2").arg(Text(route.pattern()), TargetText(ToRow(route)));
          }
          Q_EMIT presetTaken(tr("These routes of yours would be replaced:") + "\n" + texts.join('\n'));
          return;
        }
        toasts_.info(tr("%n route(s) written", nullptr, reply->routes_size()));
        Q_EMIT presetWritten();
        refresh();
      });
}

}  // namespace ag::gui
