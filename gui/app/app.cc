#include "gui/app/app.h"

#include <QClipboard>
#include <QGuiApplication>

#include "gui/demo/demo_proxy.h"
#include "gui/demo/demo_server.h"

namespace ag::gui {

// The fake daemon of --demo, behind a socket like a real one, and its proxy: at a port of its own, since a real gateway
// may listen at the usual one, and what a request costs there is real.
class App::DemoHolder {
 public:
  DemoServer& server() { return server_; }

 private:
  static DemoOptions OptionsFor(const DemoProxy& proxy) {
    DemoOptions options;
    options.proxy_port = proxy.serverPort();
    options.past_requests = 2'500;
    return options;
  }
  DemoProxy proxy_{[this](const QString& model) {
                     return DemoProxy::Reply{200, DemoProxy::Hello(),
                                             QByteArray::fromStdString(server_.Serve(model.toStdString()))};
                   },
                   [this] { return server_.ProxyListens(); }};
  DemoServer server_{OptionsFor(proxy_)};
};

App::App(const AppOptions& options, QObject* parent)
    : QObject(parent),
      preferences_(options.preferences),
      opener_(options.open_url),
      demo_(options.demo ? std::make_unique<DemoHolder>() : nullptr),
      connector_(backend_, preferences_),
      daemon_(backend_, preferences_, options.programs),
      health_(backend_),
      accounts_(backend_, toasts_),
      account_filter_(accounts_),
      account_story_(backend_),
      account_probe_(backend_),
      account_form_(backend_, toasts_, opener_),
      client_keys_(backend_, toasts_),
      client_key_form_(backend_, toasts_, client_keys_),
      routes_(backend_, toasts_),
      route_test_(backend_),
      snippets_(backend_, accounts_),
      test_request_(backend_, accounts_, snippets_),
      monitor_(backend_),
      request_detail_(backend_, client_keys_),
      token_stats_(backend_),
      settings_(backend_, preferences_),
      lan_(backend_, options.own_addresses),
      places_(backend_),
      dashboard_(backend_, accounts_),
      latest_requests_(backend_) {
  connect(&backend_, &Backend::failed, &toasts_, &Toasts::error);
  connect(&backend_, &Backend::leaving, &toasts_, &Toasts::Flush);
  connect(&backend_, &Backend::forgotten, &account_filter_, &AccountFilter::clear);
  connect(&account_probe_, &AccountProbe::learned, &account_story_, &AccountStory::refresh);
  connect(&account_probe_, &AccountProbe::learned, &accounts_, &AccountModel::refresh);
  connect(&preferences_, &Preferences::failed, &toasts_, &Toasts::error);
  connect(&preferences_, &Preferences::languageChanged, this, [this] { language_.Use(preferences_.language()); });
  connect(&language_, &Language::changed, this, [this] {
    accounts_.Retranslate();
    client_keys_.Retranslate();
    settings_.Retranslate();
    places_.Retranslate();
    monitor_.Retranslate();
    latest_requests_.Retranslate();
    request_detail_.Retranslate();
    token_stats_.Retranslate();
    dashboard_.Retranslate();
    routes_.Retranslate();
    account_story_.Retranslate();
    account_probe_.Retranslate();
    route_test_.Retranslate();
    health_.Retranslate();
    account_form_.Retranslate();
    // Texts that are put into words when they are read.
    Q_EMIT test_request_.changed();
    Q_EMIT connector_.changed();
    Q_EMIT daemon_.changed();
    Q_EMIT backend_.connectionChanged();
    Q_EMIT backend_.proxyChanged();
    Q_EMIT backend_.lastErrorChanged();
    Q_EMIT languageChanged();
  });
  language_.Use(preferences_.language());
  connector_.Start(demo_ ? ControlPlace{demo_->server().target(), {}, {}} : options.control);
  if (!demo_) daemon_.StartWithApp();
}

App::~App() { toasts_.Flush(); }

void App::copy(const QString& text) {
  QGuiApplication::clipboard()->setText(text);
  toasts_.info(tr("Copied"));
}

void App::openUrl(const QString& url) {
  if (!opener_.OpenWeb(url)) toasts_.error(tr("No browser could be opened for %1").arg(url));
}

void App::openFolder(const QString& path) {
  if (!opener_.OpenFolder(path)) toasts_.error(tr("The folder %1 could not be opened").arg(path));
}

}  // namespace ag::gui
