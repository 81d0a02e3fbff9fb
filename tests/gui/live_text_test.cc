#include "gui/models/live_text.h"

#include <gtest/gtest.h>

#include "gui/app/backend.h"
#include "gui/app/connector.h"
#include "gui/app/language.h"
#include "gui/app/preferences.h"

namespace ag::gui {
namespace {

TEST(LiveTextTest, IsSaidAtEachReading) {
  int count = 0;
  LiveText text = [&count] { return QString::number(++count); };
  EXPECT_FALSE(text.IsEmpty());
  EXPECT_EQ(text.Say(), "1");
  EXPECT_EQ(text.Say(), "2");
  text.clear();
  EXPECT_TRUE(text.IsEmpty());
  EXPECT_EQ(text.Say(), "");
}

TEST(LiveTextTest, WhatIsWrongWithAnAddressFollowsTheLanguage) {
  Language language;
  language.Use("en");
  Preferences preferences(QStringLiteral("/nonexistent/preferences.ini"));
  Backend backend;
  Connector connector(backend, preferences);
  connector.useRemote("no port", {}, {}, {});
  EXPECT_EQ(connector.errorField(), "address");
  EXPECT_EQ(connector.error(), "A name or an address with a port: gateway.lan:8046");
  language.Use("zh_CN");
  EXPECT_FALSE(connector.error().isEmpty());
  EXPECT_NE(connector.error(), "A name or an address with a port: gateway.lan:8046");
}

}  // namespace
}  // namespace ag::gui
