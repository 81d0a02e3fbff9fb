#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/reply.h"

// Replies as the providers write them, put down by hand (our encoders must not judge themselves). Texts must need no
// JSON escaping. Usage is always 11 in, 7 out. Shapes: platform.openai.com/docs/api-reference,
// docs.anthropic.com/en/api, ai.google.dev/api.
namespace ag::test {

Reply OpenAiChatUnary(std::string_view text, std::string_view model = "gpt-5-mini");
Reply OpenAiChatStream(const std::vector<std::string>& deltas, std::string_view model = "gpt-5-mini");
Reply OpenAiResponsesUnary(std::string_view text, std::string_view model = "gpt-5-mini");
Reply OpenAiResponsesStream(const std::vector<std::string>& deltas, std::string_view model = "gpt-5-mini");
Reply AnthropicUnary(std::string_view text, std::string_view model = "claude-sonnet-4-5");
Reply AnthropicStream(const std::vector<std::string>& deltas, std::string_view model = "claude-sonnet-4-5");
Reply GeminiUnary(std::string_view text, std::string_view model = "gemini-2.5-flash");
Reply GeminiStream(const std::vector<std::string>& deltas, std::string_view model = "gemini-2.5-flash");

Reply OpenAiModels(const std::vector<std::string>& ids);
Reply AnthropicModels(const std::vector<std::string>& ids);
Reply GeminiModels(const std::vector<std::string>& ids);

// type and code as in OpenAI's error object, e.g. 429 "insufficient_quota" "insufficient_quota".
Reply OpenAiError(int status, std::string_view type, std::string_view code, std::string_view message);
// e.g. 529 "overloaded_error".
Reply AnthropicError(int status, std::string_view type, std::string_view message);
// e.g. 429 "RESOURCE_EXHAUSTED".
Reply GeminiError(int status, std::string_view code, std::string_view message);

// 429 of a quota per day and model, without a word on when it begins anew.
Reply GeminiQuotaOfTheDay();

Reply OpenAiRateLimited(std::string_view retry_after_seconds);
Reply AnthropicRateLimited(std::string_view retry_after_seconds);
Reply AnthropicOverloaded();
Reply OpenAiBadKey();
Reply AnthropicBadKey();
Reply GeminiBadKey();

}  // namespace ag::test
