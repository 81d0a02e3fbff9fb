#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace ag::routing {

// Which model names a route is for. Case matters, as in model names.
//   gpt-5                 that very name
//   claude-*, gpt-?       '*' is any text, '?' one character
//   ~^gpt-5(-mini)?$      a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), marked as
//                         nginx marks it: found anywhere in the name unless anchored; "~*" ignores case
// An immutable value; matching takes time linear in the name, whatever the pattern is, from any thread.
class Pattern {
 public:
  enum class Kind : std::uint8_t { kExact, kGlob, kRegex };

  // InvalidRequest (param "pattern") for an empty text, one over 256 bytes, spaces or control characters, and a regular
  // expression that RE2 does not take, with its complaint.
  static absl::StatusOr<Pattern> Parse(std::string_view text);

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }  // as it was written
  bool Matches(std::string_view model) const;
  // How much of a name a glob pins down: its literal and '?' characters.
  std::size_t literal_count() const;

 private:
  Pattern(std::string text, Kind kind) : text_(std::move(text)), kind_(kind) {}

  std::string text_;
  Kind kind_;
  std::shared_ptr<const re2::RE2> regex_;  // of kRegex; shared by copies, since a compiled program is not copied
};

}  // namespace ag::routing
