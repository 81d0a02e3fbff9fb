#include "gui/app/daemon.h"

#include <signal.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <chrono>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/preferences.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr std::chrono::milliseconds kWatch{150};
constexpr qint64 kPatienceMs = 15'000;
constexpr quint16 kUsualPort = 8045;
constexpr qint64 kUnitPatienceMs = 3'000;
constexpr char kUnit[] = "gatewayd.service";
// What was started here last.
constexpr char kLastKey[] = "daemon/last_started";
constexpr char kGateway[] = "gateway";
constexpr char kSandbox[] = "sandbox";

// A child that has ended and that nobody has reaped yet does not count.
bool Runs(qint64 pid) {
  QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
  if (!stat.open(QIODevice::ReadOnly)) return false;
  const QByteArray text = stat.readAll();
  return !text.mid(text.lastIndexOf(')')).startsWith(") Z");
}

QString SandboxFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/ag-gateway-sandbox";
}
QString SandboxTarget() { return "unix:" + SandboxFolder() + "/control.sock"; }

// Another daemon may have it, or another gateway.
bool UsualPortIsFree() {
  QTcpServer probe;
  return probe.listen(QHostAddress::LocalHost, kUsualPort);
}

// No daemon, and no other program: a socket file that nobody serves any more counts as none.
bool NothingListens(const QString& target) {
  QLocalSocket probe;
  probe.connectToServer(target.section(':', 1));
  return probe.error() == QLocalSocket::ServerNotFoundError || probe.error() == QLocalSocket::ConnectionRefusedError;
}

QString LastLines(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QStringList lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
  return lines.mid(qMax(qsizetype{0}, lines.size() - 3)).join('\n');
}

}  // namespace

Daemon::Daemon(Backend& backend, Preferences& preferences, QString folder, QObject* parent)
    : QObject(parent), backend_(backend), preferences_(preferences), folder_(std::move(folder)) {
  watch_.setInterval(kWatch);
  connect(&watch_, &QTimer::timeout, this, &Daemon::Watch);
  connect(&backend_, &Backend::connectionChanged, this, &Daemon::Watch);
}

Daemon::~Daemon() { LeaveSystemctl(); }

QString Daemon::Program() const {
  const QString folder = folder_.isEmpty() ? QCoreApplication::applicationDirPath() : folder_;
  const QString beside = folder + "/gatewayd";
  return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable("gatewayd");
}

bool Daemon::AtUsualPlace() const { return backend_.target() == QString::fromStdString(client::DefaultTarget()); }

QString Daemon::LogFile() const {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/ag-gateway";
  QDir().mkpath(folder);
  return folder + (sandbox_ ? "/sandbox.log" : "/gatewayd.log");
}

void Daemon::StartWithApp() {
  if (!preferences_.startGateway() || !backend_.local() || !AtUsualPlace()) return;
  const QString last = preferences_.value(kLastKey, QString()).toString();
  const bool decided = last.isEmpty() ? preferences_.guideDone() : last == kGateway;
  if (decided && NothingListens(backend_.target())) start();
}

void Daemon::start() {
  if (starting_) return;
  // What has ended there is not to come back as another thing.
  if (backend_.target() == SandboxTarget()) return startSandbox();
  sandbox_ = false;
  Begin();
  if (AtUsualPlace()) {
    StartUnit();
  } else {
    StartGateway();
  }
}

void Daemon::startSandbox() {
  if (starting_) return;
  sandbox_ = true;
  const QString folder = SandboxFolder();
  client::ControlClientOptions options;
  options.target = SandboxTarget().toStdString();
  QDir().mkpath(folder);
  QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  QStringList arguments{"--sandbox", "--data-dir", folder, "--control", SandboxTarget()};
  if (!UsualPortIsFree()) arguments << "--http-port" << "0";
  Begin();
  if (StartProcess(arguments)) backend_.Connect(options);
}

void Daemon::Begin() {
  starting_ = true;
  by_unit_ = false;
  pid_ = 0;
  error_.clear();
  since_start_.start();
  watch_.start();
  Q_EMIT changed();
}

