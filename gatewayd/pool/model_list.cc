#include "gatewayd/pool/model_list.h"

#include <array>
#include <cstddef>

#include "gatewayd/base/strings.h"

namespace ag::pool {
namespace {

constexpr std::string_view kLatestTag = ":latest";
constexpr std::string_view kLatestSuffix = "-latest";

// How long the suffixes are that say which build it is: "-20250929" and "@20250929", "-2024-08-06".
constexpr std::array<std::size_t, 2> kDateSuffixes{9, 11};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsDateSuffix(std::string_view text) {
  if (text[0] != '-' && text[0] != '@') return false;
  const bool dashed = text.size() == kDateSuffixes[1];
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool dash = dashed && (i == 5 || i == 8);
    if (dash ? text[i] != '-' : !IsDigit(text[i])) return false;
  }
  return true;
}

std::string_view BareName(std::string_view name) {
  constexpr std::string_view kPrefix = "models/";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

}  // namespace

ModelList::ModelList(std::span<const std::string> listed) {
  names_.reserve(listed.size() * 2);
  for (const std::string& entry : listed) {
    const std::string_view name = BareName(entry);
    names_[ToAbsl(name)] |= kListed;
    for (const std::size_t length : kDateSuffixes) {
      if (name.size() > length && IsDateSuffix(name.substr(name.size() - length))) {
        names_[ToAbsl(name.substr(0, name.size() - length))] |= kWithoutDate;
      }
    }
    if (name.ends_with(kLatestTag)) names_[ToAbsl(name.substr(0, name.size() - kLatestTag.size()))] |= kWithoutLatest;
  }
}

bool ModelList::Knows(std::string_view name, std::uint8_t how) const {
  const auto found = names_.find(ToAbsl(name));
  return found != names_.end() && (found->second & how) != 0;
}

bool ModelList::Answers(std::string_view asked) const {
  if (names_.empty() || asked.empty()) return true;
  asked = BareName(asked);
  if (Knows(asked, kListed | kWithoutDate | kWithoutLatest)) return true;
  for (auto colon = asked.find(':'); colon != std::string_view::npos; colon = asked.find(':', colon + 1)) {
    if (Knows(asked.substr(0, colon), kListed)) return true;
  }
  if (!asked.ends_with(kLatestSuffix)) return false;
  return Knows(asked.substr(0, asked.size() - kLatestSuffix.size()), kListed | kWithoutDate);
}

}  // namespace ag::pool
