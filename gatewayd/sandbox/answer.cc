#include "gatewayd/sandbox/answer.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/signature.h"

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

// The calls that the request forces or the prompt asks for.
std::vector<Ask::Tool> ChosenCalls(const Ask& ask) {
  if (ask.tools.empty() || !ask.tool_outputs.empty()) return {};
  if (ask.forced_tool) {
    const auto named = std::ranges::find(ask.tools, *ask.forced_tool, &Ask::Tool::name);
    return {named == ask.tools.end() ? ask.tools.front() : *named};
  }
  const std::string text = absl::AsciiStrToLower(ask.text);
  std::vector<Ask::Tool> calls;
  for (const Ask::Tool& tool : ask.tools) {
    if (Contains(text, "call " + absl::AsciiStrToLower(tool.name))) calls.push_back(tool);
  }
  if (calls.empty() && Contains(text, "use two tools")) calls = {ask.tools.front(), ask.tools.back()};
  if (calls.empty() && (Contains(text, "use the tool") || Contains(text, "use a tool"))) calls = {ask.tools.front()};
  if (ask.one_call && calls.size() > 1) calls.resize(1);
  return calls;
}

// " I saw 1 image (image/png, 70 bytes) and 1 file (application/pdf, 9 bytes)." with what there is.
std::string MediaSeen(const Ask& ask) {
  std::vector<std::string> seen;
  for (const auto& [kind, name] :
       {std::pair(Ask::Medium::Kind::kImage, "image"), std::pair(Ask::Medium::Kind::kFile, "file")}) {
    std::vector<std::string> about;
    for (const Ask::Medium& medium : ask.media) {
      if (medium.kind == kind) about.push_back(Shorten(medium.about));
    }
    if (about.empty()) continue;
    seen.push_back(
        absl::StrCat(about.size(), " ", name, about.size() == 1 ? "" : "s", " (", absl::StrJoin(about, "; "), ")"));
  }
  return seen.empty() ? "" : absl::StrCat(" I saw ", absl::StrJoin(seen, " and "), ".");
}

std::string Compose(const Ask& ask) {
  std::string seen = MediaSeen(ask);
  if (ask.states_returned > 0) absl::StrAppend(&seen, " State returned: ", ask.states_returned, ".");
  if (!ask.tool_outputs.empty()) {
    std::vector<std::string> outputs;
    for (const std::string& output : ask.tool_outputs) outputs.push_back(Shorten(output));
    const char* who = outputs.size() == 1 ? "The tool answered: " : "The tools answered: ";
    return absl::StrCat(who, absl::StrJoin(outputs, "; "), ".", seen, " Nothing else to do.");
  }
  return absl::StrCat(
      "You said: ", Shorten(ask.text), "\n\n", seen.empty() ? "" : absl::StrCat(seen.substr(1), " "), "This is ",
      ask.model, " of the AG Gateway sandbox: the answer is made up on this machine, and no provider was asked. ",
      "Offer a tool and say \"use the tool\" to get a call of it, or put sandbox:think, sandbox:429, sandbox:500, ",
      "sandbox:slow or sandbox:cut into the prompt to see how reasoning and failures look.");
}

std::string Ponder(const Ask& ask, const std::vector<Ask::Tool>& calls) {
  std::string plan = "I answer at once.";
  if (!ask.tool_outputs.empty()) plan = "The results are there, so I repeat them.";
  if (!calls.empty()) plan = absl::StrCat("I need ", calls.front().name, " for that.");
  return absl::StrCat("I was told: ", Shorten(ask.text), ". ", plan);
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

// JSON without blanks, in pieces of a few bytes; never half a character.
std::vector<std::string> SplitJson(std::string_view json) {
  constexpr std::size_t kPiece = 8;
  std::vector<std::string> pieces;
  while (!json.empty()) {
    std::size_t end = std::min(kPiece, json.size());
    while (end < json.size() && (static_cast<unsigned char>(json[end]) & 0xC0) == 0x80) ++end;
    pieces.emplace_back(json.substr(0, end));
    json.remove_prefix(end);
  }
  return pieces;
}

std::int64_t Tokens(std::string_view text) { return static_cast<std::int64_t>((text.size() + 3) / 4); }

void Think(const Ask& ask, Answer& answer) {
  if (!ask.Thinks()) return;
  const std::string thought = Ponder(ask, answer.calls);
  answer.thought = true;
  answer.reasoning_tokens = Tokens(thought);
  if (ask.thinking.visible) answer.thoughts = SplitWords(thought);
  if (ask.thinking.with_state) answer.state_seed = thought;
}

// The text up to the first stop sequence that is met, and to the limit of tokens.
void Speak(const Ask& ask, std::string text, Answer& answer) {
  for (const std::string& stop : ask.stops) {
    const std::size_t at = stop.empty() ? std::string::npos : text.find(stop);
    if (at == std::string::npos) continue;
    text.resize(at);
    answer.stop = Answer::Stop::kSequence;
    answer.stop_sequence = stop;
  }
  answer.words = ask.json ? SplitJson(text) : SplitWords(text);
  // A word counts as one token for the limit, which keeps cut answers readable.
  if (ask.max_tokens && static_cast<std::int64_t>(answer.words.size()) > *ask.max_tokens) {
    answer.words.resize(static_cast<std::size_t>(std::max<std::int64_t>(*ask.max_tokens, 0)));
    answer.stop = Answer::Stop::kLength;
    answer.stop_sequence.clear();
  }
  answer.output_tokens = Tokens(answer.Text());
  if (ask.max_tokens) answer.output_tokens = std::min(answer.output_tokens, *ask.max_tokens);
}

}  // namespace

std::string Answer::Text() const { return absl::StrJoin(words, ""); }
std::string Answer::Thought() const { return absl::StrJoin(thoughts, ""); }
std::string Answer::State(std::string_view binding) const { return MakeSignature(binding, state_seed); }

Answer AnswerTo(const Ask& ask) {
  Answer answer;
  answer.calls = ChosenCalls(ask);
  Think(ask, answer);
  if (answer.calls.empty()) {
    Speak(ask, ask.json ? *ask.json : Compose(ask), answer);
    return answer;
  }
  answer.stop = Answer::Stop::kTool;
  for (const Ask::Tool& call : answer.calls) answer.output_tokens += Tokens(call.name) + Tokens(call.arguments);
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
