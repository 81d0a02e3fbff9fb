#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gatewayd/auth/sign_in_flow.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task_group.h"

namespace ag::app {

// The sign-ins that are under way, and for some minutes how they ended. What one brings becomes an account, or heals
// one. On the control context.
class SignInDesk final : public control::SignInPort {
 public:
  // References outlive the desk.
  SignInDesk(runtime::Shard& control, http::Client& client, pool::AccountPool& pool,
             std::shared_ptr<const catalog::Catalog> catalog);
  ~SignInDesk() override;

  // Cancels what is under way and begins nothing more; `on_stopped` is called when the last has ended.
  void Stop(std::function<void()> on_stopped);

  absl::StatusOr<control::SignInStatus> Begin(control::SignInStart start) override;
  absl::StatusOr<control::SignInStatus> Get(const std::string& id) override;
  absl::StatusOr<control::SignInStatus> Complete(const std::string& id, std::string_view code_or_url) override;
  absl::StatusOr<control::SignInStatus> Cancel(const std::string& id) override;

 private:
  struct Entry;

  // The client and the place of the sign-in, checked before the person is sent to the browser.
  absl::StatusOr<auth::SignInRequest> Check(control::SignInStart& start) const;
  absl::Status CheckNew(const control::SignInStart& start) const;
  absl::StatusOr<Entry*> Find(const std::string& id);
  void DropOld();
  runtime::Task<void> Run(std::string id);
  absl::StatusOr<AccountId> Keep(Entry& entry, auth::SignedIn signed_in);
  control::SignInStatus StatusOf(const Entry& entry) const;

  runtime::Shard& control_;
  http::Client& client_;
  pool::AccountPool& pool_;
  std::shared_ptr<const catalog::Catalog> catalog_;  // shared with other readers of this version
  runtime::TaskGroup tasks_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  bool stopping_ = false;
};

}  // namespace ag::app
