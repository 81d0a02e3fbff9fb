#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::json {
namespace {

class Count final : public MemberVisitor {
 public:
  bool OnMember(const RawMember& member) override {
    AG_CHECK(!member.raw.empty());
    ++members;
    return true;
  }
  std::size_t members = 0;
};

// Visits every node, so that a bad view is touched, and writes each string so that it must read back equal.
std::size_t Touch(const Value& value) {
  std::size_t sum = value.raw().size() + static_cast<std::size_t>(value.AsInt().value_or(0) & 1);
  sum += value.AsDouble() ? 1 : 0;
  if (value.is_string()) {
    Arena arena;
    const std::string quoted = Quote(value.str());
    AG_CHECK(DecodeString(quoted, arena).value() == value.str());
  }
  for (const auto& item : value.items()) sum += Touch(item);
  for (const auto& member : value.members()) sum += Touch(member.value) + member.key.size();
  return sum;
}

}  // namespace
}  // namespace ag::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ag::Arena arena;
  const auto value = ag::json::Parse(text, arena);
  ag::json::Count count;
  const bool scanned = ag::json::ScanObject(text, arena, count).ok();
  ag::json::Count elements;
  const bool listed = ag::json::ScanArray(text, elements).ok();
  if (!value.ok()) return 0;
  ag::json::Touch(**value);
  AG_CHECK((*value)->raw() == ag::TrimSpace(text));
  AG_CHECK(scanned == (*value)->is_object() && listed == (*value)->is_array());
  if (scanned) AG_CHECK(count.members == (*value)->members().size());
  if (listed) AG_CHECK(elements.members == (*value)->items().size());
  return 0;
}
