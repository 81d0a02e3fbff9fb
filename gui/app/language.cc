#include "gui/app/language.h"

#include <QCoreApplication>
#include <QLocale>

namespace ag::gui {

void Language::Use(const QString& language) {
  const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
  QCoreApplication::removeTranslator(&translator_);
  QLocale::setDefault(locale);
  const bool chinese = locale.language() == QLocale::Chinese;
  if (translator_.load(chinese ? QStringLiteral(":/i18n/ag_gateway_zh_CN.qm")
                               : QStringLiteral(":/i18n/ag_gateway_en.qm"))) {
    QCoreApplication::installTranslator(&translator_);
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
