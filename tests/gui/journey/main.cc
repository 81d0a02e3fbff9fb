#include <gtest/gtest.h>
#include <signal.h>

#include <QApplication>

// The whole app without a screen, drawn by the processor.
int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("QT_QUICK_BACKEND", "software");
  ::signal(SIGPIPE, SIG_IGN);
  QApplication application(argc, argv);
  QCoreApplication::setApplicationName("ag-gateway");
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
