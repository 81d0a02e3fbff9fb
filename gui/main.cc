#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QPixmap>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTimer>

#include "gui/app/app.h"
#include "gui/app/desktop.h"
#include "gui/app/icon_provider.h"
#include "gui/app/single_instance.h"

// Of the QML module's registration, which a static library would lose otherwise.
void qml_register_types_AgGateway();

namespace {

struct Arguments {
  ag::gui::AppOptions app;
  QString page;
  QString screenshot;
  QString language;
  QString theme;
  QSize size;
  bool hidden = false;
};

Arguments Parse(const QApplication& application) {
  QCommandLineParser parser;
  parser.setApplicationDescription("AG Gateway: accounts, routes, monitor and statistics of gatewayd.");
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption control("control", "The daemon's control service: unix:PATH or tcp:HOST:PORT.", "target");
  const QCommandLineOption demo("demo", "Show lifelike data of a fake daemon.");
  const QCommandLineOption hidden("hidden", "Start in the tray.");
  const QCommandLineOption page(
      "page", "The page to begin with: dashboard, accounts, proxy, monitor, stats or settings.", "name");
  const QCommandLineOption preferences("preferences", "The app's own settings file.", "file");
  const QCommandLineOption language("language", "en or zh_CN, for this run.", "language");
  const QCommandLineOption theme("theme", "light or dark, for this run.", "theme");
  const QCommandLineOption size("size", "The window's size, for this run.", "WIDTHxHEIGHT");
  const QCommandLineOption screenshot("screenshot", "Write a picture of the window once it has data, and end.", "file");
  parser.addOptions({control, demo, hidden, page, preferences, language, theme, size, screenshot});
  parser.process(application);
  Arguments arguments;
  arguments.app.target = parser.value(control);
  arguments.app.demo = parser.isSet(demo);
  arguments.app.preferences = parser.value(preferences);
  arguments.page = parser.value(page);
  arguments.screenshot = parser.value(screenshot);
  arguments.language = parser.value(language);
  arguments.theme = parser.value(theme);
  arguments.hidden = parser.isSet(hidden);
  const QStringList parts = parser.value(size).split('x');
  if (parts.size() == 2) arguments.size = QSize(parts[0].toInt(), parts[1].toInt());
  return arguments;
}

// The picture is taken when the page has had time for its data and its first animations.
void TakePicture(QQuickWindow& window, const QString& file) {
  QTimer::singleShot(2'500, &window, [&window, file] {
    const bool written = window.grabWindow().save(file);
    QCoreApplication::exit(written ? 0 : 1);
  });
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QCoreApplication::setApplicationName("ag-gateway");
  QCoreApplication::setApplicationVersion(QStringLiteral(AG_VERSION));
  QGuiApplication::setDesktopFileName("ag-gateway");
  QGuiApplication::setWindowIcon(QIcon(QPixmap::fromImage(ag::gui::DrawIcon("waypoints", "2f5bd3", QSize(128, 128)))));
  QQuickStyle::setStyle("Basic");
  const Arguments arguments = Parse(application);

  ag::gui::SingleInstance instance;
  const bool alone = arguments.app.demo || !arguments.screenshot.isEmpty() || instance.Claim();
  if (!alone) return 0;  // the running one has been asked to show itself

  qml_register_types_AgGateway();
  ag::gui::App app(arguments.app);
  if (!arguments.language.isEmpty()) app.UseLanguage(arguments.language);

  QQmlApplicationEngine engine;
  engine.addImportPath("qrc:/qt/qml");
  engine.addImageProvider("icon", new ag::gui::IconProvider);  // the engine owns it
  QVariantMap properties{{"app", QVariant::fromValue(&app)}, {"forcedTheme", arguments.theme}};
  if (!arguments.page.isEmpty()) properties.insert("page", arguments.page);
  if (!arguments.size.isEmpty()) {
    properties.insert("width", arguments.size.width());
    properties.insert("height", arguments.size.height());
  }
  properties.insert("visible", !arguments.hidden);
  engine.setInitialProperties(properties);
  QObject::connect(&app, &ag::gui::App::languageChanged, &engine, &QQmlApplicationEngine::retranslate);
  engine.load(QUrl("qrc:/qt/qml/AgGateway/qml/shell/Main.qml"));
  if (engine.rootObjects().isEmpty()) return 1;
  auto* window = qobject_cast<QQuickWindow*>(engine.rootObjects().constFirst());
  if (window == nullptr) return 1;

  QObject::connect(&instance, &ag::gui::SingleInstance::shown, window, [window] {
    window->show();
    window->raise();
    window->requestActivate();
  });
  if (!arguments.screenshot.isEmpty()) {
    TakePicture(*window, arguments.screenshot);
    return QApplication::exec();
  }
  ag::gui::Desktop desktop(app, *window);
  return QApplication::exec();
}
