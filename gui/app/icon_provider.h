#pragma once

#include <QQuickImageProvider>

namespace ag::gui {

// "image://icon/<name>/<rrggbb>": an icon of icons/, drawn in that colour as large as it is asked for. Qt calls it on
// threads of its own.
class IconProvider : public QQuickImageProvider {
 public:
  IconProvider() : QQuickImageProvider(QQuickImageProvider::Image) {}
  QImage requestImage(const QString& id, QSize* size, const QSize& requested) override;
};

// The same for tray and window.
QImage DrawIcon(const QString& name, const QString& colour, const QSize& size);

}  // namespace ag::gui
