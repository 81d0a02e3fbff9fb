#include "tests/gui/pages/page_test.h"

#include <QFile>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>
#include <QUrl>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/config.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "tests/fakes/tls_identity.h"

namespace ag::gui {
namespace {

constexpr int kPatienceMs = 5'000;
constexpr char kToken[] = "0123456789abcdef";
// An address of this machine that no program takes for its loopback: https://www.rfc-editor.org/rfc/rfc1122#page-30
constexpr char kElsewhere[] = "0.0.0.0";

QStringList& Printed() {
  static QStringList lines;
  return lines;
}

void Collect(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text) {
  // Of Qt itself: animations that run when a window goes, rows still being made when a list shrinks.
  if (text.startsWith("QUnifiedTimer::") || text.startsWith("DelegateModel::cancel")) return;
  // Of the platform that has no screen: no windows above others, no tray.
  if (text.endsWith("does not support raise()") || text.contains("::systemTrayWindowChanged(")) return;
  if (type != QtDebugMsg && type != QtInfoMsg) Printed() << text;
}

}  // namespace

PageTest::PageTest(const PageOptions& options) { Open(options); }

PageTest::~PageTest() {
  ui_.reset();
  main_.reset();
  app_.reset();
}

void PageTest::Open(const PageOptions& options) {
  ui_.reset();
  main_.reset();
  app_.reset();
  Printed().clear();
  qInstallMessageHandler(Collect);
  const ControlPlace place = Serve(options);
  client::ControlClientOptions control;
  control.target = place.target.toStdString();
  control.ca_file = place.ca_file.toStdString();
  control.token = kToken;
  daemon_ = std::make_unique<client::ControlClient>(control);
  const QString preferences = folder_.filePath("preferences.ini");
  QFile::remove(preferences);
  {
    Preferences stored(preferences);
    stored.setLanguage(options.language);
    stored.setTheme(options.theme);
    stored.setGuideDone(!options.first_start);
  }
  app_ = std::make_unique<App>(AppOptions{.control = place,
                                          .preferences = preferences,
                                          .open_url =
                                              [this](const QUrl& url) {
                                                opened_urls_ << url.toString();
                                                return opens_;
                                              },
                                          .own_addresses =
                                              [] {
                                                return QList<OwnAddress>{{QHostAddress("2001:db8::20"), "eth0"},
                                                                         {QHostAddress("192.168.1.20"), "eth0"}};
                                              }});
  main_ = std::make_unique<MainWindow>(*app_, WindowOptions{.page = options.page, .theme = {}, .size = options.size});
  ASSERT_NE(main_->window(), nullptr) << Printed().join("\n").toStdString();
  ui_.emplace(*main_->window());
  window().requestActivate();
  ASSERT_TRUE(Await([this] { return app_->accounts()->loaded() && window().isActive(); }));
}

void PageTest::Reopen(const QString& page) {
  const QSize size = window().size();
  ui_.reset();
  main_ = nullptr;
  main_ = std::make_unique<MainWindow>(*app_, WindowOptions{.page = page, .theme = {}, .size = size});
  ASSERT_NE(main_->window(), nullptr) << Printed().join("\n").toStdString();
  ui_.emplace(*main_->window());
  window().requestActivate();
  ASSERT_TRUE(Await([this] { return window().isActive(); }));
}

ControlPlace PageTest::Serve(const PageOptions& options) {
  DemoOptions demo{.past_requests = options.past_requests, .requests_per_second = 0, .model_test_ms = 0};
  demo.proxy_port = options.proxy_port;
  demo.sandbox = options.sandbox;
  demo.folder = folder_.path().toStdString();
  if (!options.version.isEmpty()) demo.version = options.version;
  if (!options.remote) {
    server_ = std::make_unique<DemoServer>(demo);
    return {server_->target(), {}, {}};
  }
  const test::TlsIdentity identity(kElsewhere);
  demo.address = kElsewhere;
  demo.certificate = identity.certificate_pem();
  demo.key = identity.key_pem();
  server_ = std::make_unique<DemoServer>(demo);
  ControlPlace place{server_->target(), WriteFile("ca.pem", QByteArray::fromStdString(identity.ca_pem())),
                     WriteFile("token", kToken)};
  QFile::setPermissions(place.token_file, QFile::ReadOwner | QFile::WriteOwner);
  return place;
}

void PageTest::TearDown() { EXPECT_EQ(Printed().join("\n").toStdString(), ""); }

bool PageTest::Await(const std::function<bool()>& is_so) const { return QTest::qWaitFor(is_so, kPatienceMs); }

QVariant PageTest::Of(const QString& name, const char* property) const {
  const QQuickItem* item = ui_->Find(name);
  return item == nullptr ? QVariant() : item->property(property);
}

void PageTest::Press(int key, Qt::KeyboardModifiers modifiers) { ui_->Press(static_cast<Qt::Key>(key), modifiers); }

void PageTest::Drag(const QString& name, int pixels) {
  QQuickItem* item = ui_->AwaitItem(name);
  if (item == nullptr) return;
  ui_->Drag(item, item->mapToScene(QPointF(item->width() / 2, item->height() / 2 + pixels)));
}

// By the keyboard: the dialog's own way to a path (Qt draws it in the window where the desktop has none).
void PageTest::PickFile(const QString& dialog, const QString& file) {
  const auto* found = window().findChild<QObject*>(dialog);
  ASSERT_NE(found, nullptr) << dialog.toStdString();
  const auto open = [found] { return found->property("visible").toBool(); };
  ASSERT_TRUE(Await([&] { return open() && ui_->Find("fileDialogListView") != nullptr; })) << dialog.toStdString();
  Press(Qt::Key_L, Qt::ControlModifier);
  Press(Qt::Key_A, Qt::ControlModifier);
  ui_->TypeOn(file);
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return !open(); })) << "it does not take " << file.toStdString();
}

