#include "gui/app/daemon.h"

#include <signal.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <chrono>

#include "gui/app/backend.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr std::chrono::milliseconds kWatch{150};
constexpr qint64 kPatienceMs = 15'000;
constexpr quint16 kUsualPort = 8045;
constexpr char kUnit[] = "gatewayd.service";

// A child that has ended and that nobody has reaped yet does not count.
bool Runs(qint64 pid) {
  QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
  if (!stat.open(QIODevice::ReadOnly)) return false;
  const QByteArray text = stat.readAll();
  return !text.mid(text.lastIndexOf(')')).startsWith(") Z");
}

// Another daemon may have it, or another gateway.
bool UsualPortIsFree() {
  QTcpServer probe;
  return probe.listen(QHostAddress::LocalHost, kUsualPort);
}

QString LastLines(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QStringList lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
  return lines.mid(qMax(qsizetype{0}, lines.size() - 3)).join('\n');
}

}  // namespace

Daemon::Daemon(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  watch_.setInterval(kWatch);
  connect(&watch_, &QTimer::timeout, this, &Daemon::Watch);
  connect(&backend_, &Backend::connectionChanged, this, &Daemon::Watch);
}

QString Daemon::Program() {
  const QString beside = QCoreApplication::applicationDirPath() + "/gatewayd";
  return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable("gatewayd");
}

QString Daemon::LogFile() const {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/ag-gateway";
  QDir().mkpath(folder);
  return folder + (sandbox_ ? "/sandbox.log" : "/gatewayd.log");
}

void Daemon::start() {
  if (starting_) return;
  sandbox_ = false;
  if (StartUnit()) return;
  QStringList arguments;
  // The same socket as the app's, wherever that is.
  if (backend_.local()) arguments << "--control" << backend_.target();
  StartProcess(arguments);
}

void Daemon::startSandbox() {
  if (starting_) return;
  sandbox_ = true;
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/ag-gateway-sandbox";
  client::ControlClientOptions options;
  options.target = ("unix:" + folder + "/control.sock").toStdString();
  QDir().mkpath(folder);
  QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  QStringList arguments{"--sandbox", "--data-dir", folder, "--control", QString::fromStdString(options.target)};
  if (!UsualPortIsFree()) arguments << "--http-port" << "0";
  if (StartProcess(arguments)) backend_.Connect(options);
}

bool Daemon::StartUnit() {
  QProcess systemctl;
  systemctl.start("systemctl", {"--user", "start", kUnit});
  // Missing, or not installed: at once. Else the unit starts in the background (Type=simple).
  if (!systemctl.waitForStarted(500) || !systemctl.waitForFinished(3'000) || systemctl.exitCode() != 0) return false;
  pid_ = 0;
  starting_ = true;
  started_ms_ = QDateTime::currentMSecsSinceEpoch();
  error_.clear();
  watch_.start();
  Q_EMIT changed();
  return true;
}

bool Daemon::StartProcess(const QStringList& arguments) {
  const QString program = Program();
  if (program.isEmpty()) {
    Fail(tr("gatewayd is not installed: put it beside this program or on PATH."));
    return false;
  }
  QProcess process;
  process.setProgram(program);
  process.setArguments(arguments);
  process.setStandardInputFile(QProcess::nullDevice());
  process.setStandardOutputFile(QProcess::nullDevice());
  process.setStandardErrorFile(LogFile(), QIODevice::Truncate);
  if (!process.startDetached(&pid_)) {
    Fail(tr("%1 could not be started: %2").arg(program, process.errorString()));
    return false;
  }
  starting_ = true;
  started_ms_ = QDateTime::currentMSecsSinceEpoch();
  error_.clear();
  watch_.start();
  Q_EMIT changed();
  return true;
}

void Daemon::Watch() {
  if (!starting_) return;
  if (backend_.connected()) {
    starting_ = false;
    error_.clear();
    watch_.stop();
    Q_EMIT changed();
    return;
  }
  if (backend_.connection() == Backend::Refused) return Fail(backend_.connectionError());
  if (pid_ > 0 && !Runs(pid_)) {
    pid_ = 0;
    const QString said = LastLines(LogFile());
    return Fail(said.isEmpty() ? tr("gatewayd ended at once and said nothing.") : said);
  }
  if (QDateTime::currentMSecsSinceEpoch() - started_ms_ > kPatienceMs) {
    Fail(tr("gatewayd has not answered for 15 s. Its log: %1").arg(LogFile()));
  }
}

void Daemon::stop() {
  if (pid_ > 0) ::kill(static_cast<pid_t>(pid_), SIGTERM);
  pid_ = 0;
  Q_EMIT changed();
}

void Daemon::Fail(const QString& why) {
  starting_ = false;
  error_ = why;
  watch_.stop();
  Q_EMIT changed();
}

}  // namespace ag::gui
