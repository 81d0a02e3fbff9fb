#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/base/dialect.h"

// What is known of models and of servers that speak a dialect, as plain data. The shipped catalogue names its source
// and date for each entry; the user's override file wins.
namespace ag::catalog {

// How a model's reasoning is controlled (TRANSLATION row 1).
enum class ThinkingStyle : std::uint8_t {
  kNone,      // does not reason
  kEffort,    // OpenAI reasoning_effort / reasoning.effort
  kBudget,    // Anthropic budget_tokens up to 4.5, Gemini 2.5 thinkingBudget
  kAdaptive,  // Anthropic 4.6+: thinking adaptive + output_config.effort
  kLevel,     // Gemini 3+: thinkingLevel
};

// Facts of one model. `known` is false for a model that nobody described: no field is then injected or clamped on its
// account, but for what its provider's own answers have taught (lesson.h). Absent numbers are unknown.
struct ModelInfo {
  bool known = false;
  std::string id;
  Family family = Family::kOpenAi;  // whose model it is
  std::string provider;             // preset name of the company that makes it; empty = unknown
  std::string display_name;
  std::optional<std::int64_t> context_window;  // tokens
  std::optional<std::int64_t> max_output;      // tokens, thinking included
  ThinkingStyle thinking = ThinkingStyle::kNone;
  std::vector<std::string> efforts;        // listed effort or level names, lowest first
  std::optional<std::int64_t> min_budget;  // kBudget
  std::optional<std::int64_t> max_budget;
  bool thinking_can_be_off = true;
  bool thinks_by_default = false;     // leaving the control out does not switch thinking off
  bool sampling = true;               // accepts temperature, top_p (reasoning models do not)
  bool temperature_and_top_p = true;  // both at once
  bool stop_sequences = true;
  bool penalties = true;     // presence and frequency
  bool logprobs = false;     // returns log probabilities of its tokens
  bool json_schema = true;   // Gemini: takes JSON Schema, not OpenAPI's subset alone; Claude: has JSON output
  bool system_amid = false;  // Claude: takes system messages amid the conversation
  bool prefill = false;      // continues a trailing assistant message
  std::vector<std::string> input_modalities;  // "text", "image", "audio", "video", "pdf"
  std::string source;                         // page that says so
  std::string date;                           // when it was read, YYYY-MM-DD
};

// Where servers of a dialect differ from the provider that defined it: api.openai.com, for Gemini the Gemini API.
struct ChatQuirks {
  bool max_completion_tokens = true;    // the name of the limit; false: max_tokens
  bool developer_role = true;           // false: developer is sent as system
  bool stream_usage = true;             // understands stream_options.include_usage
  bool reasoning_content_back = false;  // wants reasoning_content echoed in tool turns (DeepSeek)
  bool openai_service = true;           // has OpenAI's custom tools, allowed_tools, store, metadata, service_tier, …
  bool json_schema = true;              // response_format json_schema
  bool json_object = true;              // response_format json_object
  bool text_parts = true;               // takes content that is text alone as an array of parts too
  bool thinking_switch = false;         // "thinking":{"type":"disabled"} switches reasoning off
  bool vertex = false;                  // Gemini on Vertex AI: own paths, and some fields that only one of both takes
};

}  // namespace ag::catalog