// Missing, or no such unit: it ends at once. Else the unit runs in the background by then (Type=simple).
void Daemon::StartUnit() {
  systemctl_ = new QProcess(this);
  systemctl_->setStandardInputFile(QProcess::nullDevice());
  systemctl_->setStandardOutputFile(QProcess::nullDevice());
  systemctl_->setStandardErrorFile(QProcess::nullDevice());
  connect(systemctl_, &QProcess::finished, this,
          [this](int code, QProcess::ExitStatus status) { OnUnit(status == QProcess::NormalExit && code == 0); });
  connect(systemctl_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) OnUnit(false);
  });
  systemctl_->start("systemctl", {"--user", "start", kUnit});
}

void Daemon::OnUnit(bool started) {
  LeaveSystemctl();
  by_unit_ = started;
  if (started) {
    since_start_.start();
    Q_EMIT changed();
  } else {
    StartGateway();
  }
}

void Daemon::LeaveSystemctl() {
  QProcess* process = std::exchange(systemctl_, nullptr);
  if (process == nullptr) return;
  process->disconnect(this);
  if (process->state() == QProcess::NotRunning) return process->deleteLater();
  connect(process, &QProcess::finished, process, &QObject::deleteLater);
  process->kill();
}

void Daemon::StartGateway() {
  QStringList arguments;
  // The same socket as the app's, wherever that is.
  if (backend_.local()) arguments << "--control" << backend_.target();
  StartProcess(arguments);
}

bool Daemon::StartProcess(const QStringList& arguments) {
  const QString program = Program();
  if (program.isEmpty()) {
    Fail([] { return tr("gatewayd is not installed: put it beside this program or on PATH."); });
    return false;
  }
  QProcess process;
  process.setProgram(program);
  process.setArguments(arguments);
  process.setStandardInputFile(QProcess::nullDevice());
  process.setStandardOutputFile(QProcess::nullDevice());
  process.setStandardErrorFile(LogFile(), QIODevice::Truncate);
  if (!process.startDetached(&pid_)) {
    Fail([program, why = process.errorString()] { return tr("%1 could not be started: %2").arg(program, why); });
    return false;
  }
  since_start_.start();
  Q_EMIT changed();
  return true;
}

void Daemon::Watch() {
  const bool was_here = startedHere();
  const bool ended = pid_ > 0 && !Runs(pid_);
  if (ended) pid_ = 0;
  // Should the unit come back, systemd has started it.
  if (!starting_ && backend_.connection() == Backend::Lost) by_unit_ = false;
  if (starting_) {
    Judge(ended);
  } else if (backend_.connected()) {
    error_.clear();
  }
  // What runs is looked after until it answers, or has ended.
  if (!starting_ && (pid_ == 0 || backend_.connected())) {
    watch_.stop();
  } else if (!watch_.isActive()) {
    watch_.start();
  }
  if (startedHere() != was_here) Q_EMIT changed();
}

void Daemon::Judge(bool ended) {
  if (backend_.connected()) {
    by_unit_ = by_unit_ || systemctl_ != nullptr;
    LeaveSystemctl();
    starting_ = false;
    error_.clear();
    preferences_.setValue(kLastKey, sandbox_ ? kSandbox : kGateway);
    Q_EMIT changed();
    return;
  }
  if (backend_.connection() == Backend::Refused) return Fail(backend_.connection_fault());
  if (systemctl_ != nullptr) {
    if (since_start_.hasExpired(kUnitPatienceMs)) OnUnit(false);
    return;
  }
  if (ended) {
    const QString said = LastLines(LogFile());
    return Fail([said] { return said.isEmpty() ? tr("gatewayd ended at once and said nothing.") : said; });
  }
  if (since_start_.hasExpired(kPatienceMs)) {
    const QString log = by_unit_ ? QStringLiteral("journalctl --user -u %1").arg(QLatin1String(kUnit)) : LogFile();
    Fail([log] { return tr("gatewayd has not answered for 15 s. Its log: %1").arg(log); });
  }
}

void Daemon::stop() {
  if (pid_ > 0) ::kill(static_cast<pid_t>(pid_), SIGTERM);
  if (by_unit_) QProcess::startDetached("systemctl", {"--user", "stop", kUnit});
  pid_ = 0;
  by_unit_ = false;
  Q_EMIT changed();
}

void Daemon::Fail(LiveText why) {
  LeaveSystemctl();
  starting_ = false;
  error_ = std::move(why);
  Q_EMIT changed();
}

}  // namespace ag::gui
