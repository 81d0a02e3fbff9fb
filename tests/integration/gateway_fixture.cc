#include "tests/integration/gateway_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <utility>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

constexpr std::chrono::seconds kPatience{20};

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.status();
  AG_CHECK(result.ok());
  return *std::move(result);
}

}  // namespace

Gateway::Gateway(Settings settings) : Gateway(std::make_shared<TempDir>(), std::move(settings)) {}

Gateway::Gateway(Settings settings, const Clock& clock)
    : Gateway(std::make_shared<TempDir>(), std::move(settings), &clock) {}

Gateway::Gateway(std::shared_ptr<TempDir> folder, Settings settings)
    : Gateway(std::move(folder), std::move(settings), nullptr) {}

Gateway::Gateway(std::shared_ptr<TempDir> folder, Settings settings, const Clock& clock)
    : Gateway(std::move(folder), std::move(settings), &clock) {}

Gateway::Gateway(std::shared_ptr<TempDir> folder, Settings settings, const Clock* clock)
    : folder_(std::move(folder)), clock_(clock != nullptr ? *clock : system_clock_) {
  settings.try_emplace("proxy.port", "0");
  settings.try_emplace("proxy.shards", "2");
  Start(std::move(settings));
}

void Gateway::Start(Settings settings) {
  app::Options options;
  options.data_dir = folder_->path();
  options.control = "unix:" + folder_->File("control.sock");
  options.flags = std::move(settings);
  application_ = Must(app::Application::Create(std::move(options), clock_));
  const absl::Status started = application_->Start();
  if (!started.ok()) ADD_FAILURE() << started;
  AG_CHECK(started.ok());
  port_ = application_->http_port();
  client::ControlClientOptions client;
  client.target = application_->control_target();
  control_ = std::make_unique<client::ControlClient>(client);
}

Gateway::~Gateway() { Stop(); }

void Gateway::Stop() {
  control_.reset();
  if (application_ == nullptr) return;
  application_->Shutdown([] { return false; });
  application_.reset();
}

std::string Gateway::AddAccount(std::string_view provider, std::string_view base_url, std::string_view label,
                                int priority) {
  client::v1::CreateAccountRequest request;
  auto& account = *request.mutable_account();
  account.set_provider(std::string(provider));
  account.set_base_url(std::string(base_url));
  account.set_label(std::string(label));
  account.set_api_key("test-key-" + std::string(provider));
  account.set_priority(priority);
  const auto created = Must(control_->CreateAccount(request));
  // The test of the account asks for its models on the control context, behind the publication of the account itself.
  client::v1::TestAccountRequest test;
  test.set_id(created.account().id());
  static_cast<void>(Must(control_->TestAccount(test)));
  return created.account().id();
}

void Gateway::SetRoute(std::string_view pattern, std::string_view provider, std::string_view model) {
  client::v1::SetRouteRequest request;
  request.mutable_route()->set_pattern(std::string(pattern));
  request.mutable_route()->set_provider(std::string(provider));
  request.mutable_route()->set_model(std::string(model));
  static_cast<void>(Must(control_->SetRoute(request)));
}

void Gateway::Set(std::string_view key, std::string_view value) {
  client::v1::SetSettingRequest request;
  request.set_key(std::string(key));
  request.set_value(std::string(value));
  static_cast<void>(Must(control_->SetSetting(request)));
}

client::v1::RequestRecord Gateway::WaitForRecord(int count) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    client::v1::ListRequestsRequest request;
    request.set_page_size(1000);
    const auto listed = Must(control_->ListRequests(request));
    if (listed.requests_size() >= count) {
      // Lists leave the attempts out.
      client::v1::GetRequestRequest get;
      get.set_id(listed.requests(0).id());
      return Must(control_->GetRequest(get)).request();
    }
    std::this_thread::yield();
  }
  ADD_FAILURE() << "fewer than " << count << " requests were recorded";
  return {};
}

client::v1::RequestRecord Gateway::WaitForRecordOf(std::string_view id) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  client::v1::GetRequestRequest get;
  get.set_id(std::string(id));
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto found = control_->GetRequest(get); found.ok()) return found->request();
    std::this_thread::yield();
  }
  ADD_FAILURE() << "no record of " << id;
  return {};
}

client::v1::Account Gateway::WaitForState(std::string_view id, client::v1::AccountState state) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  client::v1::GetAccountRequest get;
  get.set_id(std::string(id));
  client::v1::Account account;
  while (std::chrono::steady_clock::now() < deadline) {
    account = Must(control_->GetAccount(get)).account();
    if (account.state() == state) return account;
    std::this_thread::yield();
  }
  ADD_FAILURE() << account.ShortDebugString() << " is not in state " << client::v1::AccountState_Name(state);
  return account;
}

}  // namespace ag::test
