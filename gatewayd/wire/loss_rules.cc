#include "gatewayd/wire/loss_rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"

// Adding a row: one entry here, at its place in the order of the codes, and one line a field in a file of
// tests/wire/loss_examples: a request or a reply that has this loss. Then write docs/wire-mapping.md anew:
//   build/dev/bin/ag_wire_mapping > docs/wire-mapping.md
// wire_test fails for a row without an example, for an example that the table does not cover, and for a stale page.
namespace ag::wire {
namespace {

constexpr LossClass kDrop = LossClass::kDrop;
constexpr LossClass kApprox = LossClass::kApprox;

constexpr std::string_view kOpenAiChat = "https://platform.openai.com/docs/api-reference/chat/create";
constexpr std::string_view kOpenAiSchemas =
    "https://platform.openai.com/docs/guides/structured-outputs#supported-schemas";
constexpr std::string_view kOpenAiTools = "https://platform.openai.com/docs/guides/function-calling#custom-tools";
constexpr std::string_view kOpenAiResponses = "https://platform.openai.com/docs/api-reference/responses";
constexpr std::string_view kClaudeMessages = "https://platform.claude.com/docs/en/api/messages";
constexpr std::string_view kClaudeThinking = "https://platform.claude.com/docs/en/build-with-claude/extended-thinking";
constexpr std::string_view kClaudeTools =
    "https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use";
constexpr std::string_view kClaudeStop = "https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons";
constexpr std::string_view kGeminiGenerate = "https://ai.google.dev/api/generate-content";
constexpr std::string_view kGeminiFunctions = "https://ai.google.dev/gemini-api/docs/function-calling";
constexpr std::string_view kGeminiGrounding = "https://ai.google.dev/gemini-api/docs/google-search";
constexpr std::string_view kGeminiSignatures = "https://ai.google.dev/gemini-api/docs/thought-signatures";
constexpr std::string_view kGeminiThinking = "https://ai.google.dev/gemini-api/docs/thinking";

constexpr LossRule kRules[] = {
    {"affinity_only", kDrop, "any", "any foreign",
     "user, safety_identifier, metadata, metadata.user_id, prompt_cache_key",
     "It serves the gateway's own choice of an account and is not sent to another company.", kOpenAiChat},
    {"allowed_subset", kApprox, "chat, responses", "messages", "tool_choice",
     "Only the allowed tools are sent: the target has no choice among some of the tools.", kClaudeTools},
    {"citation_without_text", kDrop, "reply", "gemini", "groundingMetadata",
     "What a reply without text rests on is left out: citations belong to text.", kGeminiGrounding},
    {"citation_without_url", kDrop, "reply", "gemini, responses",
     "groundingMetadata.groundingChunks, citationMetadata, annotations",
     "A citation of a file or of something else that is no web page is left out.", kGeminiGrounding},
    {"clamped", kApprox, "any", "any foreign",
     "max_tokens, max_completion_tokens, generationConfig.maxOutputTokens, temperature, reasoning_effort",
     "It is lowered to the most that the model or the API takes; the client's own limit is never raised.",
     kClaudeMessages},
    {"custom_grammar", kDrop, "chat, responses", "any foreign", "tools[]",
     "A custom tool is offered as a function with one text `input`, which its grammar does not bind.", kOpenAiTools},
    {"document_as_text", kApprox, "messages", "chat", "messages[].content[]",
     "A document of plain text is sent as text: chat takes files alone.", kOpenAiChat},
    {"document_citation", kDrop, "reply", "messages", "citations",
     "A citation of a place in a document is left out: only citations of the web have a place in other APIs.",
     "https://platform.claude.com/docs/en/build-with-claude/citations"},
    {"empty_message_removed", kApprox, "any", "any foreign", "messages[], contents[]",
     "A message without content is left out: providers refuse empty text.", kClaudeMessages},
    {"forced_call_no_thinking", kApprox, "any", "messages", "reasoning_effort",
     "A Claude model with a thinking budget cannot be made to call a tool, so thinking is off.",
     "https://platform.claude.com/docs/build-with-claude/thinking-tool-workflows"},
    {"image_detail", kDrop, "chat, responses", "messages", "messages[].content[]",
     "How closely an image is looked at cannot be said.", kClaudeMessages},
    {"invalid_arguments", kApprox, "any", "messages, gemini", "messages[].tool_calls[], input[]",
     "Arguments of an earlier call that are no JSON object are sent as the text `arguments` of one.", kClaudeTools},
    {"json_by_tool", kApprox, "any", "chat, messages", "response_format, output_config.format",
     "The target has no such JSON output: the model has to call a tool whose arguments become the reply's text.",
     kOpenAiSchemas},
    {"lost_state_no_thinking", kApprox, "any", "messages", "reasoning_effort",
     "The turn in progress began without thinking that this model could go on from, so thinking is off.",
     kClaudeThinking},
    {"matched_locally", kApprox, "any", "any foreign", "stop, stop_sequences, generationConfig.stopSequences",
     "Stop sequences that the target does not take are matched by the gateway on the text of the reply.", kOpenAiChat},
    {"missing_result", kApprox, "any", "any foreign", "messages[].tool_calls[], messages[].content[]",
     "A tool call that nobody answered gets an error result: providers refuse a call without one.", kClaudeTools},
    {"no_room_to_think", kApprox, "any", "messages, gemini", "reasoning_effort",
     "The limit of output tokens leaves less than the smallest thinking budget, so thinking is off.", kClaudeThinking},
    {"not_in_dialect", kDrop, "any", "any foreign",
     "top_k, generationConfig.topK, seed, generationConfig.seed, presence_penalty, frequency_penalty, "
     "generationConfig.presencePenalty, generationConfig.frequencyPenalty, logit_bias, messages[].name, "
     "messages[].content[].cache_control, system[].cache_control, safetySettings",
     "The target's API has no such field, and the reply is good without it.", kClaudeMessages},
    {"not_in_model", kDrop, "any", "any foreign",
     "temperature, top_p, top_k, presence_penalty, frequency_penalty, reasoning_effort, thinking",
     "The target's model does not take the field, and its provider would refuse the request.", kOpenAiChat},
    {"only_text", kDrop, "any", "any foreign", "messages[].content[]",
     "Only text can be said here, and other content is left out.", kClaudeMessages},
    {"orphan_result", kDrop, "any", "any foreign", "messages[], messages[].content[]",
     "A tool result whose call is not in the conversation is left out: providers refuse it.", kClaudeTools},
    {"other_provider", kDrop, "any", "any foreign", "service_tier, store",
     "It names a service of the client's own provider.", kOpenAiChat},
    {"other_provider_reasoning", kDrop, "any", "any foreign", "messages[].content[], messages[].reasoning_content",
     "Reasoning of one provider's model is not sent to another's.", kClaudeThinking},
    {"other_provider_tool", kDrop, "any", "any foreign", "tools[]",
     "A tool that the client's own provider runs is not offered: the target does not have it.", kClaudeTools},
    {"out_of_range", kDrop, "any", "gemini", "seed", "Gemini takes a seed of 32 bits only.", kGeminiGenerate},
    {"pause_turn_ended", kApprox, "reply", "messages", "stop_reason",
     "A turn that Claude paused is given as an ended one: the client's API has no word for it.", kClaudeStop},
    {"raised_to_minimum", kApprox, "any", "responses", "max_tokens, generationConfig.maxOutputTokens",
     "The Responses API takes no limit below 16 tokens.", kOpenAiResponses},
    {"reasoning_not_asked_for", kDrop, "reply", "any foreign", "reasoning",
     "The model's reasoning is not shown: the client's request did not ask for it.", kClaudeThinking},
    {"refused_reasoning", kDrop, "any", "any",
     "messages[].content[], messages[].tool_calls[], messages[].reasoning_content, input[], contents[].parts[]",
     "The provider refused the state of earlier reasoning, so the request was sent once more without reasoning.",
     "https://platform.claude.com/docs/en/build-with-claude/extended-thinking#preserving-thinking-blocks"},
    {"reply_arguments", kApprox, "reply", "any foreign", "functionCall.args",
     "Arguments of a call that are no JSON object are given as the text `arguments` of one.", kGeminiFunctions},
    {"reply_media", kDrop, "reply", "gemini", "inlineData, fileData",
     "Media that the model made are left out: the client's API has no word for them.", kGeminiGenerate},
    {"reply_not_translated", kDrop, "reply", "any foreign", "annotations, audio, function_call",
     "The client's API has no place for this part of the reply.", kOpenAiChat},
    {"required_default", kApprox, "any", "messages", "max_tokens, generationConfig.maxOutputTokens",
     "The Messages API demands a limit, so the model's own is sent.", kClaudeMessages},
    {"result_media_moved", kApprox, "any", "chat, gemini", "messages[].content[].content[]",
     "Media of a tool result follow it in a user's message: the result itself holds text alone.", kOpenAiChat},
    {"schema_keyword", kApprox, "any", "any foreign", "tools[], response_format",
     "A part of a JSON schema that the target does not take is removed or said otherwise; `pointer` names it.",
     kOpenAiSchemas},
    {"schema_not_sent", kApprox, "any", "gemini", "tools[]",
     "The model cannot be told the schema of a function, so only its description is sent.", kGeminiFunctions},
    {"second_result", kDrop, "any", "any foreign", "messages[], messages[].content[]",
     "A second result of one tool call is left out: providers take exactly one.", kClaudeTools},
    {"server_tool_history", kDrop, "any", "any foreign", "messages[].content[], input[], contents[].parts[]",
     "A block of a tool that another provider ran is left out of the history.", kClaudeTools},
    {"server_tool_reply", kDrop, "reply", "any foreign",
     "output, toolCall, executableCode, codeExecutionResult, urlContextMetadata, output[]",
     "What a tool of the upstream's provider did is left out: the client's API has no word for it.", kOpenAiChat},
    {"signature_placeholder", kApprox, "any", "gemini", "messages[].tool_calls[]",
     "A call whose thought signature nobody has gets the text that Google documents for it.", kGeminiSignatures},
    {"strict_not_expressible", kApprox, "any", "any foreign", "tools[], response_format",
     "The schema is no strict one of the target's, so the model is asked to keep to it and not held to it.",
     kOpenAiSchemas},
    {"system_in_place", kApprox, "chat", "messages, gemini", "messages[]",
     "A system message amid the conversation is sent in its place as a user's text in `<system>` tags.",
     kClaudeMessages},
    {"temperature_wins", kDrop, "any", "messages", "top_p, generationConfig.topP",
     "The model takes temperature or top_p but not both; temperature is kept.", kClaudeMessages},
    {"texts_joined", kApprox, "any", "chat", "messages[]",
     "Several texts of a message become one, each on a line of its own: the server takes content as a text only.",
     "https://api-docs.deepseek.com/api/create-chat-completion"},
    {"thinking_lowest", kApprox, "any", "chat, gemini", "reasoning_effort, thinking",
     "The model cannot stop thinking, so it is told to think as little as it can.", kGeminiThinking},
    {"thinking_not_switched_off", kApprox, "any", "chat, gemini", "reasoning_effort, thinking",
     "How to stop this model from thinking is not known, so nothing is said.", kGeminiThinking},
    {"thinking_on", kDrop, "any", "messages", "temperature, top_p, generationConfig.topK",
     "A Claude model that thinks takes no sampling parameters.", kClaudeThinking},
    {"tool_error_flag", kDrop, "any", "chat, responses", "messages[].content[].is_error",
     "OpenAI's APIs have no mark for a failed tool call; the text of its result says it.", kOpenAiChat},
    {"unknown_model", kDrop, "any", "any foreign", "presence_penalty, frequency_penalty, reasoning_effort, thinking",
     "Nothing is known of the target's model, and it might refuse the field.", kGeminiGenerate},
    {"unknown_stop_reason", kApprox, "reply", "any foreign", "finish_reason, incomplete_details.reason",
     "The provider says that the reply ended for a reason nobody knows; it is given as an ended one.", kOpenAiChat},
    {"web_search_option", kDrop, "any", "any foreign", "tools[]", "The target's web search has no such option.",
     kOpenAiChat},
};
static_assert(std::is_sorted(std::begin(kRules), std::end(kRules),
                             [](const LossRule& a, const LossRule& b) { return a.code < b.code; }));

}  // namespace

std::span<const LossRule> LossRules() { return kRules; }

const LossRule* FindLossRule(std::string_view code) {
  const auto* found = std::lower_bound(std::begin(kRules), std::end(kRules), code,
                                       [](const LossRule& rule, std::string_view key) { return rule.code < key; });
  return found != std::end(kRules) && found->code == code ? found : nullptr;
}

Loss LossOf(std::string_view field, std::string_view code, std::vector<std::pair<std::string, std::string>> args) {
  const LossRule* rule = FindLossRule(code);
  if (rule == nullptr) CheckFailed(__FILE__, __LINE__, absl::StrCat("a row for ", ToAbsl(code)).c_str());
  return {rule->loss_class, std::string(field), Reason{std::string(code), std::move(args)}};
}

}  // namespace ag::wire
