#include "gatewayd/wire/openai/responses_codec.h"

#include <array>
#include <string>

#include "gatewayd/wire/openai/openai_error.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/openai/responses_marks.h"

namespace ag::wire::openai {
namespace {

// In the order of Param.
constexpr std::array<std::string_view, kParamCount> kNames{"stop",
                                                           "max_output_tokens",
                                                           "n",
                                                           "temperature",
                                                           "top_p",
                                                           "top_k",
                                                           "seed",
                                                           "presence_penalty",
                                                           "frequency_penalty",
                                                           "top_logprobs",
                                                           "tools",
                                                           "tool_choice",
                                                           "parallel_tool_calls",
                                                           "reasoning",
                                                           "text.format",
                                                           "service_tier",
                                                           "input"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

bool ShowsReasoning(const ChatRequest& /*request*/) { return true; }

}  // namespace

const DialectCodec& ResponsesCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kResponses,
      .decode_request = nullptr,
      .make_reply_encoder = nullptr,
      .encode_request = nullptr,
      .make_reply_decoder = nullptr,
      .count_key = {},
      .encode_count = nullptr,
      .carries_state = true,
      .cut_state = &CutResponsesState,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = nullptr,
      .mark_event = &MarkResponsesEvent,
      .mark_body = &MarkResponsesBody,
      .usage_key = "usage",
      .read_usage = &ReadUsage,
      .array_streams = false,
      .end_repeats_reply = true,
      .encode_error = &EncodeOpenAiError,
      .encode_stream_error = &EncodeResponsesStreamError,
      .keep_alive = ": keep-alive\n\n",
  };
  return kCodec;
}

}  // namespace ag::wire::openai
