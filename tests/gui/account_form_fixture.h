#pragma once

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "account_fixture.h"
#include "gui/app/opener.h"
#include "gui/models/account_form.h"

namespace ag::gui {

// The form on the fake daemon, with a browser that opens or does not.
class AccountFormTest : public AccountFixture {
 protected:
  AccountFormTest() {
    form_.start();
    Await([this] { return !form_.providers().isEmpty(); });
  }
  // Until an answer has come.
  void AwaitIdle() {
    Await([this] { return !form_.busy(); });
  }
  QUrl FileOf(const QString& name, const QByteArray& content) {
    QFile file(folder_.filePath(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
    return QUrl::fromLocalFile(file.fileName());
  }

  QTemporaryDir folder_;
  QStringList opened_;  // by the browser
  bool opens_ = true;
  Opener opener_{[this](const QUrl& url) {
    opened_ << url.toString();
    return opens_;
  }};
  AccountForm form_{backend_, toasts_, opener_};
  QSignalSpy added_{&form_, &AccountForm::added};
  QSignalSpy finished_{&form_, &AccountForm::finished};
};

}  // namespace ag::gui
