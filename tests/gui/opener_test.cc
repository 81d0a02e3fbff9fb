#include "gui/app/opener.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QStringList>
#include <QTemporaryDir>

namespace ag::gui {
namespace {

class OpenerTest : public testing::Test {
 protected:
  QStringList opened_;
  Opener opener_{[this](const QUrl& url) {
    opened_ << url.toString();
    return true;
  }};
};

TEST_F(OpenerTest, OpensWebAddressesAlone) {
  for (const char* address :
       {"file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.example", "/etc", "https:///x", ""})
    EXPECT_FALSE(opener_.OpenWeb(address)) << address;
  EXPECT_TRUE(opened_.isEmpty());
  EXPECT_TRUE(opener_.OpenWeb("https://accounts.example/authorize?client_id=1&scope=a%20b"));
  EXPECT_TRUE(opener_.OpenWeb("http://127.0.0.1:1234/"));
  EXPECT_EQ(opened_.size(), 2);
}

TEST_F(OpenerTest, OpensFoldersThatAreThere) {
  const QTemporaryDir folder;
  QFile file(folder.filePath("program"));
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  for (const QString& path : {file.fileName(), folder.filePath("none"), QStringLiteral("."), QString()})
    EXPECT_FALSE(opener_.OpenFolder(path)) << path.toStdString();
  EXPECT_TRUE(opener_.OpenFolder(folder.path()));
  EXPECT_EQ(opened_, QStringList{QUrl::fromLocalFile(folder.path()).toString()});
}

TEST(OpenerAlone, SaysThatTheDesktopHasNothing) {
  const Opener opener([](const QUrl& /*url*/) { return false; });
  EXPECT_FALSE(opener.OpenWeb("https://accounts.example/"));
}

}  // namespace
}  // namespace ag::gui
