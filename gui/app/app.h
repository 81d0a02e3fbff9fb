#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QUrl>
#include <memory>

#include "gui/app/appearance.h"
#include "gui/app/backend.h"
#include "gui/app/connector.h"
#include "gui/app/daemon.h"
#include "gui/app/health_check.h"
#include "gui/app/language.h"
#include "gui/app/opener.h"
#include "gui/app/preferences.h"
#include "gui/app/test_request.h"
#include "gui/app/toasts.h"
#include "gui/models/account_filter.h"
#include "gui/models/account_form.h"
#include "gui/models/account_model.h"
#include "gui/models/account_probe.h"
#include "gui/models/account_story.h"
#include "gui/models/client_key_form.h"
#include "gui/models/client_key_model.h"
#include "gui/models/dashboard.h"
#include "gui/models/lan_addresses.h"
#include "gui/models/latest_requests.h"
#include "gui/models/monitor_model.h"
#include "gui/models/request_detail.h"
#include "gui/models/route_model.h"
#include "gui/models/route_test.h"
#include "gui/models/server_places.h"
#include "gui/models/setting_model.h"
#include "gui/models/snippets.h"
#include "gui/models/token_stats.h"

namespace ag::gui {

struct AppOptions {
  ControlPlace control;            // as the command line names it; see Connector
  QString preferences;             // INI file; empty = the user's
  QString programs = {};           // where gatewayd is looked for before PATH; empty = beside this program
  bool demo = false;               // a fake daemon with lifelike data
  Opener::Function open_url = {};  // empty = the desktop's own way
  OwnAddresses own_addresses = [] { return AddressesOfThisMachine(); };
};

// Everything that the pages show, made and owned in one place: the one object that QML gets.
class App : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by main")
  Q_PROPERTY(ag::gui::Backend* backend READ backend CONSTANT)
  Q_PROPERTY(ag::gui::Connector* connector READ connector CONSTANT)
  Q_PROPERTY(ag::gui::Daemon* daemon READ daemon CONSTANT)
  Q_PROPERTY(ag::gui::HealthCheck* health READ health CONSTANT)
  Q_PROPERTY(ag::gui::Preferences* preferences READ preferences CONSTANT)
  Q_PROPERTY(ag::gui::Appearance* appearance READ appearance CONSTANT)
  Q_PROPERTY(ag::gui::Toasts* toasts READ toasts CONSTANT)
  Q_PROPERTY(ag::gui::AccountModel* accounts READ accounts CONSTANT)
  Q_PROPERTY(ag::gui::AccountFilter* accountFilter READ accountFilter CONSTANT)
  Q_PROPERTY(ag::gui::AccountStory* accountStory READ accountStory CONSTANT)
  Q_PROPERTY(ag::gui::AccountProbe* accountProbe READ accountProbe CONSTANT)
  Q_PROPERTY(ag::gui::AccountForm* accountForm READ accountForm CONSTANT)
  Q_PROPERTY(ag::gui::ClientKeyModel* clientKeys READ clientKeys CONSTANT)
  Q_PROPERTY(ag::gui::ClientKeyForm* clientKeyForm READ clientKeyForm CONSTANT)
  Q_PROPERTY(ag::gui::RouteModel* routes READ routes CONSTANT)
  Q_PROPERTY(ag::gui::RouteTest* routeTest READ routeTest CONSTANT)
  Q_PROPERTY(ag::gui::Snippets* snippets READ snippets CONSTANT)
  Q_PROPERTY(ag::gui::TestRequest* testRequest READ testRequest CONSTANT)
  Q_PROPERTY(ag::gui::MonitorModel* monitor READ monitor CONSTANT)
  Q_PROPERTY(ag::gui::RequestDetail* requestDetail READ requestDetail CONSTANT)
  Q_PROPERTY(ag::gui::TokenStats* tokenStats READ tokenStats CONSTANT)
  Q_PROPERTY(ag::gui::SettingModel* settings READ settings CONSTANT)
  Q_PROPERTY(ag::gui::LanAddresses* lan READ lan CONSTANT)
  Q_PROPERTY(ag::gui::ServerPlaces* places READ places CONSTANT)
  Q_PROPERTY(ag::gui::Dashboard* dashboard READ dashboard CONSTANT)
  Q_PROPERTY(ag::gui::LatestRequests* latestRequests READ latestRequests CONSTANT)
  Q_PROPERTY(bool demo READ demo CONSTANT)
  Q_PROPERTY(QString version READ version CONSTANT)

