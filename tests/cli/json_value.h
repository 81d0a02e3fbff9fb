#pragma once

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>

// What --json printed, taken apart.
namespace ag::test {

using google::protobuf::Value;

inline Value Json(const std::string& text) {
  Value value;
  const auto status = google::protobuf::util::JsonStringToMessage(text, &value);
  EXPECT_TRUE(status.ok()) << status.ToString() << " in " << text;
  return value;
}
inline Value At(const Value& object, const std::string& key) {
  const auto& fields = object.struct_value().fields();
  const auto found = fields.find(key);
  EXPECT_NE(found, fields.end()) << "no member " << key;
  return found == fields.end() ? Value() : found->second;
}
inline std::string Text(const Value& object, const std::string& key) { return At(object, key).string_value(); }
inline Value Item(const Value& array, int index) {
  return index < array.list_value().values_size() ? array.list_value().values(index) : Value();
}

}  // namespace ag::test
