#include <absl/strings/str_cat.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/json_text.h"
#include "gatewayd/base/strings.h"

namespace ag::json {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

const char* SkipSpace(const char* p, const char* end) {
  while (p < end && IsSpace(*p)) ++p;
  return p;
}

// Position of a failure and what was expected there. Carried by hand, because a status a token would be slow.
struct Fault {
  const char* at = nullptr;
  const char* what = nullptr;
};

absl::Status ToStatus(const Fault& fault, std::string_view text) {
  return MakeError(ErrorKind::kInvalidRequest,
                   absl::StrCat("invalid JSON at byte ", fault.at - text.data(), ": ", fault.what));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four hex digits at `p`, or -1.
int HexUnit(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = HexDigit(p[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char* PutUtf8(unsigned code, char* out) {
  const auto put = [&out](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

// Resolves the escape whose backslash is at `p[-1]`; returns the position after it, or nullptr. No escape grows.
const char* DecodeEscape(const char* p, const char* end, char*& out) {
  if (p == end) return nullptr;
  switch (*p) {
    case '"':
    case '\\':
    case '/':
      *out++ = *p;
      return p + 1;
    case 'b':
      *out++ = '\b';
      return p + 1;
    case 'f':
      *out++ = '\f';
      return p + 1;
    case 'n':
      *out++ = '\n';
      return p + 1;
    case 'r':
      *out++ = '\r';
      return p + 1;
    case 't':
      *out++ = '\t';
      return p + 1;
    case 'u':
      break;
    default:
      return nullptr;
  }
  const int unit = HexUnit(p + 1, end);
  if (unit < 0) return nullptr;
  p += 5;
  auto code = static_cast<unsigned>(unit);
  if (code >= 0xD800 && code < 0xE000) {
    const int low = code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? HexUnit(p + 2, end) : -1;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<unsigned>(low) - 0xDC00);
      p += 6;
    } else {
      code = 0xFFFD;
    }
  }
  out = PutUtf8(code, out);
  return p;
}

// Position of the closing quote of a string whose first inner byte is `p`, or nullptr; validates nothing. Searching for
// quotes and looking back for backslashes runs at memchr's speed, and each backslash is looked at once.
const char* FindClosingQuote(const char* p, const char* end) {
  const char* const begin = p;
  while (p < end) {
    const auto* quote = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
    if (quote == nullptr) return nullptr;
    const char* back = quote;
    while (back > begin && back[-1] == '\\') --back;
    if ((quote - back) % 2 == 0) return quote;
    p = quote + 1;
  }
  return nullptr;
}

// End of the number at `p`, or nullptr with `fault` set. RFC 8259 section 6.
const char* ScanNumber(const char* p, const char* end, Fault& fault) {
  const auto digits = [&] {
    const char* const first = p;
    while (p < end && IsDigit(*p)) ++p;
    return p > first;
  };
  if (p < end && *p == '-') ++p;
  const char* const whole = p;
  bool good = digits() && (*whole != '0' || p == whole + 1);
  if (good && p < end && *p == '.') {
    ++p;
    good = digits();
  }
  if (good && p < end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p < end && (*p == '+' || *p == '-')) ++p;
    good = digits();
  }
  if (good) return p;
  fault = {p, "malformed number"};
  return nullptr;
}

const char* ScanLiteral(const char* p, const char* end, std::string_view word, Fault& fault) {
  if (std::string_view(p, static_cast<std::size_t>(end - p)).starts_with(word)) return p + word.size();
  fault = {p, "unknown literal"};
  return nullptr;
}

std::string_view Between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

// A string's inner text; `p` is after the opening quote. Sets `text`, returns the position after the closing quote.
const char* ReadString(const char* p, const char* end, Arena& arena, std::string_view& text, Fault& fault) {
  const char* const begin = p;
  char* copy = nullptr;  // set at the first escape; until then the text is the source itself
  char* out = nullptr;
  const char* run = p;  // not yet copied
  while (true) {
    p = SkipPlainAscii(p, end);
    if (p == end) {
      fault = {p, "string without end"};
      return nullptr;
    }
    if (*p == '"') break;
    if (*p == '\\') {
      if (copy == nullptr) {
        const char* const quote = FindClosingQuote(begin, end);
        if (quote == nullptr) {
          fault = {end, "string without end"};
          return nullptr;
        }
        out = copy = static_cast<char*>(arena.Allocate(static_cast<std::size_t>(quote - begin), 1));
      }
      std::memcpy(out, run, static_cast<std::size_t>(p - run));
      out += p - run;
      const char* const after = DecodeEscape(p + 1, end, out);
      if (after == nullptr) {
        fault = {p, "invalid escape"};
        return nullptr;
      }
      run = p = after;
      continue;
    }
    const std::size_t length = static_cast<unsigned char>(*p) < 0x20 ? 0 : Utf8Length(p, end);
    if (length == 0) {
      const bool control = static_cast<unsigned char>(*p) < 0x20;
      fault = {p, control ? "control character in a string" : "invalid UTF-8"};
      return nullptr;
    }
    p += length;
  }
  if (copy == nullptr) {
    text = Between(begin, p);
  } else {
    std::memcpy(out, run, static_cast<std::size_t>(p - run));
    text = Between(copy, out + (p - run));
  }
  return p + 1;
}

}  // namespace

// Recursive descent with one stack of finished children: a container's children leave it for the arena in one piece.
class Parser {
 public:
  Parser(std::string_view text, Arena& arena, std::size_t max_depth)
      : text_(text), end_(text.data() + text.size()), arena_(arena), max_depth_(max_depth) {
    children_.reserve(32);
  }

  absl::StatusOr<const Value*> Run() {
    Value root;
    const char* p = ReadValue(SkipSpace(text_.data(), end_), 0, root);
    if (p != nullptr) {
      p = SkipSpace(p, end_);
      if (p == end_) return arena_.New<Value>(root);
      fault_ = {p, "bytes after the end"};
    }
    return ToStatus(fault_, text_);
  }

 private:
  const char* ReadValue(const char* p, std::size_t depth, Value& value) {
    if (p == end_) return Fail(p, "expected a value");
    const char* after = nullptr;
    switch (*p) {
      case '{':
        after = ReadContainer(p, depth, value, Type::kObject);
        break;
      case '[':
        after = ReadContainer(p, depth, value, Type::kArray);
        break;
      case '"':
        value.type_ = Type::kString;
        after = ReadString(p + 1, end_, arena_, value.text_, fault_);
        break;
      case 't':
        value.type_ = Type::kBool;
        after = ScanLiteral(p, end_, "true", fault_);
        break;
      case 'f':
        value.type_ = Type::kBool;
        after = ScanLiteral(p, end_, "false", fault_);
        break;
      case 'n':
        value.type_ = Type::kNull;
        after = ScanLiteral(p, end_, "null", fault_);
        break;
      default:
        if (*p != '-' && !IsDigit(*p)) return Fail(p, "expected a value");
        value.type_ = Type::kNumber;
        after = ScanNumber(p, end_, fault_);
    }
    if (after != nullptr) value.raw_ = Between(p, after);
    return after;
  }

  const char* ReadContainer(const char* p, std::size_t depth, Value& value, Type type) {
    if (depth >= max_depth_) return Fail(p, "nested too deeply");
    const bool object = type == Type::kObject;
    const char close = object ? '}' : ']';
    const std::size_t first = children_.size();
    value.type_ = type;
    p = SkipSpace(p + 1, end_);
    if (p < end_ && *p == close) return p + 1;
    while (true) {
      Member member;
      if (object) {
        p = ReadKey(p, member.key);
        if (p == nullptr) return nullptr;
      }
      p = ReadValue(p, depth + 1, member.value);
      if (p == nullptr) return nullptr;
      children_.push_back(member);
      p = SkipSpace(p, end_);
      if (p == end_) return Fail(p, object ? "object without end" : "array without end");
      if (*p == close) break;
      if (*p != ',') return Fail(p, object ? "expected ',' or '}'" : "expected ',' or ']'");
      p = SkipSpace(p + 1, end_);
    }
    Keep(first, value);
    return p + 1;
  }

  const char* ReadKey(const char* p, std::string_view& key) {
    if (p == end_ || *p != '"') return Fail(p, "expected a member name");
    p = ReadString(p + 1, end_, arena_, key, fault_);
    if (p == nullptr) return nullptr;
    p = SkipSpace(p, end_);
    if (p == end_ || *p != ':') return Fail(p, "expected ':'");
    return SkipSpace(p + 1, end_);
  }

  void Keep(std::size_t first, Value& value) {
    const std::size_t count = children_.size() - first;
    const Member* from = children_.data() + first;
    if (value.type_ == Type::kObject) {
      auto* kept = static_cast<Member*>(arena_.Allocate(sizeof(Member) * count, alignof(Member)));
      std::uninitialized_copy_n(from, count, kept);
      value.children_ = kept;
    } else {
      auto* kept = static_cast<Value*>(arena_.Allocate(sizeof(Value) * count, alignof(Value)));
      for (std::size_t i = 0; i < count; ++i) std::construct_at(kept + i, from[i].value);
      value.children_ = kept;
    }
    value.count_ = count;
    children_.resize(first);
  }

  const char* Fail(const char* at, const char* what) {
    fault_ = {at, what};
    return nullptr;
  }

  std::string_view text_;
  const char* end_;
  Arena& arena_;
  std::size_t max_depth_;
  std::vector<Member> children_;
  Fault fault_;
};

absl::StatusOr<const Value*> Parse(std::string_view text, Arena& arena, std::size_t max_depth) {
  return Parser(text, arena, max_depth).Run();
}

std::span<const Value> Value::items() const {
  if (type_ != Type::kArray) return {};
  return {static_cast<const Value*>(children_), count_};
}

std::span<const Member> Value::members() const {
  if (type_ != Type::kObject) return {};
  return {static_cast<const Member*>(children_), count_};
}

const Value* Value::Find(std::string_view key) const {
  const auto all = members();
  for (std::size_t i = all.size(); i > 0; --i) {
    if (all[i - 1].key == key) return &all[i - 1].value;
  }
  return nullptr;
}

const Value* Value::FindNonNull(std::string_view key) const {
  const Value* const value = Find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<double> Value::AsDouble() const {
  if (type_ != Type::kNumber) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(raw_.data(), raw_.data() + raw_.size(), value);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> Value::AsInt() const {
  if (type_ != Type::kNumber) return std::nullopt;
  const char* const end = raw_.data() + raw_.size();
  std::int64_t plain = 0;
  const auto result = std::from_chars(raw_.data(), end, plain);
  if (result.ec == std::errc() && result.ptr == end) return plain;

  // A fraction or an exponent: exact decimal arithmetic on the digits.
  std::string digits(raw_.front() == '-' ? "-" : "");
  std::int64_t exponent = 0;
  bool fraction = false;
  for (const char* p = raw_.data(); p < end; ++p) {
    if (IsDigit(*p)) {
      digits += *p;
      if (fraction) --exponent;
    } else if (*p == '.') {
      fraction = true;
    } else if (*p != '-') {
      std::int64_t written = 0;
      const char* const from = p[1] == '+' ? p + 2 : p + 1;
      if (std::from_chars(from, end, written).ec != std::errc()) return std::nullopt;
      if (written > 1000 || written < -100'000) return std::nullopt;
      exponent += written;
      break;
    }
  }
  while (exponent < 0 && digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty() || digits == "-") return 0;
  if (exponent < 0 || exponent > 1000) return std::nullopt;
  digits.append(static_cast<std::size_t>(exponent), '0');
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), plain);
  if (parsed.ec != std::errc()) return std::nullopt;
  return plain;
}

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
