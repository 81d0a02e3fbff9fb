#include <memory>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/account_model.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

// The part of AccountModel that tests accounts and tells what came of it.
namespace ag::gui {

void AccountModel::test(const QString& id) {
  if (testing_.contains(id)) return;
  Test(id, [this, label = labelOf(id)](const TestResult& result) {
    if (result.ok) {
      toasts_.info(tr("%1 works: %n model(s)", nullptr, result.models).arg(label));
    } else {
      toasts_.error(label + ": " + result.message);
    }
  });
}

void AccountModel::Test(const QString& id, std::function<void(const TestResult&)> told) {
  client::v1::TestAccountRequest request;
  request.set_id(id.toStdString());
  SetTesting(id, true);
  backend_.rpc().CallSlow(
      this, [request](client::ControlClient& client) { return client.TestAccount(request); },
      [this, id, told = std::move(told)](absl::StatusOr<client::v1::TestAccountResponse> reply) {
        SetTesting(id, false);
        TestResult result;
        result.ok = reply.ok() && reply->ok();
        result.models = reply.ok() ? reply->models_size() : 0;
        result.message =
            reply.ok() ? DaemonText(tr("The test has failed"), Text(reply->message())) : FailureText(reply.status());
        told(result);
        Q_EMIT tested(id, result.ok, result.message);
        refresh();
      });
}

void AccountModel::TestAll(QStringList ids) {
  ids.removeIf([this](const QString& id) { return testing_.contains(id); });
  if (ids.size() == 1) return test(ids.first());
  // Shared by the answers; the last one tells of all.
  const auto tests = std::make_shared<Tests>();
  tests->left = static_cast<int>(ids.size());
  for (const QString& id : ids) {
    Test(id, [this, tests, label = labelOf(id)](const TestResult& result) {
      if (result.ok) {
        ++tests->passed;
      } else {
        tests->failed << label + ": " + result.message;
      }
      if (--tests->left == 0) TellOf(*tests);
    });
  }
}

void AccountModel::TellOf(const Tests& tests) {
  if (tests.failed.isEmpty()) return toasts_.info(tr("All %n account(s) work", nullptr, tests.passed));
  const auto failed = static_cast<int>(tests.failed.size());
  const QString all = tr("%1 of %2 work; %n failed:", nullptr, failed).arg(tests.passed).arg(tests.passed + failed);
  toasts_.error(all + '\n' + tests.failed.join('\n'));
}

void AccountModel::SetTesting(const QString& id, bool testing) {
  if (testing) {
    testing_ << id;
  } else {
    testing_.removeAll(id);
  }
  if (const int row = RowOf(id); row >= 0) Q_EMIT dataChanged(index(row), index(row), {TestingRole});
  Q_EMIT testingChanged();
}

}  // namespace ag::gui
