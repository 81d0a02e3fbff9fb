#include "gui/models/account_story.h"

#include "account_fixture.h"
#include "gui/models/account_probe.h"

namespace ag::gui {
namespace {

class AccountStoryTest : public AccountFixture {
 protected:
  void Show(const QString& label) {
    story_.show(IdOf(label));
    Await([this] { return !story_.loading(); });
  }
  QStringList Facts(const char* field) const {
    QStringList texts;
    for (const QVariant& fact : story_.facts()) texts << fact.toMap()[field].toString();
    return texts;
  }

  AccountStory story_{backend_};
};

TEST_F(AccountStoryTest, TellsWhyAnAccountPausesAndWhatEndsIt) {
  Show("spare-openai");
  EXPECT_EQ(story_.label(), "spare-openai");
  EXPECT_EQ(story_.state(), "cooling");
  EXPECT_EQ(story_.stateText(), "Cooling down");
  EXPECT_TRUE(story_.sentence().startsWith("Cooling down since ")) << story_.sentence().toStdString();
  EXPECT_TRUE(story_.sentence().contains("(HTTP 429 rate_limit_exceeded): “Rate limit reached"));
  EXPECT_EQ(story_.remedy(), "One request tries again in 2 min, as the provider said.");
  EXPECT_TRUE(story_.pauses());
}

TEST_F(AccountStoryTest, ListsWhatHappenedNewestFirst) {
  Show("spare-openai");
  ASSERT_EQ(story_.events().size(), 5);
  const QVariantMap latest = story_.events().first().toMap();
  EXPECT_EQ(latest["from"], "Ready");
  EXPECT_EQ(latest["to"], "Cooling down");
  EXPECT_EQ(latest["kind"], "cooling");
  EXPECT_EQ(latest["text"], "Ready → Cooling down, rate limit");
  EXPECT_TRUE(latest["error"].toString().contains("HTTP 429"));
  EXPECT_TRUE(story_.events().at(1).toMap()["error"].toString().isEmpty());
}

TEST_F(AccountStoryTest, NamesModelsThatPauseFirst) {
  Show("home-gemini");
  EXPECT_EQ(story_.state(), "ready");
  ASSERT_EQ(story_.models().size(), 7);
  EXPECT_EQ(story_.models()[0].toMap()["name"], "gemini-3-pro");
  EXPECT_TRUE(story_.models()[0].toMap()["text"].toString().contains("HTTP 503 UNAVAILABLE"));
  EXPECT_TRUE(story_.models()[1].toMap()["text"].toString().isEmpty());
  EXPECT_TRUE(story_.pauses());
  EXPECT_TRUE(story_.signsIn());
}

TEST_F(AccountStoryTest, TellsWhatTheProvidersAnswersHaveTaughtOfAModel) {
  AccountProbe probe(backend_);
  probe.open(IdOf("home-gemini"));
  Await([&] { return probe.phase() == AccountProbe::Planned; });
  Show("home-gemini");
  const auto known = [this](const char* model) {
    for (const QVariant& each : story_.models()) {
      if (each.toMap()["name"] == model) return each.toMap()["known"].toString();
    }
    return QStringLiteral("not listed");
  };
  EXPECT_EQ(known("gemini-2.5-pro"), "");
  probe.start();
  Await([&] { return probe.phase() == AccountProbe::Done; });
  story_.refresh();
  Await([&] { return known("gemini-2.5-pro") != ""; });
  EXPECT_TRUE(known("gemini-2.5-pro").startsWith("No quota for it on this account (until "));
  EXPECT_TRUE(known("gemini-2.5-pro").contains("limit: 0"));
  EXPECT_EQ(known("gemini-3-flash"), "");
}

TEST_F(AccountStoryTest, StatesFacts) {
  Show("home-gemini");
  EXPECT_TRUE(Facts("value").contains("Google Gemini"));
  EXPECT_TRUE(Facts("value").contains("lin@example.com"));
  EXPECT_TRUE(Facts("value").contains("project-1138"));
  EXPECT_TRUE(Facts("value").contains("https://generativelanguage.googleapis.com/v1beta"));
  EXPECT_FALSE(Facts("label").contains("Location")) << "what is not known is left out";
}

TEST_F(AccountStoryTest, SaysHowToMendAnAccount) {
  Show("lab-gemini");
  EXPECT_EQ(story_.state(), "needs_sign_in");
  EXPECT_EQ(story_.stateText(), "Needs a new key");
  EXPECT_TRUE(story_.sentence().startsWith("Needs a new key since ")) << story_.sentence().toStdString();
  EXPECT_EQ(story_.remedy(), "Enter a new key.");
  EXPECT_EQ(story_.events().first().toMap()["text"],
            QStringLiteral("Ready → Needs a new key, the credential was refused"));
  Show("old-openai");
  EXPECT_FALSE(story_.enabled());
  EXPECT_EQ(story_.remedy(), "Switch it on to use it again.");
  Show("night-anthropic");
  // Nine hours from the demo's start, less what the test has taken.
  EXPECT_TRUE(story_.remedy().startsWith("The budget's next period begins in ")) << story_.remedy().toStdString();
}

TEST_F(AccountStoryTest, FollowsChanges) {
  Show("spare-openai");
  accounts_.clearCooldowns(story_.id());
  Await([this] {
    story_.refresh();
    return story_.state() == "ready";
  });
  EXPECT_EQ(story_.events().first().toMap()["text"], "Cooling down → Ready, pause ended by hand");
  EXPECT_FALSE(story_.pauses());
}

TEST_F(AccountStoryTest, SaysWhenThereIsNoSuchAccount) {
  story_.show("acc_gone");
  Await([this] { return !story_.loading(); });
  EXPECT_FALSE(story_.error().isEmpty());
}

TEST_F(AccountStoryTest, SaysThatTheDaemonIsAwayAndReadsOnWhenItIsBack) {
  const QString id = IdOf("spare-openai");
  server_.Kill();
  Await([this] { return !backend_.connected(); });
  story_.show(id);
  EXPECT_FALSE(story_.loading());
  EXPECT_TRUE(story_.error().contains("gatewayd does not answer")) << story_.error().toStdString();
  server_.Restart();
  Await([this] { return story_.error().isEmpty() && !story_.label().isEmpty(); });
  EXPECT_EQ(story_.label(), "spare-openai");
}

TEST_F(AccountStoryTest, KeepsWhatItHasReadWhileTheDaemonIsAway) {
  Show("spare-openai");
  server_.Kill();
  story_.refresh();
  Await([this] { return !backend_.connected(); });
  story_.refresh();
  EXPECT_EQ(story_.error(), "");
  EXPECT_EQ(story_.label(), "spare-openai");
  EXPECT_FALSE(story_.facts().isEmpty());
}

TEST_F(AccountStoryTest, ForgetsWhatItShowedWhenClosed) {
  Show("spare-openai");
  story_.close();
  EXPECT_TRUE(story_.id().isEmpty());
  story_.show(IdOf("work-anthropic"));
  EXPECT_TRUE(story_.loading());
  EXPECT_TRUE(story_.events().isEmpty()) << "nothing of another account is shown meanwhile";
}

}  // namespace
}  // namespace ag::gui
