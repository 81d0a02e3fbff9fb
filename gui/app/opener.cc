#include "gui/app/opener.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <utility>

namespace ag::gui {

Opener::Opener(Function open) : open_(open ? std::move(open) : Function(&QDesktopServices::openUrl)) {}

bool Opener::OpenWeb(const QString& url) const {
  const QUrl address(url, QUrl::StrictMode);
  // Other schemes start other programs, and the address may be another machine's.
  const bool web = address.scheme() == QLatin1String("https") || address.scheme() == QLatin1String("http");
  return web && !address.host().isEmpty() && open_(address);
}

bool Opener::OpenFolder(const QString& path) const {
  const QFileInfo folder(path);
  return folder.isAbsolute() && folder.isDir() && open_(QUrl::fromLocalFile(path));
}

}  // namespace ag::gui
