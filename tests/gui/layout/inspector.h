#pragma once

#include <QImage>
#include <QRegularExpression>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QVector>

class QQuickWindow;

namespace ag::gui {

// Looks at what a window shows now, or the dialog or menu that is open in it, and finds what a person could not read or
// use: texts of the app that are cut, texts that reach out of the window or out of what clips them, texts or controls
// that lie on each other, and texts whose contrast with the ground that is painted behind them is below 4.5:1 (3:1 for
// large ones, WCAG 2.2, 1.4.3; what is disabled is exempt). Names of accounts, models and other people's words may be
// cut: only the app's own sentences may not, unless the pointer tells the whole of them (CutText). A sentence that is
// not in the chosen language is found too.
class Inspector {
 public:
  // `catalogue`: a .ts file, whose sources and translations are the app's own sentences.
  explicit Inspector(const QString& catalogue);

  // One line a finding, with the text. The window has to stand still.
  enum class Language { kSource, kTranslated };
  QStringList Inspect(QQuickWindow& window, Language language) const;
  // What is painted now, in the screen's pixels and with their number to one of the window's.
  static QImage PictureOf(QQuickWindow& window);
  // Whether a dialog, menu or drawer is open.
  static bool HasPopup(QQuickWindow& window);
  int sentences() const { return static_cast<int>(sources_.exact.size()); }

 private:
  struct Sentences {
    QSet<QString> exact;
    QVector<QRegularExpression> patterns;  // of those with arguments

    void Add(const QString& text);
    bool Has(const QString& text) const;
  };

  Sentences sources_;
  Sentences translations_;
};

}  // namespace ag::gui
