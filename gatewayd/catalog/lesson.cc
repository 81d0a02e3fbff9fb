#include "gatewayd/catalog/lesson.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::catalog {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"no_quota", "not_granted", "parameter_refused", "max_output"};

// What the placeholders of a rule's text stood for.
struct Captured {
  std::string parameter;
  std::optional<std::int64_t> limit;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '[' || c == ']';
}

// Reads "128000" or "128,000" at the beginning of `text` and goes behind it.
std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  constexpr std::int64_t kMost = 1'000'000'000;
  if (text.empty() || !IsDigit(text.front())) return std::nullopt;
  std::int64_t number = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool separator = text[at] == ',' && at + 1 < text.size() && IsDigit(text[at + 1]);
    if (separator) continue;
    if (!IsDigit(text[at])) break;
    number = number * 10 + (text[at] - '0');
    if (number > kMost) return std::nullopt;
  }
  text.remove_prefix(at);
  return number;
}

// Whether `text` begins with what `pattern` says, to the pattern's end.
bool MatchHere(std::string_view pattern, std::string_view text, Captured& captured) {
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto literal = pattern.substr(0, open);
    if (!text.starts_with(literal)) return false;
    text.remove_prefix(literal.size());
    if (open == std::string_view::npos) return true;
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) return false;
    const auto name = pattern.substr(open + 1, close - open - 1);
    pattern.remove_prefix(close + 1);
    if (name == "limit") {
      captured.limit = TakeNumber(text);
      if (!captured.limit) return false;
    } else if (name == "parameter") {
      const auto end = std::find_if_not(text.begin(), text.end(), IsNameChar);
      captured.parameter = std::string(text.begin(), end);
      if (captured.parameter.empty()) return false;
      text.remove_prefix(captured.parameter.size());
    } else {  // {any}: up to the literal that follows
      const auto next = text.find(pattern.substr(0, pattern.find('{')));
      if (next == std::string_view::npos) return false;
      text.remove_prefix(next);
    }
  }
  return true;
}

bool Matches(std::string_view pattern, std::string_view text, Captured& captured) {
  const auto first = pattern.substr(0, pattern.find('{'));
  for (auto at = text.find(first); at != std::string_view::npos; at = text.find(first, at + 1)) {
    if (MatchHere(pattern, text.substr(at), captured)) return true;
  }
  return false;
}

// The parameter's own name, without the objects that it lies in: "generationConfig.temperature".
std::string_view LastPart(std::string_view parameter) {
  const auto dot = parameter.rfind('.');
  return dot == std::string_view::npos ? parameter : parameter.substr(dot + 1);
}

void ApplyRefused(std::string_view parameter, ModelInfo& model, ChatQuirks& quirks) {
  const auto name = LastPart(parameter);
  const auto is = [name](auto... names) { return ((name == names) || ...); };
  if (is("temperature", "top_p", "top_k", "topP", "topK")) model.sampling = false;
  if (is("temperature_and_top_p")) model.temperature_and_top_p = false;
  if (is("stop", "stop_sequences", "stopSequences")) model.stop_sequences = false;
  if (is("presence_penalty", "frequency_penalty", "presencePenalty", "frequencyPenalty")) model.penalties = false;
  if (is("logprobs", "top_logprobs", "responseLogprobs")) model.logprobs = false;
  if (is("max_tokens")) quirks.max_completion_tokens = true;
  if (is("max_completion_tokens")) quirks.max_completion_tokens = false;
  if (is("stream_options")) quirks.stream_usage = false;
  if (is("reasoning_effort") || parameter == "reasoning.effort") model.thinking = ThinkingStyle::kNone;
}

}  // namespace

std::string_view NameOf(ModelFact::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<ModelFact::Kind> ModelFactKindFromName(std::string_view name) {
  const auto* found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<ModelFact::Kind>(found - kKinds.begin());
}

void Apply(const ModelFact& fact, ModelInfo& model, ChatQuirks& quirks) {
  if (fact.kind == ModelFact::Kind::kMaxOutput) model.max_output = fact.limit;
  if (fact.kind == ModelFact::Kind::kParameterRefused) ApplyRefused(fact.parameter, model, quirks);
}

std::optional<ModelFact> Learn(const LessonRule& rule, Family family, const ErrorDetail& error) {
  const bool by_provider = error.http_status >= 400 || !error.provider_text.empty();
  if (!by_provider || rule.family != family || rule.kind != error.kind) return std::nullopt;
  if (rule.scope && *rule.scope != error.scope) return std::nullopt;
  if (!rule.code.empty() && rule.code != error.provider_code) return std::nullopt;
  Captured captured;
  if (!rule.text.empty() && !Matches(rule.text, error.provider_text, captured)) return std::nullopt;
  ModelFact fact;
  fact.kind = rule.teaches;
  if (fact.kind == ModelFact::Kind::kMaxOutput) {
    fact.limit = captured.limit.value_or(0) - (rule.exclusive ? 1 : 0);
    if (fact.limit < 1) return std::nullopt;
  }
  if (fact.kind == ModelFact::Kind::kParameterRefused) {
    fact.parameter = !rule.parameter.empty()       ? rule.parameter
                     : !captured.parameter.empty() ? captured.parameter
                                                   : error.param;
    if (fact.parameter.empty()) return std::nullopt;
  }
  return fact;
}

}  // namespace ag::catalog
