#include "gatewayd/wire/openai/chat_codec.h"

#include <array>
#include <string>

#include "gatewayd/wire/openai/chat_grammar.h"
#include "gatewayd/wire/openai/chat_marks.h"
#include "gatewayd/wire/openai/openai_embedding.h"
#include "gatewayd/wire/openai/openai_error.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/openai/openai_reasoning.h"

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
                                                           "messages"};

// Files (https://platform.openai.com/docs/guides/pdf-files). An earlier reply's audio has an id as well, but a short
// life.
constexpr std::array<std::string_view, 1> kBoundMembers{"file_id"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

// The dialect has no field for it: a client that does not want reasoning ignores reasoning_content.
bool ShowsReasoning(const ChatRequest& /*request*/) { return true; }

}  // namespace

const DialectCodec& ChatCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kChat,
      .decode_request = &DecodeChatRequest,
      .make_reply_encoder = &MakeChatReplyEncoder,
      .encode_request = &EncodeChatRequest,
      .make_reply_decoder = &MakeChatReplyDecoder,
      .count_key = {},
      .encode_count = nullptr,
      .carries_state = false,
      .cut_state = nullptr,
      .set_reasoning = &SetChatReasoning,
      .bound_members = kBoundMembers,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = &MakeChatGrammar,
      .mark_event = &MarkChatEvent,
      .mark_body = &MarkChatBody,
      .usage_key = "usage",
      .read_usage = &ReadUsage,
      .array_streams = false,
      .end_repeats_reply = false,
      .encode_error = &EncodeOpenAiError,
      .encode_stream_error = &EncodeChatStreamError,
      .keep_alive = ": keep-alive\n\n",
      .embedding = &OpenAiEmbedding,
  };
  return kCodec;
}

}  // namespace ag::wire::openai
