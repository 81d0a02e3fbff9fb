#include "gui/app/language.h"

#include <QCoreApplication>
#include <QLocale>

namespace ag::gui {

void Language::Use(const QString& language) {
  const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
  QCoreApplication::removeTranslator(&translator_);
  QLocale::setDefault(locale);
  if (locale.language() == QLocale::Chinese && translator_.load(QStringLiteral(":/i18n/ag_gateway_zh_CN.qm"))) {
    QCoreApplication::installTranslator(&translator_);
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
