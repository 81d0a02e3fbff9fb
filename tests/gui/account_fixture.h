#pragma once

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QEventLoop>
#include <QSignalSpy>
#include <QTimer>
#include <functional>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/demo/demo_server.h"
#include "gui/models/account_model.h"
#include "proto/client/control_client.h"

namespace ag::gui {

// The accounts of a fake daemon, read.
class AccountFixture : public testing::Test {
 protected:
  AccountFixture() : server_({.past_requests = 1, .requests_per_second = 0, .model_test_ms = 0}) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    Await([this] { return accounts_.loaded(); });
  }

  // What a toast holds back is done by the model: it goes first.
  ~AccountFixture() override { toasts_.Flush(); }

  // Runs the event loop until it is so. Fails the test after ten seconds.
  void Await(const std::function<bool()>& is_so) {
    QElapsedTimer timer;
    timer.start();
    QEventLoop loop;
    while (!is_so()) {
      ASSERT_LT(timer.elapsed(), 10'000) << "nothing came of it";
      QTimer::singleShot(10, &loop, &QEventLoop::quit);
      loop.exec();
    }
  }
  QString IdOf(const QString& label) const {
    for (const AccountModel::Row& row : accounts_.rows()) {
      if (row.label == label) return row.id;
    }
    return {};
  }
  // Empty if there is none of that label.
  AccountModel::Row Row(const QString& label) const {
    for (const AccountModel::Row& row : accounts_.rows()) {
      if (row.label == label) return row;
    }
    return {};
  }
  QStringList Labels() const {
    QStringList labels;
    for (const AccountModel::Row& row : accounts_.rows()) labels << row.label;
    return labels;
  }
  // What the fake daemon has, whatever the model shows.
  QStringList StoredLabels() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    const auto reply = client.ListAccounts({});
    EXPECT_TRUE(reply.ok());
    QStringList labels;
    if (reply.ok()) {
      for (const auto& account : reply->accounts()) labels << QString::fromStdString(account.label());
    }
    return labels;
  }
  QString LastToast() const {
    return toasts_.count() == 0 ? QString()
                                : toasts_.data(toasts_.index(toasts_.count() - 1), Toasts::TextRole).toString();
  }

  DemoServer server_;
  Toasts toasts_;
  Backend backend_;
  AccountModel accounts_{backend_, toasts_};
};

}  // namespace ag::gui
