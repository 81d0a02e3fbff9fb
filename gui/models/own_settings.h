#pragma once

#include <QObject>
#include <vector>

#include "gui/models/setting_group.h"

namespace ag::gui {

class Preferences;

// The app's own settings as rows of a group.
class OwnSettings : public QObject, public SettingKeeper {
  Q_OBJECT

 public:
  explicit OwnSettings(Preferences& preferences, QObject* parent = nullptr);

  // In the order of the table of words.
  std::vector<SettingRow> Rows() const;

  void Enter(const QString& key, const QString& text) override;
  void Reset(const QString& key) override;
  QString ProblemOf(const QString& key, const QString& text) const override;
  void Reveal(const QString& key, bool shown) override;

 Q_SIGNALS:
  void changed();

 private:
  Preferences& preferences_;
};

}  // namespace ag::gui
