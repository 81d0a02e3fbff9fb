#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QString>
#include <vector>

#include "gui/models/setting_row.h"
#include "gui/models/setting_text.h"

namespace ag::gui {

// Who keeps the settings of a group.
class SettingKeeper {
 public:
  SettingKeeper() = default;
  SettingKeeper(const SettingKeeper&) = delete;
  SettingKeeper& operator=(const SettingKeeper&) = delete;
  virtual ~SettingKeeper() = default;
  // Changes a setting; `text` as SettingRow::value, a number also with a unit of its own.
  virtual void Enter(const QString& key, const QString& text) = 0;
  virtual void Reset(const QString& key) = 0;
  // Why the text cannot be taken, which is known without asking; empty = it can.
  virtual QString ProblemOf(const QString& key, const QString& text) const = 0;
  // Shows a secret in full, or hides it again.
  virtual void Reveal(const QString& key, bool shown) = 0;
};

// One card of settings, in the order of the table of words.
class SettingGroup : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by SettingModel")
  Q_PROPERTY(QString title READ title NOTIFY changed)
  Q_PROPERTY(int count READ count NOTIFY changed)

 public:
  enum Role {
    KeyRole = Qt::UserRole,
    NameRole,
    DescriptionRole,
    HintRole,
    EffectRole,
    ShownRole,
    DividedRole,
    KindRole,
    ValueRole,
    UnitRole,
    PlaceholderRole,
    ChoicesRole,
    SegmentedRole,
    RevealedRole,
    SourceRole,
    SourceKindRole,
    OriginRole,
    OverriddenRole,  // true when the environment or a flag decides, so that a change here would do nothing
    DecidedRole,
    FallbackRole,
    CustomizedRole,
    ErrorRole,
  };

  SettingGroup(SettingCard card, SettingKeeper& keeper) : card_(card), keeper_(keeper) {}

  SettingCard card() const { return card_; }
  QString title() const { return SettingTr(TitleOf(card_)); }
  int count() const { return count_; }  // of those that are shown
  const std::vector<SettingRow>& rows() const { return rows_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  // One that is not among them is hidden. None is taken away: that keeps what is being typed, and Qt 6.4's layouts
  // crash when several of them lose items at once.
  void Show(std::vector<SettingRow> rows);

  Q_INVOKABLE void set(const QString& key, const QString& text) { keeper_.Enter(key, text); }
  Q_INVOKABLE void reset(const QString& key) { keeper_.Reset(key); }
  Q_INVOKABLE QString problemOf(const QString& key, const QString& text) const { return keeper_.ProblemOf(key, text); }
  Q_INVOKABLE void reveal(const QString& key, bool shown) { keeper_.Reveal(key, shown); }

 Q_SIGNALS:
  void changed();
  // What was typed into a row is in force or given up, and its value is as the daemon writes it.
  void taken(const QString& key);

 private:
  const SettingCard card_;
  SettingKeeper& keeper_;
  std::vector<SettingRow> rows_;
  int count_ = 0;
};

}  // namespace ag::gui
