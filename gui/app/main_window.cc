#include "gui/app/main_window.h"

#include <QQuickStyle>
#include <QQuickWindow>
#include <QUrl>
#include <QVariantMap>

#include "gui/app/app.h"
#include "gui/app/icon_provider.h"

// Of the QML module's registration, which a static library would lose otherwise.
void qml_register_types_AgGateway();

namespace ag::gui {

MainWindow::MainWindow(App& app, const WindowOptions& options) {
  if (QQuickStyle::name().isEmpty()) QQuickStyle::setStyle("Basic");  // only before the first window
  qml_register_types_AgGateway();
  engine_.addImportPath("qrc:/qt/qml");
  engine_.addImageProvider("icon", new IconProvider);  // the engine owns it
  QVariantMap properties{{"app", QVariant::fromValue(&app)}, {"forcedTheme", options.theme}};
  if (!options.page.isEmpty()) properties.insert("page", options.page);
  if (!options.size.isEmpty()) {
    properties.insert("width", options.size.width());
    properties.insert("height", options.size.height());
  }
  properties.insert("visible", options.visible);
  engine_.setInitialProperties(properties);
  QObject::connect(&app, &App::languageChanged, &engine_, &QQmlApplicationEngine::retranslate);
  engine_.load(QUrl("qrc:/qt/qml/AgGateway/qml/shell/Main.qml"));
  if (!engine_.rootObjects().isEmpty()) window_ = qobject_cast<QQuickWindow*>(engine_.rootObjects().constFirst());
}

}  // namespace ag::gui
