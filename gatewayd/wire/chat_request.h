#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"

// The canonical form of a generation request: what all three protocols can say, for all kinds of content. Every view
// points into the request's body or arena and lives as long as they do; lists are spans in the arena. A codec maps its
// dialect to this and from this, and knows no other dialect.
namespace ag::wire {

enum class Role : std::uint8_t { kSystem, kDeveloper, kUser, kAssistant };

// Where bytes of a medium are: inline base64, a URL that the provider fetches, or an id issued by one account.
struct MediaSource {
  enum class Kind : std::uint8_t { kBase64, kUrl, kFileId };
  Kind kind = Kind::kBase64;
  std::string_view data;        // base64 text, URL or id
  std::string_view media_type;  // "image/png"; empty = unknown
};

// A provider's hint that the prompt up to here should be cached (Anthropic cache_control); `ttl` as written, or empty.
struct CacheHint {
  std::string_view ttl;
};

struct TextPart {
  std::string_view text;
};
struct ImagePart {
  MediaSource source;
  std::string_view detail;  // OpenAI: low, high, auto
};
struct AudioPart {
  MediaSource source;
  std::string_view format;  // OpenAI input_audio: wav, mp3
};
struct VideoPart {
  MediaSource source;
};
struct DocumentPart {
  MediaSource source;
  std::string_view text;  // Anthropic plain-text documents; source.data is then empty
  std::string_view title;
  std::string_view context;
  bool citations = false;
};
struct ToolCallPart {
  std::string_view id;         // empty where the dialect has none (Gemini)
  std::string_view name;       // of the tool; the flattened one for a tool of a namespace (see ToolSpec)
  std::string_view arguments;  // raw JSON text of the arguments object; may be invalid JSON (a model wrote it)
  bool custom = false;         // OpenAI custom tool: `arguments` is plain text
};
struct Part;
struct ToolResultPart {
  std::string_view call_id;
  std::string_view name;  // Gemini names the function here
  std::span<const Part> content;
  const json::Value* structured = nullptr;  // Gemini functionResponse.response, else null
  bool is_error = false;
};
// Which part a signature belongs to. Gemini puts the state of a thought on the function call or text that follows it.
enum class StateHome : std::uint8_t { kOwnPart, kNextPart };
// Reasoning of an earlier turn. One without text carries state alone: Anthropic's redacted thinking, OpenAI's encrypted
// reasoning, or the thoughtSignature of a Gemini part, which stands directly before the part that bears it (kNextPart),
// or after a text at the end of a turn. Chat reasoning has text alone.
struct ReasoningPart {
  enum class Kind : std::uint8_t { kText, kSummary, kRedacted, kEncrypted };
  Kind kind = Kind::kText;
  Family family = Family::kOpenAi;  // whose opaque state `signature` is; it never crosses to another family
  StateHome home = StateHome::kOwnPart;
  std::string_view text;
  std::string_view signature;  // opaque, bit-exact; already out of its envelope (reasoning_envelope.h)
  std::string_view
      scope;            // what the state is bound to within its family (UpstreamTarget::state_scope); empty = nothing
  std::string_view id;  // Responses item id
};
struct RefusalPart {
  std::string_view text;
};
// A block of a provider's own server tool (web search call, its results, code execution …): meaningful only to the
// same family; `raw` is the block as written.
struct ServerToolPart {
  Family family = Family::kOpenAi;
  std::string_view type;
  std::string_view id;
  const json::Value* raw = nullptr;
};

struct Part {
  std::variant<TextPart, ImagePart, AudioPart, VideoPart, DocumentPart, ToolCallPart, ToolResultPart, ReasoningPart,
               RefusalPart, ServerToolPart>
      value;
  std::optional<CacheHint> cache;
  std::string_view field;  // where the client wrote it ("messages[1].content[0]"), for errors and losses
};

// Tool results stand in user messages, one or several a message, as the client wrote them; turns.h puts them in the
// order that a target wants.
struct Message {
  Role role = Role::kUser;
  std::span<const Part> parts;
  std::string_view name;   // chat `name`
  std::string_view field;  // "messages[1]"
};

// What all providers' web search tools can be told (TRANSLATION row 23). Absent = the provider's default.
struct WebSearchOptions {
  std::span<const std::string_view> allowed_domains;
  std::span<const std::string_view> blocked_domains;
  std::optional<std::int64_t> max_uses;
  std::string_view context_size;          // OpenAI: low, medium, high
  const json::Value* location = nullptr;  // {"type":"approximate","city","region","country","timezone"}
};

struct ToolSpec {
  enum class Kind : std::uint8_t { kFunction, kCustom, kWebSearch, kServer };
  Kind kind = Kind::kFunction;
  std::string_view name;        // unique among the request's tools
  std::string_view name_space;  // Responses `namespace` tools: `name` is then "<namespace>__<local_name>", flattened
  std::string_view local_name;  // within the namespace; empty when there is none
  std::string_view description;
  const json::Value* parameters = nullptr;  // JSON schema of a function
  std::optional<bool> strict;
  std::string_view grammar;         // kCustom: the definition that the input must follow; empty = free text
  std::string_view grammar_syntax;  // "lark", "regex"
  std::string_view server_type;     // kServer, kWebSearch: the provider's type name
  WebSearchOptions web_search;
  const json::Value* raw = nullptr;  // the definition as written
  std::optional<CacheHint> cache;
  std::string_view field;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { kAuto, kNone, kRequired, kNamed, kAllowed };
  Mode mode = Mode::kAuto;
  std::span<const std::string_view> names;  // kNamed: one; kAllowed: the subset
  bool required = false;                    // kAllowed: at least one call
};

// Reasoning control: off, automatic, an effort or a token budget (TRANSLATION rows 1 and 2).
struct ReasoningSpec {
  enum class Mode : std::uint8_t { kOff, kAuto, kEffort, kBudget };
  enum class Effort : std::uint8_t { kMinimal, kLow, kMedium, kHigh, kXHigh, kMax };
  Mode mode = Mode::kAuto;
  Effort effort = Effort::kMedium;
  std::int64_t budget_tokens = 0;
  std::optional<bool> visible;  // summaries or thoughts asked for
  std::string_view field;
};

struct ResponseFormat {
  enum class Kind : std::uint8_t { kText, kJsonObject, kJsonSchema };
  Kind kind = Kind::kText;
  std::string_view name;
  std::string_view description;
  const json::Value* schema = nullptr;
  std::optional<bool> strict;
  std::string_view field;
};

// A number with its source text, so that 0.95 stays 0.95.
struct Number {
  double value = 0;
  std::string_view raw;
};

struct Sampling {
  std::optional<Number> temperature;
  std::optional<Number> top_p;
  std::optional<std::int64_t> top_k;
  std::optional<std::int64_t> seed;
  std::optional<Number> presence_penalty;
  std::optional<Number> frequency_penalty;
  const json::Value* logit_bias = nullptr;
};

// A field of the client's request that the canonical form has no place for. An encoder never skips it: it is listed as
// a loss where the reply is good without it, else the request is refused by its name.
struct UnknownField {
  enum class Treatment : std::uint8_t { kRefuse, kDrop };
  std::string_view field;
  const json::Value* value = nullptr;
  Treatment treatment = Treatment::kRefuse;
};

struct ChatRequest {
  Dialect dialect = Dialect::kChat;  // what the client wrote
  const json::Value* raw = nullptr;  // the whole body, for what a reply echoes
  std::string_view model;
  std::span<const Message> messages;  // system messages in place, leading ones first
  std::span<const ToolSpec> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<bool> parallel_tool_calls;
  Sampling sampling;
  std::optional<std::int64_t> max_tokens;
  std::string_view max_tokens_field;  // chat has two names for it
  std::span<const std::string_view> stop;
  std::optional<std::int64_t> n;
  std::optional<bool> logprobs;
  std::optional<std::int64_t> top_logprobs;
  std::optional<ReasoningSpec> reasoning;
  std::optional<ResponseFormat> response_format;
  bool stream = false;
  bool include_usage = false;   // chat: stream_options.include_usage; the others always report usage
  std::string_view user;        // user, safety_identifier, metadata.user_id
  std::string_view user_field;  // which of them it was
  std::string_view prompt_cache_key;
  const json::Value* metadata = nullptr;
  std::string_view service_tier;
  std::string_view verbosity;        // OpenAI: low, medium, high
  bool encrypted_reasoning = false;  // Responses: include reasoning.encrypted_content
  std::optional<bool> store;
  std::string_view previous_response_id;
  std::span<const UnknownField> unknown;
};

}  // namespace ag::wire
