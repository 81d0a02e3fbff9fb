#include "gui/models/snippets.h"

#include <QJsonDocument>
#include <QJsonObject>

#include "account_fixture.h"

namespace ag::gui {
namespace {

class SnippetsTest : public AccountFixture {
 protected:
  QString Text(const QString& id) const {
    for (const QVariant& entry : snippets_.list()) {
      const QVariantMap snippet = entry.toMap();
      if (snippet["id"] == id) return snippet["text"].toString();
    }
    return {};
  }

  Snippets snippets_{backend_, accounts_};
};

TEST_F(SnippetsTest, AskForAModelThatAReadyAccountHas) {
  EXPECT_TRUE(snippets_.model().contains("haiku")) << snippets_.model().toStdString();
  EXPECT_TRUE(Text("curl").contains(snippets_.model()));
  QStringList with_haiku;
  for (const AccountModel::Row& row : accounts_.rows()) {
    if (row.models.join(' ').contains("haiku")) with_haiku << row.id;
  }
  for (const QString& id : with_haiku) accounts_.setEnabled(id, false);
  Await([this] { return !snippets_.model().contains("haiku"); });
  EXPECT_TRUE(Text("curl").contains(snippets_.model()));
}

TEST_F(SnippetsTest, OpenCodesIsAWholeConfiguration) {
  snippets_.refresh();
  Await([this] { return snippets_.key() != ""; });
  const QString text = Text("opencode");
  const auto config = QJsonDocument::fromJson(text.mid(text.indexOf('{')).toUtf8()).object();
  const QJsonObject provider = config["provider"].toObject()["ag-gateway"].toObject();
  EXPECT_EQ(provider["options"].toObject()["baseURL"].toString(), backend_.baseUrl() + "/v1");
  EXPECT_EQ(provider["options"].toObject()["apiKey"].toString(), snippets_.key());
  EXPECT_TRUE(provider["models"].toObject().contains(snippets_.model()));
  EXPECT_EQ(config["model"].toString(), "ag-gateway/" + snippets_.model());
}

TEST_F(SnippetsTest, LeaveNoPlaceUnfilled) {
  for (const QVariant& entry : snippets_.list()) {
    for (const char* form : {"text", "shown"}) {
      const QString text = entry.toMap()[form].toString();
      for (const char* place : {"{url}", "{key}", "{model}"}) EXPECT_FALSE(text.contains(place)) << text.toStdString();
    }
  }
}

// Whoever looks over the shoulder, or at a shared screen.
TEST_F(SnippetsTest, ShowTheKeyOnlyWhenAsked) {
  snippets_.refresh();
  Await([this] { return snippets_.key() != ""; });
  const auto shown = [this] { return snippets_.list().first().toMap()["shown"].toString(); };
  EXPECT_FALSE(shown().contains(snippets_.key()));
  EXPECT_TRUE(Text("curl").contains(snippets_.key())) << "that is what is copied";
  snippets_.setKeyShown(true);
  EXPECT_TRUE(shown().contains(snippets_.key()));
}

}  // namespace
}  // namespace ag::gui
