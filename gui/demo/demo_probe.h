#pragma once

#include <grpcpp/server_context.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "ag/gateway/v1/account.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

// When the fake daemon answers the questions of deep tests: after a moment, as a provider does, or when a test lets it.
// Thread-safe.
class DemoProbe {
 public:
  explicit DemoProbe(std::chrono::milliseconds moment) : moment_(moment) {}

  // Until it may be answered, or its caller is gone.
  void AwaitTurn(const grpc::ServerContext& context);
  // Questions wait from now on; those that wait are counted.
  void Hold();
  int held() const;
  // As many of them are answered.
  void Answer(int count);
  // All are, those that come too.
  void Release();

 private:
  const std::chrono::milliseconds moment_;
  mutable std::mutex mutex_;
  std::condition_variable turn_;
  bool holds_ = false;
  int held_ = 0;
  int answers_ = 0;
};

// Which of an account's models would be asked, and at what price.
v1::PlanAccountTestResponse PlanDemoTest(const v1::Account& account);
// Most models work; "gemini-2.5-pro" has no quota and "gemini-3-flash-lite" is rate limited, which the account has from
// then on.
v1::TestAccountModelResponse TestDemoModel(v1::Account& account, const std::string& model);
// The provider refuses the account's key.
v1::TestAccountModelResponse RefuseDemoTest(v1::Account& account);

}  // namespace ag::gui
