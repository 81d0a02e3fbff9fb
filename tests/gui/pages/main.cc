#include <gtest/gtest.h>

#include <QApplication>

// The whole app without a screen, drawn by the processor; no portal of this desktop has a say in its looks.
int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("QT_QUICK_BACKEND", "software");
  qunsetenv("DBUS_SESSION_BUS_ADDRESS");
  QApplication application(argc, argv);
  QCoreApplication::setApplicationName("ag-gateway");
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
