#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ag/gateway/v1/account.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

// A kind of account that the fake daemon knows, and what its accounts can do.
struct DemoProvider {
  v1::Provider provider;
  std::vector<std::string> models;
};
const std::vector<DemoProvider>& DemoProviders();
// Null if there is none of that name.
const DemoProvider* FindDemoProvider(const std::string& name);

// An account as it is when the fake daemon starts, with what has happened to it, newest first.
struct DemoAccount {
  v1::Account account;
  std::vector<v1::AccountEvent> history;
};
// Ten, in all states that an account can have of itself, and with each kind of credential.
std::vector<DemoAccount> MakeDemoAccounts();
// Of the account with that number, counted from 1 in the order of their making.
std::string DemoAccountId(int number);

// What the account as a whole is now.
v1::AccountCondition ConditionOf(const v1::Account& account);

// So many seconds from now, or ago.
void SetTime(google::protobuf::Timestamp& time, std::int64_t seconds_from_now);
// As the daemon stores a way out: the password of a proxy's URL is not shown.
v1::Egress StoredEgress(v1::Egress egress);
// "sk-…7890"
std::string KeyHint(const std::string& key);
v1::ProviderError MakeDemoError(v1::ErrorKind kind, int status, const char* code, const char* text);

}  // namespace ag::gui
