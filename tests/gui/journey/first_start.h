#pragma once

#include <gtest/gtest.h>

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ag::gui {

// An environment in which nothing is there yet, for the app and for the daemon that it starts: no unit of systemd
// either, whatever this machine has.
class FirstStart : public testing::Test {
 protected:
  FirstStart() {
    for (const char* name : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"}) {
      Set(name, home_.path());
    }
    Set("AG_CONTROL", "unix:" + socket());
    QDir().mkpath(QString::fromStdString(programs()));
    Set("PATH", programs() + ":" + qEnvironmentVariable("PATH").toStdString());
    WriteProgram("systemctl", "exit 5");
  }
  ~FirstStart() override {
    // The oldest value of each is the one that was there.
    for (auto each = before_.rbegin(); each != before_.rend(); ++each) {
      each->second.isNull() ? qunsetenv(each->first) : qputenv(each->first, each->second);
    }
  }

  const test::TempDir& home() const { return home_; }
  std::string socket() const { return home_.File("control.sock"); }
  // A folder that is first on PATH.
  std::string programs() const { return home_.File("programs"); }
  // A shell script of that name there.
  void WriteProgram(const std::string& name, const std::string& lines) const {
    const std::string file = programs() + "/" + name;
    test::WriteFile(file, "#!/bin/sh\n" + lines + "\n");
    QFile::setPermissions(QString::fromStdString(file), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  }
  // Until the end of the test.
  void Set(const char* name, const std::string& value) {
    before_.emplace_back(name, qEnvironmentVariableIsSet(name) ? qgetenv(name) : QByteArray());
    qputenv(name, QByteArray::fromStdString(value));
  }

 private:
  test::TempDir home_;
  std::vector<std::pair<const char*, QByteArray>> before_;
};

}  // namespace ag::gui
