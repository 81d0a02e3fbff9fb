#include "gui/models/setting_group.h"

#include <algorithm>
#include <utility>

namespace ag::gui {
namespace {

QVariant ValueOf(const SettingRow& row, int role) {
  switch (role) {
    case SettingGroup::KeyRole:
      return row.key;
    case SettingGroup::NameRole:
      return row.name;
    case SettingGroup::DescriptionRole:
      return row.description;
    case SettingGroup::HintRole:
      return row.hint;
    case SettingGroup::EffectRole:
      return row.effect;
    case SettingGroup::ShownRole:
      return row.shown;
    case SettingGroup::DividedRole:
      return row.divided;
    case SettingGroup::KindRole:
      return row.kind;
    case SettingGroup::ValueRole:
      return row.value;
    case SettingGroup::UnitRole:
      return row.unit;
    case SettingGroup::PlaceholderRole:
      return row.placeholder;
    case SettingGroup::ChoicesRole:
      return row.choices;
    case SettingGroup::SegmentedRole:
      return row.segmented;
    case SettingGroup::RevealedRole:
      return row.revealed;
    case SettingGroup::SourceRole:
      return row.source;
    case SettingGroup::OriginRole:
      return row.origin;
    case SettingGroup::OverriddenRole:
      return row.source_kind == u"environment" || row.source_kind == u"flag";
    case SettingGroup::SourceKindRole:
      return row.source_kind;
    case SettingGroup::DecidedRole:
      return row.decided;
    case SettingGroup::FallbackRole:
      return row.fallback;
    case SettingGroup::CustomizedRole:
      return row.customized;
    case SettingGroup::ErrorRole:
      return row.error;
    default:
      return {};
  }
}

// So that a control which shows something else keeps its place and the keyboard.
QList<int> Differences(const SettingRow& a, const SettingRow& b) {
  QList<int> roles;
  for (int role = SettingGroup::KeyRole; role <= SettingGroup::ErrorRole; ++role) {
    if (ValueOf(a, role) != ValueOf(b, role)) roles << role;
  }
  return roles;
}

}  // namespace

int SettingGroup::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QHash<int, QByteArray> SettingGroup::roleNames() const {
  return {{KeyRole, "key"},
          {NameRole, "name"},
          {DescriptionRole, "description"},
          {HintRole, "hint"},
          {EffectRole, "effect"},
          {KindRole, "kind"},
          {ValueRole, "value"},
          {UnitRole, "unit"},
          {PlaceholderRole, "placeholder"},
          {ChoicesRole, "choices"},
          {SegmentedRole, "segmented"},
          {RevealedRole, "revealed"},
          {SourceRole, "source"},
          {OverriddenRole, "overridden"},
          {DecidedRole, "decided"},
          {FallbackRole, "fallback"},
          {CustomizedRole, "customized"},
          {OriginRole, "origin"},
          {SourceKindRole, "sourceKind"},
          {ErrorRole, "error"},
          {ShownRole, "shown"},
          {DividedRole, "divided"}};
}

QVariant SettingGroup::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  return ValueOf(rows_[static_cast<std::size_t>(index.row())], role);
}

void SettingGroup::Show(std::vector<SettingRow> rows) {
  int at = 0;
  for (const SettingRow& row : rows) {
    const auto found = std::ranges::find(rows_, row.key, &SettingRow::key);
    if (found == rows_.end()) {
      beginInsertRows({}, at, at);
      rows_.insert(rows_.begin() + at, row);
      endInsertRows();
    } else {
      at = static_cast<int>(found - rows_.begin());
    }
    ++at;
  }
  count_ = 0;
  for (int i = 0; i < static_cast<int>(rows_.size()); ++i) {
    SettingRow& present = rows_[static_cast<std::size_t>(i)];
    const auto found = std::ranges::find(rows, present.key, &SettingRow::key);
    SettingRow next = found == rows.end() ? present : std::move(*found);
    if (found == rows.end()) next.shown = false;
    next.divided = next.shown && count_ > 0;
    count_ += next.shown ? 1 : 0;
    if (next == present) continue;
    const QList<int> roles = Differences(present, next);
    present = std::move(next);
    Q_EMIT dataChanged(index(i), index(i), roles);
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
