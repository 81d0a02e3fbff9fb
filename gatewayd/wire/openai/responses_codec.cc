#include "gatewayd/wire/openai/responses_codec.h"

#include <array>
#include <cstdint>
#include <string>

#include "gatewayd/wire/openai/openai_error.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/openai/openai_reasoning.h"
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

// https://platform.openai.com/docs/api-reference/responses/create. Batches and fine-tuning jobs name files too.
constexpr std::array<std::string_view, 6> kBoundMembers{"file_id",      "file_ids",      "container",
                                                        "conversation", "input_file_id", "training_file"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

// Row 2: `reasoning.summary` asks for it.
bool ShowsReasoning(const ChatRequest& request) {
  return request.reasoning.has_value() && request.reasoning->visible.value_or(false);
}

// https://platform.openai.com/docs/api-reference/responses/input-tokens
std::string EncodeCount(std::int64_t tokens) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject().Field("object", "response.input_tokens").Field("input_tokens", tokens).EndObject();
  return body;
}

}  // namespace

const DialectCodec& ResponsesCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kResponses,
      .decode_request = &DecodeResponsesRequest,
      .make_reply_encoder = &MakeResponsesReplyEncoder,
      .encode_request = &EncodeResponsesRequest,
      .make_reply_decoder = &MakeResponsesReplyDecoder,
      .count_key = "input_tokens",
      .encode_count = &EncodeCount,
      .carries_state = true,
      .cut_state = &CutResponsesState,
      .set_reasoning = &SetResponsesReasoning,
      .bound_members = kBoundMembers,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = &MakeResponsesGrammar,
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
