#include "gatewayd/sandbox/answer.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "gatewayd/base/strings.h"

namespace ag::sandbox {
namespace {

constexpr std::size_t kQuoted = 200;  // bytes of the prompt that an answer repeats

// At most kQuoted bytes, never half a character.
std::string Shorten(std::string_view text) {
  if (text.size() <= kQuoted) return std::string(text);
  std::size_t end = kQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

const Ask::Tool* ChosenTool(const Ask& ask) {
  if (ask.tools.empty() || ask.tool_output) return nullptr;
  if (ask.forced_tool) {
    for (const Ask::Tool& tool : ask.tools) {
      if (tool.name == *ask.forced_tool) return &tool;
    }
    return &ask.tools.front();
  }
  const std::string text = absl::AsciiStrToLower(ask.text);
  for (const Ask::Tool& tool : ask.tools) {
    if (Contains(text, "call " + absl::AsciiStrToLower(tool.name))) return &tool;
  }
  return Contains(text, "use the tool") || Contains(text, "use a tool") ? &ask.tools.front() : nullptr;
}

std::string Compose(const Ask& ask) {
  if (ask.tool_output) return absl::StrCat("The tool answered: ", Shorten(*ask.tool_output), ". Nothing else to do.");
  return absl::StrCat(
      "You said: ", Shorten(ask.text), "\n\nThis is ", ask.model,
      " of the AG Gateway sandbox: the answer is made up on this machine, and no provider was asked. ",
      "Offer a tool and say \"use the tool\" to get a call of it, or put sandbox:429, sandbox:500, sandbox:slow or ",
      "sandbox:cut into the prompt to see how failures look.");
}

// Each word with the blanks after it.
std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    end = std::min(text.find_first_not_of(" \n", end), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::int64_t Tokens(std::string_view text) { return static_cast<std::int64_t>((text.size() + 3) / 4); }

}  // namespace

std::string Answer::Text() const { return absl::StrJoin(words, ""); }

Answer AnswerTo(const Ask& ask) {
  Answer answer;
  if (const Ask::Tool* tool = ChosenTool(ask)) {
    answer.call = *tool;
    answer.stop = Answer::Stop::kTool;
    answer.output_tokens = Tokens(tool->name) + Tokens(tool->arguments);
    return answer;
  }
  std::string text = Compose(ask);
  for (const std::string& stop : ask.stops) {
    const std::size_t at = stop.empty() ? std::string::npos : text.find(stop);
    if (at == std::string::npos) continue;
    text.resize(at);
    answer.stop = Answer::Stop::kSequence;
    answer.stop_sequence = stop;
  }
  answer.words = SplitWords(text);
  // A word counts as one token for the limit, which keeps cut answers readable.
  if (ask.max_tokens && static_cast<std::int64_t>(answer.words.size()) > *ask.max_tokens) {
    answer.words.resize(static_cast<std::size_t>(std::max<std::int64_t>(*ask.max_tokens, 0)));
    answer.stop = Answer::Stop::kLength;
    answer.stop_sequence.clear();
  }
  answer.output_tokens = Tokens(answer.Text());
  if (ask.max_tokens) answer.output_tokens = std::min(answer.output_tokens, *ask.max_tokens);
  return answer;
}

Mishap MishapIn(const Ask& ask) {
  if (Contains(ask.text, "sandbox:429")) return Mishap::kRateLimit;
  if (Contains(ask.text, "sandbox:500")) return Mishap::kServerError;
  if (Contains(ask.text, "sandbox:slow")) return Mishap::kSlow;
  if (Contains(ask.text, "sandbox:cut")) return Mishap::kCut;
  return Mishap::kNone;
}

}  // namespace ag::sandbox
