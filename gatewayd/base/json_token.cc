#include "gatewayd/base/json_token.h"

#include <absl/strings/str_cat.h>

#include <cstring>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json_text.h"

namespace ag::json {
namespace {

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

}  // namespace

absl::Status ToStatus(const Fault& fault, std::string_view text) {
  return MakeError(ErrorKind::kInvalidRequest,
                   absl::StrCat("invalid JSON at byte ", fault.at - text.data(), ": ", fault.what));
}

// Searching for quotes and looking back for backslashes runs at memchr's speed, and each backslash is looked at once.
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

}  // namespace ag::json
