#include "gatewayd/routing/pattern.h"

#include <absl/strings/str_cat.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/routing/glob.h"

namespace ag::routing {
namespace {

constexpr std::size_t kMaxBytes = 256;
// Of a compiled program and its cache. Names of models need little; a pattern that wants more is a mistake.
constexpr std::int64_t kMaxProgramBytes = 1 << 20;

absl::Status Refuse(std::string_view message) { return FieldError(ErrorKind::kInvalidRequest, "pattern", message); }

absl::Status CheckText(std::string_view text) {
  if (text.empty()) return Refuse("a route needs a pattern: a model name, or '*'");
  if (text.size() > kMaxBytes) return Refuse(absl::StrCat("the pattern is longer than ", kMaxBytes, " bytes"));
  const bool printable = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  return printable ? absl::OkStatus() : Refuse("a pattern has no spaces or control characters");
}

absl::StatusOr<std::shared_ptr<const re2::RE2>> Compile(std::string_view text) {
  text.remove_prefix(1);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxProgramBytes);
  if (text.substr(0, 1) == "*") {
    options.set_case_sensitive(false);
    text.remove_prefix(1);
  }
  if (text.empty()) return Refuse("after '~' a regular expression is expected, such as ~^gpt-5(-mini)?$");
  auto regex = std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (regex->ok()) return regex;
  return Refuse(absl::StrCat("the regular expression cannot be read: ", regex->error(),
                             " (the syntax is RE2's: https://github.com/google/re2/wiki/Syntax)"));
}

Pattern::Kind KindOfText(std::string_view text) {
  if (text.front() == '~') return Pattern::Kind::kRegex;
  return IsGlob(text) ? Pattern::Kind::kGlob : Pattern::Kind::kExact;
}

}  // namespace

absl::StatusOr<Pattern> Pattern::Parse(std::string_view text) {
  if (absl::Status fine = CheckText(text); !fine.ok()) return fine;
  Pattern pattern(std::string(text), KindOfText(text));
  if (pattern.kind_ != Kind::kRegex) return pattern;
  auto regex = Compile(text);
  if (!regex.ok()) return regex.status();
  pattern.regex_ = *std::move(regex);
  return pattern;
}

bool Pattern::Matches(std::string_view model) const {
  switch (kind_) {
    case Kind::kExact:
      return text_ == model;
    case Kind::kGlob:
      return GlobMatches(text_, model);
    case Kind::kRegex:
      return re2::RE2::PartialMatch(re2::StringPiece(model.data(), model.size()), *regex_);
  }
  return false;
}

std::size_t Pattern::literal_count() const { return LiteralCount(text_); }

}  // namespace ag::routing
