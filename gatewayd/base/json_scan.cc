#include <cstddef>

#include "gatewayd/base/json.h"
#include "gatewayd/base/json_token.h"

namespace ag::json {
namespace {

// Skips a nested object or array by counting brackets outside strings.
const char* SkipContainer(const char* p, const char* end, Fault& fault) {
  const char* const begin = p;
  std::size_t depth = 0;
  for (; p < end; ++p) {
    switch (*p) {
      case '"': {
        const char* const quote = FindClosingQuote(p + 1, end);
        if (quote == nullptr) {
          fault = {p, "string without end"};
          return nullptr;
        }
        p = quote;
        break;
      }
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return p + 1;
        break;
      default:
        break;
    }
  }
  fault = {end, *begin == '{' ? "object without end" : "array without end"};
  return nullptr;
}

const char* SkipValue(const char* p, const char* end, Type& type, Fault& fault) {
  if (p == end) {
    fault = {p, "expected a value"};
    return nullptr;
  }
  switch (*p) {
    case '{':
      type = Type::kObject;
      return SkipContainer(p, end, fault);
    case '[':
      type = Type::kArray;
      return SkipContainer(p, end, fault);
    case '"': {
      type = Type::kString;
      const char* const quote = FindClosingQuote(p + 1, end);
      if (quote == nullptr) fault = {p, "string without end"};
      return quote == nullptr ? nullptr : quote + 1;
    }
    case 't':
      type = Type::kBool;
      return ScanLiteral(p, end, "true", fault);
    case 'f':
      type = Type::kBool;
      return ScanLiteral(p, end, "false", fault);
    case 'n':
      type = Type::kNull;
      return ScanLiteral(p, end, "null", fault);
    default:
      type = Type::kNumber;
      if (*p == '-' || IsDigit(*p)) return ScanNumber(p, end, fault);
      fault = {p, "expected a value"};
      return nullptr;
  }
}

// After the opening bracket. True when the end was reached or the visitor stopped the walk.
bool ScanElements(const char* p, const char* end, MemberVisitor& visitor, Fault& fault) {
  p = SkipSpace(p, end);
  bool done = p < end && *p == ']';
  while (!done) {
    RawMember element{};
    const char* const after = SkipValue(p, end, element.type, fault);
    if (after == nullptr) return false;
    element.raw = Between(p, after);
    if (!visitor.OnMember(element)) return true;
    p = SkipSpace(after, end);
    done = p < end && *p == ']';
    if (!done && (p == end || *p != ',')) {
      fault = {p, "expected ',' or ']'"};
      return false;
    }
    if (!done) p = SkipSpace(p + 1, end);
  }
  p = SkipSpace(p + 1, end);
  if (p != end) fault = {p, "bytes after the end"};
  return p == end;
}

// After the opening brace. True when the end was reached or the visitor stopped the walk.
bool ScanMembers(const char* p, const char* end, Arena& arena, MemberVisitor& visitor, Fault& fault) {
  const auto fail = [&fault](const char* at, const char* what) {
    fault = {at, what};
    return false;
  };
  p = SkipSpace(p, end);
  bool first = true;
  while (true) {
    if (p == end) return fail(p, "object without end");
    if (*p == '}' && first) break;
    if (*p != '"') return fail(p, "expected a member name");
    RawMember member{};
    p = ReadString(p + 1, end, arena, member.key, fault);
    if (p == nullptr) return false;
    p = SkipSpace(p, end);
    if (p == end || *p != ':') return fail(p, "expected ':'");
    p = SkipSpace(p + 1, end);
    const char* const after = SkipValue(p, end, member.type, fault);
    if (after == nullptr) return false;
    member.raw = Between(p, after);
    if (!visitor.OnMember(member)) return true;
    first = false;
    p = SkipSpace(after, end);
    if (p == end) return fail(p, "object without end");
    if (*p == '}') break;
    if (*p != ',') return fail(p, "expected ',' or '}'");
    p = SkipSpace(p + 1, end);
  }
  p = SkipSpace(p + 1, end);
  return p == end || fail(p, "bytes after the end");
}

}  // namespace

absl::Status ScanArray(std::string_view text, MemberVisitor& visitor) {
  const char* const end = text.data() + text.size();
  const char* const p = SkipSpace(text.data(), end);
  Fault fault{p, "expected an array"};
  if (p == end || *p != '[' || !ScanElements(p + 1, end, visitor, fault)) return ToStatus(fault, text);
  return absl::OkStatus();
}

absl::Status ScanObject(std::string_view text, Arena& arena, MemberVisitor& visitor) {
  const char* const end = text.data() + text.size();
  const char* const p = SkipSpace(text.data(), end);
  Fault fault{p, "expected an object"};
  if (p == end || *p != '{' || !ScanMembers(p + 1, end, arena, visitor, fault)) return ToStatus(fault, text);
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> DecodeString(std::string_view raw, Arena& arena) {
  const char* const end = raw.data() + raw.size();
  Fault fault{raw.data(), "expected a string"};
  std::string_view text;
  if (raw.size() < 2 || raw.front() != '"') return ToStatus(fault, raw);
  const char* const after = ReadString(raw.data() + 1, end, arena, text, fault);
  if (after == nullptr) return ToStatus(fault, raw);
  if (after != end) return ToStatus({after, "bytes after the end"}, raw);
  return text;
}

}  // namespace ag::json
