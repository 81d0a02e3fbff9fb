#include "cli/output/table.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ag::cli {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// The wide blocks of Unicode's East Asian Width (UAX #11), coarsely: Hangul Jamo, CJK and its punctuation, Hangul,
// compatibility forms, full-width forms, emoji, the supplementary ideographic planes.
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 4> kCombining{{{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t N>
bool In(const std::array<Range, N>& ranges, std::uint32_t code) {
  return std::ranges::any_of(ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// The code point at `at`, which moves behind it. A broken byte counts as one character.
std::uint32_t NextCodePoint(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
  for (int i = 0; i < more && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return code;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t code = NextCodePoint(text, at);
    if (In(kCombining, code)) continue;
    width += In(kWide, code) ? 2 : 1;
  }
  return width;
}

std::string PadRight(std::string text, std::size_t width) {
  const std::size_t present = DisplayWidth(text);
  if (present < width) text.append(width - present, ' ');
  return text;
}

std::string PadLeft(std::string text, std::size_t width) {
  const std::size_t present = DisplayWidth(text);
  if (present < width) text.insert(0, width - present, ' ');
  return text;
}

std::string Table::ToText() const {
  std::vector<std::vector<std::string>> lines{{}};
  for (const auto& column : columns_) lines.front().push_back(column.title);
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i > 0) out += "  ";
      out += columns_[i].align == Align::kRight ? PadLeft(line[i], widths[i]) : PadRight(line[i], widths[i]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + '\n';
  }
  return text;
}

}  // namespace ag::cli
