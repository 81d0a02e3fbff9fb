#include "gatewayd/wire/openai/completions_codec.h"

#include <array>
#include <string>

#include "gatewayd/wire/openai/chat_grammar.h"
#include "gatewayd/wire/openai/chat_marks.h"
#include "gatewayd/wire/openai/openai_error.h"
#include "gatewayd/wire/openai/openai_outcome.h"

namespace ag::wire::openai {
namespace {

// In the order of Param.
constexpr std::array<std::string_view, kParamCount> kNames{"stop",
                                                           "max_tokens",
                                                           "n",
                                                           "temperature",
                                                           "top_p",
                                                           "top_k",
                                                           "seed",
                                                           "presence_penalty",
                                                           "frequency_penalty",
                                                           "logprobs",
                                                           "tools",
                                                           "tool_choice",
                                                           "parallel_tool_calls",
                                                           "reasoning_effort",
                                                           "response_format",
                                                           "service_tier",
                                                           "prompt"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

// The dialect has no place for it.
bool ShowsReasoning(const ChatRequest& /*request*/) { return false; }

}  // namespace

const DialectCodec& CompletionsCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kCompletions,
      .decode_request = &DecodeCompletionsRequest,
      .make_reply_encoder = &MakeCompletionsReplyEncoder,
      .encode_request = nullptr,
      .make_reply_decoder = nullptr,
      .count_key = {},
      .encode_count = nullptr,
      .carries_state = false,
      .cut_state = nullptr,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = &MakeCompletionsGrammar,
      .mark_event = &MarkChatEvent,
      .mark_body = &MarkChatBody,
      .usage_key = "usage",
      .read_usage = &ReadUsage,
      .array_streams = false,
      .end_repeats_reply = false,
      .encode_error = &EncodeOpenAiError,
      .encode_stream_error = &EncodeChatStreamError,
      .keep_alive = ": keep-alive\n\n",
  };
  return kCodec;
}

}  // namespace ag::wire::openai
