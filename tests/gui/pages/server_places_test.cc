#include <QClipboard>
#include <QGuiApplication>
#include <QUrl>

#include "tests/gui/pages/page_test.h"

// Where the gateway keeps its things, on the settings page.
namespace ag::gui {
namespace {

class ServerPlacesCard : public PageTest {
 protected:
  explicit ServerPlacesCard(const PageOptions& options = {.page = "settings"}) : PageTest(options) {
    EXPECT_TRUE(Await([&] { return Sees("place-data"); }));
  }
};

TEST_F(ServerPlacesCard, TellsWhereEverythingIs) {
  EXPECT_EQ(TextOf("place-program"), "/usr/bin/gatewayd");
  EXPECT_EQ(TextOf("place-config"), FilePath("config.json"));
  EXPECT_EQ(TextOf("place-data"), FilePath(""));
  EXPECT_EQ(TextOf("place-log"), FilePath("gatewayd.log"));
  Type("settingSearch", "gatewayd.log");
  EXPECT_TRUE(Await([&] { return Sees("place-log") && !Reads("API endpoint"); }));
}

TEST_F(ServerPlacesCard, CopiesAPath) {
  Click("copy-config");
  EXPECT_EQ(QGuiApplication::clipboard()->text(), FilePath("config.json"));
}

TEST_F(ServerPlacesCard, OpensTheFolderOfAFile) {
  Click("open-log");
  ASSERT_EQ(OpenedUrls().size(), 1);
  EXPECT_EQ(OpenedUrls()[0], QUrl::fromLocalFile(FilePath("")).toString());
  SetOpens(false);
  Click("open-data");
  EXPECT_TRUE(Await([&] { return Toast() == "The folder " + FilePath("") + " could not be opened"; }))
      << Toast().toStdString();
}

// What is on another machine can be copied, not opened.
class RemotePlacesCard : public ServerPlacesCard {
 protected:
  RemotePlacesCard() : ServerPlacesCard({.page = "settings", .remote = true}) {}
};

TEST_F(RemotePlacesCard, OffersNoFolder) {
  EXPECT_EQ(TextOf("place-log"), FilePath("gatewayd.log"));
  EXPECT_TRUE(Sees("copy-log"));
  EXPECT_FALSE(Sees("open-log"));
  EXPECT_FALSE(Sees("open-data"));
}

}  // namespace
}  // namespace ag::gui
