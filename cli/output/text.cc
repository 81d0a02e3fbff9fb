#include "cli/output/text.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace ag::cli {
namespace {

constexpr std::string_view kUnspecified = "UNSPECIFIED";

// The words that all values of the type begin with.
std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  const std::string& zero = type.value(0)->name();
  return zero.substr(0, zero.size() - kUnspecified.size());
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string Span(std::int64_t seconds) {
  if (seconds < 60) return absl::StrCat(seconds, " s");
  if (seconds < 3600) return absl::StrCat(seconds / 60, " min");
  if (seconds < 2 * 86400) return absl::StrCat(seconds / 3600, " h");
  return absl::StrCat(seconds / 86400, " days");
}

// Changes, insertions and removals that make one word of the other.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string EnumName(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* found = type.FindValueByNumber(value);
  if (found == nullptr) return absl::StrCat("unknown_", value);
  const std::string name = found->name().substr(PrefixOf(type).size());
  return name == kUnspecified ? std::string() : absl::AsciiStrToLower(name);
}

int EnumValue(const google::protobuf::EnumDescriptor& type, std::string_view name) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (EnumName(type, type.value(i)->number()) == name) return type.value(i)->number();
  }
  return 0;
}

std::string Spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string Rfc3339(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", ToTime(time), absl::UTCTimeZone());
}

std::string LocalClock(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%H:%M:%S", ToTime(time), absl::LocalTimeZone());
}

std::string Ago(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "never";
  const std::int64_t seconds = absl::ToInt64Seconds(absl::Now() - ToTime(time));
  return seconds < 0 ? absl::StrCat("in ", Span(-seconds)) : absl::StrCat(Span(seconds), " ago");
}

std::string Coarse(const google::protobuf::Duration& duration) { return Span(duration.seconds()); }

double Millis(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) * 1e3 + duration.nanos() / 1e6;
}

std::string ShortDuration(const google::protobuf::Duration& duration) {
  const double millis = Millis(duration);
  if (millis < 0.05) return "< 0.1 ms";
  if (millis < 10) return absl::StrFormat("%.1f ms", millis);
  if (millis < 1000) return absl::StrFormat("%.0f ms", millis);
  return absl::StrFormat("%.1f s", millis / 1000);
}

std::string Grouped(std::int64_t number) {
  std::string digits = absl::StrCat(std::llabs(number));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return number < 0 ? "-" + digits : digits;
}

std::string Usd(std::int64_t nano_usd) {
  constexpr std::int64_t kDollar = 1'000'000'000;
  constexpr std::int64_t kLeastShown = 100'000;
  if (nano_usd > 0 && nano_usd < kLeastShown) return "<$0.0001";
  const double dollars = static_cast<double>(nano_usd) / static_cast<double>(kDollar);
  if (nano_usd < kDollar) return nano_usd == 0 ? "$0" : absl::StrFormat("$%.4f", dollars);
  return absl::StrCat("$", Grouped(nano_usd / kDollar), absl::StrFormat(".%02d", nano_usd % kDollar / 10'000'000));
}

std::string Sentence(const gateway::v1::Reason& reason) {
  // Those whose words matter; the names in braces are arguments.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kTexts{{
      {"affinity", "its conversation keeps to this account"},
      {"affinity_stand_in", "stands in: the conversation's own account could not serve"},
      {"after_fixed_account", "asked when the one that pool.fixed_account names cannot serve"},
      {"back_first", "none was ready; this one was to be back first"},
      {"by_conversation", "conversations are spread over this rank, each keeps to its account"},
      {"by_load", "this rank shares the requests by load"},
      {"fixed_account", "pool.fixed_account names it"},
      {"found_ready", "the first that could serve"},
      {"half_open", "its pause was over: this request tried it"},
      {"holds_state", "it holds what the request refers to"},
      {"later_answers", "its answers begin later"},
      {"later_in_chain", "asked when the places before it cannot serve"},
      {"less_loaded", "less busy than another that was drawn"},
      {"lower_priority", "asked when those of higher priority cannot serve"},
      {"only_candidate", "the only account there is for it"},
      {"only_of_priority", "no other account of its priority was ready"},
      {"pause_ended", "its pause ended at that moment"},
      {"sooner_answers", "its answers begin soonest"},
      {"tested", "agctl accounts test --deep asked it"},
      {"sign_in_ended", "the sign-in has ended ({text}); sign in again: agctl accounts sign-in --account {account}"},
      {"sign_in_refused", "the sign-in is refused ({text}); sign in again: agctl accounts sign-in --account {account}"},
  }};
  const auto known = std::ranges::find_if(kTexts, [&](const auto& one) { return one.first == reason.code(); });
  if (known != kTexts.end()) {
    std::string sentence(known->second);
    for (const auto& arg : reason.args()) {
      const std::string name = absl::StrCat("{", arg.name(), "}");
      if (const auto at = sentence.find(name); at != std::string::npos) sentence.replace(at, name.size(), arg.value());
    }
    return sentence;
  }
  std::string text = reason.code();
  std::ranges::replace(text, '_', ' ');
  std::vector<std::string> args;
  for (const auto& arg : reason.args()) args.push_back(absl::StrCat(arg.name(), " ", arg.value()));
  if (!args.empty()) absl::StrAppend(&text, " (", absl::StrJoin(args, ", "), ")");
  return text;
}

std::string PlainValue(const std::string& json) {
  google::protobuf::Value value;
  if (!google::protobuf::util::JsonStringToMessage(json, &value).ok()) return json;
  if (value.has_string_value()) return value.string_value();
  if (!value.has_list_value()) return json;
  std::vector<std::string> items;
  for (const auto& item : value.list_value().values()) {
    if (!item.has_string_value()) return json;
    items.push_back(item.string_value());
  }
  return absl::StrJoin(items, ",");
}

std::vector<std::string> Suggest(std::string_view word, const std::vector<std::string>& names) {
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const auto& name : names) {
    const std::size_t distance = EditDistance(word, name);
    const bool begins = !word.empty() && name.rfind(std::string(word), 0) == 0;
    if (begins || distance <= std::max<std::size_t>(1, word.size() / 3)) near.emplace_back(distance, name);
  }
  std::ranges::sort(near);
  std::vector<std::string> out;
  for (auto& [distance, name] : near) {
    if (out.size() < 3) out.push_back(std::move(name));
  }
  return out;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& names) {
  const auto near = Suggest(word, names);
  return near.empty() ? std::string() : absl::StrCat("; did you mean ", absl::StrJoin(near, ", "), "?");
}

}  // namespace ag::cli
