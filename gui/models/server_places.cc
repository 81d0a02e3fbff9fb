#include "gui/models/server_places.h"

#include <QFileInfo>
#include <QStringList>

#include "gui/app/backend.h"

namespace ag::gui {
namespace {

QString FolderOf(const QString& file) { return QFileInfo(file).path(); }

}  // namespace

ServerPlaces::ServerPlaces(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  connect(&backend_, &Backend::connectionChanged, this, &ServerPlaces::changed);
}

QVariantMap ServerPlaces::Place(const char* key, const QString& name, const QString& path,
                                const QString& folder) const {
  const bool here = backend_.local() && QFileInfo(folder).isAbsolute() && QFileInfo(folder).isDir();
  return {{"key", QString::fromLatin1(key)},
          {"name", name},
          {"value", path},
          {"copyable", true},
          {"folder", here ? folder : QString()}};
}

QVariantMap ServerPlaces::Log() const {
  const DaemonFiles& files = backend_.files();
  const QString name = tr("Log");
  if (files.log == DaemonFiles::Log::kFile) return Place("log", name, files.log_file, FolderOf(files.log_file));
  QVariantMap log{{"key", "log"}, {"name", name}, {"copyable", false}, {"folder", QString()}};
  if (files.log == DaemonFiles::Log::kJournal) {
    log["value"] = QStringLiteral("journalctl _PID=%1").arg(backend_.pid());
    log["copyable"] = true;
  } else {
    log["value"] = files.log == DaemonFiles::Log::kTerminal ? tr("in the terminal that gatewayd was started in")
                                                            : tr("with the program that started gatewayd");
  }
  return log;
}

QVariantList ServerPlaces::list() const {
  const DaemonFiles& files = backend_.files();
  QVariantList list;
  if (!files.program.isEmpty()) list << Place("program", tr("Program"), files.program, FolderOf(files.program));
  if (!files.config.isEmpty()) list << Place("config", tr("Settings file"), files.config, FolderOf(files.config));
  if (!files.data_dir.isEmpty()) list << Place("data", tr("Data folder"), files.data_dir, files.data_dir);
  if (files.log != DaemonFiles::Log::kUnknown) list << Log();
  return list;
}

QString ServerPlaces::words() const {
  QStringList words;
  const QVariantList places = list();
  for (const QVariant& place : places) {
    words << place.toMap().value("name").toString() << place.toMap().value("value").toString();
  }
  return words.join(' ');
}

}  // namespace ag::gui
