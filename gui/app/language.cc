#include "gui/app/language.h"

#include <QCoreApplication>
#include <QLocale>

namespace ag::gui {

void Language::Use(const QString& language) {
  const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
  QCoreApplication::removeTranslator(&translator_);
  QLocale::setDefault(locale);
  if (translator_.load(IsEnglish() ? QStringLiteral(":/i18n/ag_gateway_en.qm")
                                   : QStringLiteral(":/i18n/ag_gateway_zh_CN.qm"))) {
    QCoreApplication::installTranslator(&translator_);
  }
  Q_EMIT changed();
}

// Whoever's language the app does not speak reads English.
bool Language::IsEnglish() { return QLocale().language() != QLocale::Chinese; }

}  // namespace ag::gui
