#include "gatewayd/wire/openai/responses_codec.h"

#include <array>
#include <string>

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
  };
  return kCodec;
}

}  // namespace ag::wire::openai
