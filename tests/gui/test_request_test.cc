#include "gui/app/test_request.h"

#include "account_fixture.h"
#include "gui/models/snippets.h"

namespace ag::gui {
namespace {

// The demo's proxy listens nowhere: what its address answers is up to the machine that the test runs on. So only what
// does not depend on that is asked here; the journey tests send it to a real daemon.
class TestRequestTest : public AccountFixture {
 protected:
  Snippets snippets_{backend_, accounts_};
  TestRequest test_{backend_, accounts_, snippets_};
};

TEST_F(TestRequestTest, AsksForASmallModelOfAReadyAccount) {
  test_.send();
  EXPECT_TRUE(test_.busy());
  EXPECT_TRUE(test_.model().contains("haiku")) << test_.model().toStdString();
  Await([this] { return !test_.busy(); });
  EXPECT_EQ(test_.requestId(), "") << "the record of somebody else's request is none of its";
}

}  // namespace
}  // namespace ag::gui
