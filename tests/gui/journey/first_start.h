#pragma once

#include <gtest/gtest.h>

#include <QByteArray>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ag::gui {

// An environment in which nothing is there yet, for the app and for the daemon that it starts.
class FirstStart : public testing::Test {
 protected:
  FirstStart() {
    for (const char* name : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"}) {
      Set(name, home_.path());
    }
    Set("AG_CONTROL", "unix:" + home_.File("control.sock"));
  }
  ~FirstStart() override {
    for (const auto& [name, value] : before_) value.isNull() ? qunsetenv(name) : qputenv(name, value);
  }

 private:
  void Set(const char* name, const std::string& value) {
    before_.emplace_back(name, qEnvironmentVariableIsSet(name) ? qgetenv(name) : QByteArray());
    qputenv(name, QByteArray::fromStdString(value));
  }

  test::TempDir home_;
  std::vector<std::pair<const char*, QByteArray>> before_;
};

}  // namespace ag::gui
