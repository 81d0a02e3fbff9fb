#include "gui/app/icon_provider.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace ag::gui {

QImage DrawIcon(const QString& name, const QString& colour, const QSize& size) {
  QImage image(size, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  QFile file(QStringLiteral(":/qt/qml/AgGateway/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly)) return image;
  QByteArray svg = file.readAll();
  svg.replace("currentColor", "#" + colour.toLatin1());
  QSvgRenderer renderer(svg);
  QPainter painter(&image);
  renderer.render(&painter);
  return image;
}

QImage IconProvider::requestImage(const QString& id, QSize* size, const QSize& requested) {
  const QSize pixels = requested.isValid() && !requested.isEmpty() ? requested : QSize(24, 24);
  if (size != nullptr) *size = pixels;
  return DrawIcon(id.section('/', 0, 0), id.section('/', 1, 1), pixels);
}

}  // namespace ag::gui