QString PageTest::WriteFile(const QString& name, const QByteArray& content) {
  QFile file(folder_.filePath(name));
  EXPECT_TRUE(file.open(QIODevice::WriteOnly));
  file.write(content);
  return file.fileName();
}

QByteArray PageTest::ReadFile(const QString& name) {
  QFile file(folder_.filePath(name));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString PageTest::Toast() const {
  const Toasts& toasts = *app_->toasts();
  return toasts.count() == 0 ? QString() : toasts.data(toasts.index(toasts.count() - 1), Toasts::TextRole).toString();
}

QStringList PageTest::AccountLabels() {
  const auto reply = daemon_->ListAccounts({});
  EXPECT_TRUE(reply.ok());
  QStringList labels;
  if (reply.ok()) {
    for (const auto& account : reply->accounts()) labels << QString::fromStdString(account.label());
  }
  return labels;
}

gateway::v1::Account PageTest::AccountOf(const QString& label) {
  const auto reply = daemon_->ListAccounts({});
  EXPECT_TRUE(reply.ok());
  if (reply.ok()) {
    for (const auto& account : reply->accounts()) {
      if (account.label() == label.toStdString()) return account;
    }
  }
  return {};
}

QString PageTest::SettingOf(const QString& key) {
  const auto reply = daemon_->ListSettings();
  EXPECT_TRUE(reply.ok());
  if (reply.ok()) {
    for (const auto& setting : reply->settings()) {
      if (setting.key() == key.toStdString()) return QString::fromStdString(setting.value());
    }
  }
  return {};
}

QStringList PageTest::Routes() {
  const auto reply = daemon_->ListRoutes({});
  EXPECT_TRUE(reply.ok());
  QStringList patterns;
  if (reply.ok()) {
    for (const auto& route : reply->routes()) patterns << QString::fromStdString(route.pattern());
  }
  return patterns;
}

gateway::v1::Route PageTest::RouteOf(const QString& pattern) {
  const auto reply = daemon_->ListRoutes({});
  EXPECT_TRUE(reply.ok());
  if (reply.ok()) {
    for (const auto& route : reply->routes()) {
      if (QString::fromStdString(route.pattern()) == pattern) return route;
    }
  }
  ADD_FAILURE() << "no route " << pattern.toStdString();
  return {};
}

}  // namespace ag::gui
