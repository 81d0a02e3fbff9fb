#include "gui/app/connector.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "gui/app/backend.h"
#include "gui/app/preferences.h"
#include "gui/models/connection_text.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

using client::ControlClient;
using client::ControlClientOptions;

constexpr std::chrono::milliseconds kPatience{8'000};
constexpr char kTargetKey[] = "control/target";
constexpr char kCaFileKey[] = "control/ca_file";
constexpr char kTokenFileKey[] = "control/token_file";

bool IsTcp(const QString& target) { return target.startsWith("tcp:"); }

ControlClientOptions OptionsFor(const ControlPlace& place, const std::string& token) {
  ControlClientOptions options;
  options.target = place.target.toStdString();
  options.ca_file = place.ca_file.toStdString();
  options.token = token;
  return options;
}

// What a person types → "HOST:PORT"; empty when it is no such thing.
QString Address(QString text) {
  text = text.trimmed();
  if (IsTcp(text)) text = text.section(':', 1);
  bool valid = false;
  const int port = text.section(':', -1).toInt(&valid);
  return valid && port > 0 && port < 65'536 && text.lastIndexOf(':') > 0 ? text : QString();
}

}  // namespace

Connector::Connector(Backend& backend, Preferences& preferences, QObject* parent)
    : QObject(parent), backend_(backend), preferences_(preferences) {}
Connector::~Connector() = default;

void Connector::Start(const ControlPlace& named) {
  place_ = named;
  const bool environment = qEnvironmentVariableIsSet("AG_CONTROL");
  if (place_.target.isEmpty() && !environment) {
    place_.target = preferences_.value(kTargetKey, QString()).toString();
    place_.ca_file = preferences_.value(kCaFileKey, QString()).toString();
    place_.token_file = preferences_.value(kTokenFileKey, QString()).toString();
  }
  if (place_.target.isEmpty()) place_.target = Text(client::DefaultTarget());
  if (place_.ca_file.isEmpty()) place_.ca_file = qEnvironmentVariable("AG_CONTROL_CA");
  if (place_.token_file.isEmpty()) place_.token_file = qEnvironmentVariable("AG_CONTROL_TOKEN_FILE");
  std::string token;
  if (IsTcp(place_.target)) {
    Token held = ReadToken(place_.token_file);
    token = std::move(held.secret);
    if (token.empty()) Fail(std::move(held.fault), "tokenFile");
  }
  backend_.Connect(OptionsFor(place_, token));
  Q_EMIT changed();
}

QString Connector::address() const { return IsTcp(place_.target) ? place_.target.section(':', 1) : QString(); }

Connector::Token Connector::ReadToken(const QString& file) {
  if (file.isEmpty()) return {{}, [] { return tr("A token is needed: see the gateway's control.token."); }};
  const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
  if ((QFile::permissions(file) & others) != 0) {
    return {{}, [file] { return tr("Others may read %1: do `chmod 600` on it first.").arg(file); }};
  }
  auto token = client::ReadTokenFile(file.toStdString());
  if (token.ok()) return {*std::move(token), {}};
  return {{}, [file, said = Text(token.status())] {
            return DaemonText(tr("%1 holds no token that can be used").arg(file), said);
          }};
}

QString Connector::OwnTokenFile() const { return preferences_.folder() + "/control.token"; }

bool Connector::StoreToken(const QString& token) {
  QDir().mkpath(preferences_.folder());
  QSaveFile file(OwnTokenFile());
  if (!file.open(QIODevice::WriteOnly)) return false;
  // Before anything is in it.
  if (!file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) return false;
  file.write(token.toUtf8() + '\n');
  return file.commit();
}

void Connector::useLocal() {
  reset();
  Keep({});
  place_ = {Text(client::DefaultTarget()), {}, {}};
  backend_.Connect(OptionsFor(place_, {}));
  Q_EMIT changed();
  Q_EMIT taken();
}

void Connector::useRemote(const QString& address, const QString& ca_file, const QString& token,
                          const QString& token_file) {
  reset();
  ControlPlace place{"tcp:" + Address(address), ca_file.trimmed(), token_file.trimmed()};
  const QString typed = token.trimmed();
  if (Address(address).isEmpty()) {
    return Fail([] { return tr("A name or an address with a port: gateway.lan:8046"); }, "address");
  }
  if (!place.ca_file.isEmpty() && !QFileInfo(place.ca_file).isReadable()) {
    return Fail([file = place.ca_file] { return tr("%1 cannot be read.").arg(file); }, "caFile");
  }
  std::string secret = typed.toStdString();
  if (typed.isEmpty()) {
    Token held = ReadToken(place.token_file);
    if (!held.fault.IsEmpty()) return Fail(std::move(held.fault), place.token_file.isEmpty() ? "token" : "tokenFile");
    secret = std::move(held.secret);
  } else {
    place.token_file = OwnTokenFile();
  }
  ControlClientOptions options = OptionsFor(place, secret);
  options.deadline = kPatience;
  tried_ = std::make_shared<ControlClient>(options);  // shared with the call that runs
  attempt_ = std::make_unique<RpcWorker>(tried_);
  Q_EMIT changed();
  attempt_->Call(
      this, [](ControlClient& client) { return client.GetServerInfo().status(); },
      [this, place, typed, options](const absl::Status& status) {
        attempt_.release()->deleteLater();  // it is what calls here
        if (!status.ok()) {
          return Fail([status, target = place.target] { return ExplainConnection(status, target).text; },
                      ExplainConnection(status, place.target).field);
        }
        if (!typed.isEmpty() && !StoreToken(typed)) {
          return Fail([file = OwnTokenFile()] { return tr("The token cannot be stored in %1.").arg(file); }, "token");
        }
        place_ = place;
        Keep(place);
        backend_.Connect(options);
        Q_EMIT changed();
        Q_EMIT taken();
      });
}

void Connector::Keep(const ControlPlace& place) {
  preferences_.setValue(kTargetKey, place.target);
  preferences_.setValue(kCaFileKey, place.ca_file);
  preferences_.setValue(kTokenFileKey, place.token_file);
  // One that is not asked for any more is not left lying about.
  if (place.token_file != OwnTokenFile()) QFile::remove(OwnTokenFile());
}

void Connector::reset() {
  if (attempt_) {
    tried_->Cancel();  // so that nobody waits for it
    attempt_.reset();
  }
  Fail({}, {});
}

void Connector::Fail(LiveText error, const QString& field) {
  error_ = std::move(error);
  error_field_ = field;
  Q_EMIT changed();
}

}  // namespace ag::gui
