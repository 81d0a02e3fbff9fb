#include "gui/app/main_window.h"

#include <QKeyEvent>
#include <QKeySequence>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QUrl>
#include <QVariantMap>
#include <algorithm>
#include <array>

#include "gui/app/app.h"
#include "gui/app/icon_provider.h"
#include "gui/app/toasts.h"

// Of the QML module's registration, which a static library would lose otherwise.
void qml_register_types_AgGateway();

namespace ag::gui {
namespace {
// As Main.qml calls them; another name, of an older app perhaps, leads to the first.
constexpr std::array<const char*, 6> kPages{"dashboard", "accounts", "proxy", "monitor", "stats", "settings"};

// Undoes what the newest message holds back, also while a dialog is open, which lets no shortcut of the window
// through. A field that has something of its own to undo does that.
class UndoKeys : public QObject {
 public:
  UndoKeys(QQuickWindow& window, Toasts& toasts) : QObject(&window), window_(window), toasts_(toasts) {
    window.installEventFilter(this);
  }
  bool eventFilter(QObject* /*window*/, QEvent* event) override {
    if (event->type() != QEvent::KeyPress) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (!key->matches(QKeySequence::Undo) || key->isAutoRepeat()) return false;
    const QQuickItem* focus = window_.activeFocusItem();
    if (focus != nullptr && focus->property("canUndo").toBool()) return false;
    return toasts_.undoNewest();
  }

 private:
  QQuickWindow& window_;
  Toasts& toasts_;
};

}  // namespace

MainWindow::MainWindow(App& app, const WindowOptions& options) {
  if (QQuickStyle::name().isEmpty()) QQuickStyle::setStyle("Basic");  // only before the first window
  qml_register_types_AgGateway();
  engine_.addImportPath("qrc:/qt/qml");
  engine_.addImageProvider("icon", new IconProvider);  // the engine owns it
  QVariantMap properties{{"app", QVariant::fromValue(&app)}, {"forcedTheme", options.theme}};
  const QString page = options.page.isEmpty() ? app.preferences()->value(kPageKey, {}).toString() : options.page;
  if (std::ranges::any_of(kPages, [&page](const char* name) { return page == name; })) properties.insert("page", page);
  if (!options.size.isEmpty()) {
    properties.insert("width", options.size.width());
    properties.insert("height", options.size.height());
  }
  properties.insert("visible", options.visible);
  engine_.setInitialProperties(properties);
  QObject::connect(&app, &App::languageChanged, &engine_, &QQmlApplicationEngine::retranslate);
  engine_.load(QUrl("qrc:/qt/qml/AgGateway/qml/shell/Main.qml"));
  if (!engine_.rootObjects().isEmpty()) window_ = qobject_cast<QQuickWindow*>(engine_.rootObjects().constFirst());
  if (window_ != nullptr) new UndoKeys(*window_, *app.toasts());  // the window owns it
}

}  // namespace ag::gui
