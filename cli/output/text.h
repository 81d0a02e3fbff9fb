#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ag/gateway/v1/common.pb.h"

// Values as people and programs read them.
namespace ag::cli {

// The stable lower-case name: ACCOUNT_STATE_NEEDS_SIGN_IN is "needs_sign_in"; the unspecified value is "".
std::string EnumName(const google::protobuf::EnumDescriptor& type, int value);
template <typename Enum>
std::string NameOf(Enum value) {
  return EnumName(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}
// The value of that name, or the unspecified one.
int EnumValue(const google::protobuf::EnumDescriptor& type, std::string_view name);

// As people say a name: "needs sign in".
std::string Spoken(std::string name);

std::string Rfc3339(const google::protobuf::Timestamp& time);     // UTC, milliseconds
std::string LocalClock(const google::protobuf::Timestamp& time);  // "12:03:05"
std::string Ago(const google::protobuf::Timestamp& time);         // "5 min ago", "in 20 s", "never" when unset
std::string Coarse(const google::protobuf::Duration& duration);   // "20 s", "5 min", "3 days"
double Millis(const google::protobuf::Duration& duration);
std::string ShortDuration(const google::protobuf::Duration& duration);  // "12 ms", "1.3 s"
std::string Grouped(std::int64_t number);                               // "12,345"
// Billionths of a US dollar as people read them: "$12.34", below a dollar "$0.0123", "<$0.0001" for next to nothing.
std::string Usd(std::int64_t nano_usd);
// A reason in English.
std::string Sentence(const gateway::v1::Reason& reason);
// A setting's JSON value as people write it: text without quotes, lists with commas.
std::string PlainValue(const std::string& json);

// Names close to `word`, nearest first, at most three.
std::vector<std::string> Suggest(std::string_view word, const std::vector<std::string>& names);
// "; did you mean a, b?" or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& names);

}  // namespace ag::cli
