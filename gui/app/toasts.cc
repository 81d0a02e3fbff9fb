#include "gui/app/toasts.h"

#include <algorithm>

#include "gui/models/failure_text.h"

namespace ag::gui {
namespace {
constexpr int kInfoMs = 4'000;
constexpr int kErrorMs = 10'000;
constexpr int kUndoMs = 7'000;
constexpr int kMost = 4;  // at once, unless more than that can be undone
}  // namespace

Toasts::~Toasts() { Flush(); }

Toasts::Toast Toasts::Plain(const QString& text, const char* kind, int duration_ms) {
  Toast toast;
  toast.text = text;
  toast.kind = QLatin1String(kind);
  toast.duration_ms = duration_ms;
  return toast;
}

int Toasts::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QVariant Toasts::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Toast& toast = toasts_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case IdRole:
      return toast.id;
    case TextRole:
      return toast.text;
    case KindRole:
      return toast.kind;
    case UndoableRole:
      return static_cast<bool>(toast.revert);
    case DurationRole:
      return toast.duration_ms;
    default:
      return {};
  }
}

QHash<int, QByteArray> Toasts::roleNames() const {
  return {{IdRole, "toastId"},
          {TextRole, "text"},
          {KindRole, "kind"},
          {UndoableRole, "undoable"},
          {DurationRole, "duration"}};
}

void Toasts::info(const QString& text) { Add(Plain(text, "info", kInfoMs)); }

void Toasts::error(const QString& text) {
  // The same failure again and again (a daemon that is gone) is one message.
  const auto same =
      std::find_if(toasts_.begin(), toasts_.end(), [&](const Toast& toast) { return toast.text == text; });
  if (same == toasts_.end()) Add(Plain(text, "error", kErrorMs));
}

int Toasts::Undoable(const QString& text, std::function<void()> act, std::function<void()> revert) {
  Toast toast = Plain(text, "info", kUndoMs);
  toast.act = std::move(act);
  toast.revert = std::move(revert);
  return Add(std::move(toast));
}

void Toasts::dismiss(int id) {
  if (const Toast toast = Take(id); toast.act) toast.act();
}

void Toasts::undo(int id) {
  if (const Toast toast = Take(id); toast.revert) toast.revert();
}

bool Toasts::undoNewest() {
  const auto newest = std::find_if(toasts_.rbegin(), toasts_.rend(), [](const Toast& toast) { return toast.revert; });
  if (newest == toasts_.rend()) return false;
  undo(newest->id);
  return true;
}

void Toasts::Flush() {
  for (;;) {
    const auto held = std::ranges::find_if(toasts_, [](const Toast& toast) { return static_cast<bool>(toast.act); });
    if (held == toasts_.end()) return;
    dismiss(held->id);
  }
}

QString Toasts::NotDone(const QString& text, const absl::Status& why) {
  return tr("“%1” was not carried out. %2").arg(text, FailureText(why));
}

// News go before failures; what can be undone is not done before its time.
int Toasts::GivesWay() const {
  const auto oldest = [this](const char* kind) {
    return std::find_if(toasts_.begin(), toasts_.end(),
                        [kind](const Toast& toast) { return !toast.revert && toast.kind == QLatin1String(kind); });
  };
  auto found = oldest("info");
  if (found == toasts_.end()) found = oldest("error");
  return found == toasts_.end() ? 0 : found->id;
}

int Toasts::Add(Toast toast) {
  while (count() >= kMost) {
    const int id = GivesWay();
    if (id == 0) break;
    dismiss(id);
  }
  toast.id = next_id_++;
  beginInsertRows({}, count(), count());
  toasts_.push_back(std::move(toast));
  endInsertRows();
  Q_EMIT countChanged();
  return toasts_.back().id;
}

Toasts::Toast Toasts::Take(int id) {
  const auto found = std::find_if(toasts_.begin(), toasts_.end(), [id](const Toast& toast) { return toast.id == id; });
  if (found == toasts_.end()) return {};
  const int row = static_cast<int>(found - toasts_.begin());
  beginRemoveRows({}, row, row);
  Toast toast = std::move(*found);
  toasts_.erase(found);
  endRemoveRows();
  Q_EMIT countChanged();
  return toast;
}

}  // namespace ag::gui
