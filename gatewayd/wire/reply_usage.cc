#include <algorithm>
#include <array>
#include <optional>

#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/reply_reader.h"

// Where each family says its token figures, and how they become disjoint buckets (TRANSLATION row 20).
namespace ag::wire {
namespace {

std::optional<std::int64_t> Less(std::optional<std::int64_t> total, std::int64_t part) {
  if (!total) return std::nullopt;
  return std::max<std::int64_t>(0, *total - part);
}

std::optional<std::int64_t> NestedCount(const json::RawMember* object, std::string_view key, Arena& arena) {
  if (!IsObject(object)) return std::nullopt;
  const std::array<std::string_view, 1> keys{key};
  MemberPicker<1> picker;
  picker.Read(object->raw, keys, arena);
  return CountOf(picker[0]);
}

void Set(std::optional<std::int64_t>& bucket, std::optional<std::int64_t> value) {
  if (value) bucket = value;
}

}  // namespace

// Chat and completions say prompt/completion, Responses input/output; both totals include their details.
void ReplyReader::ReadOpenAiUsage(const json::RawMember* usage) {
  if (!IsObject(usage)) return;
  static constexpr std::array<std::string_view, 8> kKeys{
      "prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details",
      "input_tokens",  "output_tokens",     "input_tokens_details",  "output_tokens_details"};
  MemberPicker<8> found;
  found.Read(usage->raw, kKeys, arena_);
  const bool responses = found[4] != nullptr;
  const std::size_t base = responses ? 4 : 0;
  const auto cached = NestedCount(found[base + 2], "cached_tokens", arena_);
  const auto reasoning = NestedCount(found[base + 3], "reasoning_tokens", arena_);
  Usage& out = report_.usage;
  Set(out.input, Less(CountOf(found[base]), cached.value_or(0)));
  Set(out.cache_read, cached);
  Set(out.output, Less(CountOf(found[base + 1]), reasoning.value_or(0)));
  Set(out.reasoning, reasoning);
}

void ReplyReader::ReadAnthropicUsage(const json::RawMember* usage) {
  if (!IsObject(usage)) return;
  static constexpr std::array<std::string_view, 4> kKeys{"input_tokens", "cache_read_input_tokens",
                                                         "cache_creation_input_tokens", "output_tokens"};
  MemberPicker<4> found;
  found.Read(usage->raw, kKeys, arena_);
  Usage& out = report_.usage;
  Set(out.input, CountOf(found[0]));
  Set(out.cache_read, CountOf(found[1]));
  Set(out.cache_write, CountOf(found[2]));
  Set(out.output, CountOf(found[3]));
}

void ReplyReader::ReadGeminiUsage(const json::RawMember* usage) {
  if (!IsObject(usage)) return;
  static constexpr std::array<std::string_view, 5> kKeys{"promptTokenCount", "cachedContentTokenCount",
                                                         "candidatesTokenCount", "thoughtsTokenCount",
                                                         "toolUsePromptTokenCount"};
  MemberPicker<5> found;
  found.Read(usage->raw, kKeys, arena_);
  const auto cached = CountOf(found[1]);
  auto input = Less(CountOf(found[0]), cached.value_or(0));
  if (const auto tool_use = CountOf(found[4])) input = input.value_or(0) + *tool_use;
  Usage& out = report_.usage;
  Set(out.input, input);
  Set(out.cache_read, cached);
  Set(out.output, CountOf(found[2]));
  Set(out.reasoning, CountOf(found[3]));
}

}  // namespace ag::wire
