#include <absl/container/inlined_vector.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "gatewayd/base/json.h"
#include "gatewayd/base/json_token.h"

namespace ag::json {

// Recursive descent with one stack of finished children: a container's children leave it for the arena in one piece.
class Parser {
 public:
  Parser(std::string_view text, Arena& arena, std::size_t max_depth)
      : text_(text), end_(text.data() + text.size()), arena_(arena), max_depth_(max_depth) {}

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
  absl::InlinedVector<Member, 16> children_;
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

}  // namespace ag::json
