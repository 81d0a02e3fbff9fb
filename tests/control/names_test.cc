#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/common.pb.h"
#include "ag/gateway/v1/monitor.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/scheduler.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = ::ag::gateway::v1;

// "RATE_MINUTE" of ERROR_KIND_RATE_MINUTE as "rate_minute".
template <typename Proto>
std::string NameAt(int number) {
  const auto* type = google::protobuf::GetEnumDescriptor<Proto>();
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr) return "missing";
  const std::size_t prefix = type->value(0)->name().size() - std::string("UNSPECIFIED").size();
  std::string name = value->name().substr(prefix);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

template <typename Proto, typename Enum>
void ExpectSameNames(int count, int only_in_proto = 0) {
  EXPECT_EQ(google::protobuf::GetEnumDescriptor<Proto>()->value_count(), count + 1 + only_in_proto);
  for (int i = 0; i < count; ++i) EXPECT_EQ(NameAt<Proto>(i + 1), NameOf(static_cast<Enum>(i)));
}

TEST(ControlNames, ProtoEnumerationsMatchOurs) {
  ExpectSameNames<v1::ErrorKind, ErrorKind>(kErrorKindCount);
  ExpectSameNames<v1::Dialect, Dialect>(kDialectCount);
  ExpectSameNames<v1::Family, Family>(3);
  ExpectSameNames<v1::Operation, Operation>(8);
  ExpectSameNames<v1::AccountState, pool::AccountState>(4);
  ExpectSameNames<v1::AccountCondition, pool::Condition>(pool::kConditionCount);
  ExpectSameNames<v1::AccountSignal, pool::Signal>(pool::kSignalCount);
  ExpectSameNames<v1::RejectReason, pool::RejectReason>(pool::kRejectReasonCount);
  ExpectSameNames<v1::ModelFactKind, catalog::ModelFact::Kind>(4);
  ExpectSameNames<v1::LimitKind, pool::LimitKind>(pool::kLimitKindCount, 1);  // no provider limits cost
  ExpectSameNames<v1::BudgetPeriod, pool::Period>(static_cast<int>(pool::kPeriods.size()));
  EXPECT_EQ(NameAt<v1::ClientKeyState>(static_cast<int>(keys::KeyState::kBudgetSpent) + 1), "budget_spent");
  ExpectSameNames<v1::SettingSource, config::Source>(4, 1);  // and sealed, which config/ has no part in
  ExpectSameNames<v1::SettingKind, config::SettingKind>(4);
  ExpectSameNames<v1::SettingUnit, config::SettingUnit>(4);
  ExpectSameNames<v1::SettingEffect, config::Effect>(2);
}

TEST(ControlNames, HealthServiceSaysServing) {
  ControlHarness harness;
  grpc::GenericStub stub(grpc::CreateChannel(harness.target(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  grpc::CompletionQueue queue;
  const grpc::Slice nothing("", 0);
  const grpc::ByteBuffer request(&nothing, 1);
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  grpc::Status status;
  call->Finish(&reply, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  ASSERT_TRUE(status.ok()) << status.error_message();
  grpc::Slice bytes;
  ASSERT_TRUE(reply.DumpToSingleSlice(&bytes).ok());
  // HealthCheckResponse{status: SERVING}
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size()), std::string("\x08\x01", 2));
}

}  // namespace
}  // namespace ag::test
