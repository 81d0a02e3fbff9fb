#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace ag::cli {

// True if a person sits at standard input, so that questions make sense.
bool InputIsTerminal();
// True if standard output is a terminal and NO_COLOR (https://no-color.org) is not set.
bool WantsColor();

enum class Echo { kOn, kOff };
// Asks on standard error and reads one line from standard input, without the line end. Echo::kOff hides what is typed
// and restores the terminal, also when the reading fails. CANCELLED at the end of input.
absl::StatusOr<std::string> Ask(std::string_view question, Echo echo);
// "question [y/N] "; anything but y or yes is no.
bool Confirm(std::string_view question);
// The file's text, or standard input's for "-", without surrounding blanks and line ends. `what` it holds is for
// errors.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path, std::string_view what = "API key");

}  // namespace ag::cli
