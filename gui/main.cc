#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QPixmap>
#include <QQuickWindow>
#include <QTimer>
#include <cstdio>

#include "gui/app/app.h"
#include "gui/app/desktop.h"
#include "gui/app/icon_provider.h"
#include "gui/app/main_window.h"
#include "gui/app/single_instance.h"

namespace {

struct Arguments {
  ag::gui::AppOptions app;
  ag::gui::WindowOptions window;
  QString screenshot;
  QString language;
  bool report_painted = false;
};

Arguments Parse(const QApplication& application) {
  QCommandLineParser parser;
  parser.setApplicationDescription("AG Gateway: accounts, routes, monitor and statistics of gatewayd.");
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption control("control", "The daemon's control service: unix:PATH or tcp:HOST:PORT.", "target");
  const QCommandLineOption ca("control-ca", "Of tcp: the certificates to trust, PEM. Default: the system's.", "file");
  const QCommandLineOption token("control-token-file", "Of tcp: the file with its token.", "file");
  const QCommandLineOption demo("demo", "Show lifelike data of a fake daemon.");
  const QCommandLineOption hidden("hidden", "Start in the tray.");
  const QCommandLineOption page(
      "page", "The page to begin with: dashboard, accounts, proxy, monitor, stats or settings.", "name");
  const QCommandLineOption preferences("preferences", "The app's own settings file.", "file");
  const QCommandLineOption language("language", "en or zh_CN, for this run.", "language");
  const QCommandLineOption theme("theme", "light or dark, for this run.", "theme");
  const QCommandLineOption size("size", "The window's size, for this run.", "WIDTHxHEIGHT");
  const QCommandLineOption screenshot("screenshot", "Write a picture of the window once it has data, and end.", "file");
  const QCommandLineOption painted("report-painted",
                                   "Write \"painted\" to the output once the first page is on the screen.");
  parser.addOptions({control, ca, token, demo, hidden, page, preferences, language, theme, size, screenshot, painted});
  parser.process(application);
  Arguments arguments;
  arguments.app.control = {parser.value(control), parser.value(ca), parser.value(token)};
  arguments.app.demo = parser.isSet(demo);
  arguments.app.preferences = parser.value(preferences);
  arguments.window.page = parser.value(page);
  arguments.screenshot = parser.value(screenshot);
  arguments.language = parser.value(language);
  arguments.report_painted = parser.isSet(painted);
  arguments.window.theme = parser.value(theme);
  arguments.window.visible = !parser.isSet(hidden);
  const QStringList parts = parser.value(size).split('x');
  if (parts.size() == 2) arguments.window.size = QSize(parts[0].toInt(), parts[1].toInt());
  return arguments;
}

// The picture is taken when the page has had time for its data and its first animations.
void TakePicture(QQuickWindow& window, const QString& file) {
  QTimer::singleShot(2'500, &window, [&window, file] {
    const bool written = window.grabWindow().save(file);
    QCoreApplication::exit(written ? 0 : 1);
  });
}

// For whoever measures the start. The first page is part of the first frame: it is made before the window is shown.
void ReportPainted(QQuickWindow& window) {
  const auto report = [] {
    std::puts("painted");
    std::fflush(stdout);
  };
  QObject::connect(&window, &QQuickWindow::frameSwapped, &window, report,
                   static_cast<Qt::ConnectionType>(Qt::DirectConnection | Qt::SingleShotConnection));
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QCoreApplication::setApplicationName("ag-gateway");
  QCoreApplication::setApplicationVersion(QStringLiteral(AG_VERSION));
  QGuiApplication::setDesktopFileName("ag-gateway");
  QGuiApplication::setWindowIcon(QIcon(QPixmap::fromImage(ag::gui::DrawIcon("waypoints", "2f5bd3", QSize(128, 128)))));
  const Arguments arguments = Parse(application);

  ag::gui::SingleInstance instance;
  const bool alone = arguments.app.demo || !arguments.screenshot.isEmpty() || instance.Claim();
  if (!alone) return 0;  // the running one has been asked to show itself

  ag::gui::App app(arguments.app);
  if (!arguments.language.isEmpty()) app.UseLanguage(arguments.language);
  const ag::gui::MainWindow main_window(app, arguments.window);
  QQuickWindow* window = main_window.window();
  if (window == nullptr) return 1;

  if (arguments.report_painted) ReportPainted(*window);
  QObject::connect(&instance, &ag::gui::SingleInstance::shown, window, [window] {
    window->show();
    window->raise();
    window->requestActivate();
  });
  if (!arguments.screenshot.isEmpty()) {
    TakePicture(*window, arguments.screenshot);
    return QApplication::exec();
  }
  ag::gui::Desktop desktop(app, *window, arguments.window);
  return QApplication::exec();
}
