#pragma once

#include <QObject>
#include <QTranslator>

namespace ag::gui {

// The app's language, switched while it runs. Both are Qt Linguist files; English, which the sources say, has its
// plurals there alone.
class Language : public QObject {
  Q_OBJECT

 public:
  explicit Language(QObject* parent = nullptr) : QObject(parent) {}
  // "" = the system's, "en", "zh_CN".
  void Use(const QString& language);
  // Whether texts are those of the sources, as the daemon's sentences are.
  static bool IsEnglish();

 Q_SIGNALS:
  // Texts are to be asked for again.
  void changed();

 private:
  QTranslator translator_;
};

}  // namespace ag::gui
