#include "gatewayd/wire/gemini/proto_key.h"

#include <absl/strings/numbers.h>

#include <cstddef>

#include "gatewayd/base/strings.h"

namespace ag::wire::gemini {

std::string CamelCase(std::string_view key) {
  std::string name;
  name.reserve(key.size());
  bool upper = false;
  for (const char c : key) {
    if (c == '_') {
      upper = true;
      continue;
    }
    name.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c);
    upper = false;
  }
  return name;
}

// Compares with CamelCase(key) without making it: replies ask for several keys in each chunk.
bool IsSpelling(std::string_view key, std::string_view camel_case) {
  std::size_t at = 0;
  bool upper = false;
  for (const char c : key) {
    if (c == '_') {
      upper = true;
      continue;
    }
    const char written = upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    if (at == camel_case.size() || camel_case[at++] != written) return false;
    upper = false;
  }
  return at == camel_case.size();
}

const json::Value* FindKey(const json::Value& object, std::string_view camel_case) {
  if (const json::Value* exact = object.FindNonNull(camel_case); exact != nullptr) return exact;
  for (const auto& [key, value] : object.members()) {
    if (!value.is_null() && IsSpelling(key, camel_case)) return &value;
  }
  return nullptr;
}

std::string_view TextAt(const json::Value& object, std::string_view camel_case) {
  const json::Value* value = FindKey(object, camel_case);
  return value == nullptr ? std::string_view() : value->str();
}

std::optional<std::int64_t> IntAt(const json::Value& object, std::string_view camel_case) {
  const json::Value* value = FindKey(object, camel_case);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return value->AsInt();
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(ToAbsl(value->str()), &number)) return std::nullopt;
  return number;
}

bool FlagAt(const json::Value& object, std::string_view camel_case) {
  const json::Value* value = FindKey(object, camel_case);
  return value != nullptr && value->AsBool(false);
}

}  // namespace ag::wire::gemini