 public:
  explicit App(const AppOptions& options, QObject* parent = nullptr);
  ~App() override;

  Backend* backend() { return &backend_; }
  Connector* connector() { return &connector_; }
  Daemon* daemon() { return &daemon_; }
  HealthCheck* health() { return &health_; }
  Preferences* preferences() { return &preferences_; }
  Appearance* appearance() { return &appearance_; }
  Toasts* toasts() { return &toasts_; }
  AccountModel* accounts() { return &accounts_; }
  AccountFilter* accountFilter() { return &account_filter_; }
  AccountStory* accountStory() { return &account_story_; }
  AccountProbe* accountProbe() { return &account_probe_; }
  AccountForm* accountForm() { return &account_form_; }
  ClientKeyModel* clientKeys() { return &client_keys_; }
  ClientKeyForm* clientKeyForm() { return &client_key_form_; }
  RouteModel* routes() { return &routes_; }
  RouteTest* routeTest() { return &route_test_; }
  Snippets* snippets() { return &snippets_; }
  TestRequest* testRequest() { return &test_request_; }
  MonitorModel* monitor() { return &monitor_; }
  RequestDetail* requestDetail() { return &request_detail_; }
  TokenStats* tokenStats() { return &token_stats_; }
  SettingModel* settings() { return &settings_; }
  LanAddresses* lan() { return &lan_; }
  ServerPlaces* places() { return &places_; }
  Dashboard* dashboard() { return &dashboard_; }
  LatestRequests* latestRequests() { return &latest_requests_; }
  bool demo() const { return demo_ != nullptr; }
  QString version() const { return QStringLiteral(AG_VERSION); }

  // For this run alone; the person's choice stays as it is.
  void UseLanguage(const QString& language) { language_.Use(language); }

  Q_INVOKABLE void copy(const QString& text);
  // In the browser; says so when there is none.
  Q_INVOKABLE void openUrl(const QString& url);
  // Of this machine; says so when it cannot be shown.
  Q_INVOKABLE void openFolder(const QString& path);
  // Of a file that a dialog has chosen.
  Q_INVOKABLE QString pathOf(const QUrl& file) const { return file.toLocalFile(); }

 Q_SIGNALS:
  // Texts that QML has bound are to be asked for again.
  void languageChanged();

 private:
  class DemoHolder;

  Preferences preferences_;
  Appearance appearance_;
  Language language_;
  Toasts toasts_;
  Opener opener_;
  std::unique_ptr<DemoHolder> demo_;
  Backend backend_;
  Connector connector_;
  Daemon daemon_;
  HealthCheck health_;
  AccountModel accounts_;
  AccountFilter account_filter_;
  AccountStory account_story_;
  AccountProbe account_probe_;
  AccountForm account_form_;
  ClientKeyModel client_keys_;
  ClientKeyForm client_key_form_;
  RouteModel routes_;
  RouteTest route_test_;
  Snippets snippets_;
  TestRequest test_request_;
  MonitorModel monitor_;
  RequestDetail request_detail_;
  TokenStats token_stats_;
  SettingModel settings_;
  LanAddresses lan_;
  ServerPlaces places_;
  Dashboard dashboard_;
  LatestRequests latest_requests_;
};

}  // namespace ag::gui
