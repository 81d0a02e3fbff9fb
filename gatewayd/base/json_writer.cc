#include <charconv>
#include <cmath>
#include <cstring>

#include "gatewayd/base/json.h"
#include "gatewayd/base/json_text.h"
#include "gatewayd/base/status_macros.h"

namespace ag::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void PutEscaped(unsigned char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 0xF];
  }
}

void AppendQuoted(std::string_view text, std::string& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  out += '"';
  while (p < end) {
    const char* const stop = SkipPlainAscii(p, end);
    out.append(p, stop);
    p = stop;
    if (p == end) break;
    const auto byte = static_cast<unsigned char>(*p);
    if (byte < 0x80) {
      PutEscaped(byte, out);
      ++p;
      continue;
    }
    const std::size_t length = Utf8Length(p, end);
    if (length == 0) {
      out += kReplacement;
      ++p;
      continue;
    }
    const std::string_view character(p, length);
    if (character == "\xE2\x80\xA8") {
      out += "\\u2028";
    } else if (character == "\xE2\x80\xA9") {
      out += "\\u2029";
    } else {
      out += character;
    }
    p += length;
  }
  out += '"';
}

}  // namespace

std::string Quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  AppendQuoted(text, out);
  return out;
}

void Writer::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  AG_CHECK(!is_object_[depth_ - 1]);  // a value without a key
  if (has_element_[depth_ - 1]) out_ += ',';
  has_element_[depth_ - 1] = true;
}

void Writer::Open(char bracket, bool object) {
  Separate();
  AG_CHECK(depth_ < kMaxLevels);
  out_ += bracket;
  is_object_[depth_] = object;
  has_element_[depth_] = false;
  ++depth_;
}

void Writer::Close(char bracket, bool object) {
  AG_CHECK(depth_ > 0 && !after_key_ && is_object_[depth_ - 1] == object);
  --depth_;
  out_ += bracket;
}

Writer& Writer::BeginObject() {
  Open('{', true);
  return *this;
}
Writer& Writer::EndObject() {
  Close('}', true);
  return *this;
}
Writer& Writer::BeginArray() {
  Open('[', false);
  return *this;
}
Writer& Writer::EndArray() {
  Close(']', false);
  return *this;
}

Writer& Writer::Key(std::string_view key) {
  AG_CHECK(depth_ > 0 && is_object_[depth_ - 1] && !after_key_);
  if (has_element_[depth_ - 1]) out_ += ',';
  has_element_[depth_ - 1] = true;
  AppendQuoted(key, out_);
  out_ += ':';
  after_key_ = true;
  return *this;
}

Writer& Writer::String(std::string_view text) {
  Separate();
  AppendQuoted(text, out_);
  return *this;
}

Writer& Writer::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

Writer& Writer::Int(std::int64_t value) {
  Separate();
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  out_.append(digits, result.ptr);
  return *this;
}

Writer& Writer::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Separate();
  char digits[40];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  out_.append(digits, result.ptr);
  return *this;
}

Writer& Writer::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::Null() {
  Separate();
  out_ += "null";
  return *this;
}

std::string ApplyEdits(std::string_view source, std::span<const Edit> edits) {
  std::size_t size = source.size();
  for (const auto& edit : edits) size += edit.replacement.size();
  std::string out;
  out.reserve(size);
  const char* done = source.data();
  const char* const end = source.data() + source.size();
  for (const auto& edit : edits) {
    const char* const target = edit.target.data();
    AG_CHECK(target >= done && target + edit.target.size() <= end);
    out.append(done, target).append(edit.replacement);
    done = target + edit.target.size();
  }
  out.append(done, end);
  return out;
}

}  // namespace ag::json
