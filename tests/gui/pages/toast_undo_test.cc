// What a message holds back is undone wherever the person is at the moment.
#include <QQuickItem>
#include <QQuickWindow>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class ToastUndo : public PageTest {
 protected:
  ToastUndo() : PageTest({.page = "accounts"}) {}

  void Remove() {
    app().toasts()->Undoable("Removed", [this] { ++done_; }, [this] { ++undone_; });
    ASSERT_NE(ui().AwaitItem("toast/undo"), nullptr);
  }
  void AddAccount() {
    Click("addAccount");
    ASSERT_NE(ui().AwaitItem("keyField"), nullptr);
  }
  void FocusOn(const QString& name) {
    QQuickItem* item = ui().AwaitItem(name);
    ASSERT_NE(item, nullptr);
    item->forceActiveFocus(Qt::TabFocusReason);
  }

  int done_ = 0;
  int undone_ = 0;
};

TEST_F(ToastUndo, ByTheKeyboardOnAPage) {
  Remove();
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1);
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1) << "there is nothing left";
}

TEST_F(ToastUndo, ByTheKeyboardInADialog) {
  Remove();
  AddAccount();
  FocusOn("cancelAdd");
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1);
  EXPECT_TRUE(Sees("keyField"));
}

TEST_F(ToastUndo, ByTheKeyboardInADrawer) {
  Remove();
  Click("account-team-openai");
  ASSERT_NE(ui().AwaitItem("storyEdit"), nullptr);
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1);
  EXPECT_TRUE(Sees("storyEdit"));
}

TEST_F(ToastUndo, ByTheKeyboardInAFieldThatHasNothingToUndo) {
  Remove();
  FocusOn("accountSearch");
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1);
  Remove();
  AddAccount();
  FocusOn("keyField");
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 2);
}

TEST_F(ToastUndo, AFieldKeepsTheKeysForWhatWasTypedThere) {
  AddAccount();
  Type("labelField", "mine");
  Remove();
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 0);
  EXPECT_EQ(TextOf("labelField"), "");
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(undone_, 1);
}

TEST_F(ToastUndo, ByTheMouseAboveADialog) {
  Remove();
  AddAccount();
  Click("toast/undo");
  EXPECT_EQ(undone_, 1);
  Remove();
  Click("toast/dismiss");
  EXPECT_EQ(done_, 1);
  EXPECT_TRUE(Sees("keyField"));
}

TEST_F(ToastUndo, ByTheMouseAboveADrawer) {
  Remove();
  Click("account-team-openai");
  ASSERT_NE(ui().AwaitItem("storyEdit"), nullptr);
  Click("toast/undo");
  EXPECT_EQ(undone_, 1);
  EXPECT_TRUE(Sees("storyEdit")) << "the drawer stays";
}

}  // namespace
}  // namespace ag::gui
