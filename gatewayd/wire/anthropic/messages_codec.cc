#include "gatewayd/wire/anthropic/messages_codec.h"

#include <array>
#include <string>

#include "gatewayd/wire/anthropic/messages_error.h"
#include "gatewayd/wire/anthropic/messages_grammar.h"
#include "gatewayd/wire/anthropic/messages_marks.h"
#include "gatewayd/wire/anthropic/messages_outcome.h"
#include "gatewayd/wire/anthropic/messages_reasoning.h"

namespace ag::wire::anthropic {
namespace {

// In the order of Param.
constexpr std::array<std::string_view, kParamCount> kNames{"stop_sequences",
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
                                                           "tool_choice.disable_parallel_tool_use",
                                                           "thinking",
                                                           "output_config.format",
                                                           "service_tier",
                                                           "messages"};

// https://docs.claude.com/en/docs/build-with-claude/files, and the code execution tool's container
constexpr std::array<std::string_view, 2> kBoundMembers{"file_id", "container"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

std::string EncodeCount(std::int64_t tokens) {
  std::string body;
  json::Writer(body).BeginObject().Field("input_tokens", tokens).EndObject();
  return body;
}

bool ShowsReasoning(const ChatRequest& request) {
  return request.reasoning && request.reasoning->mode != ReasoningSpec::Mode::kOff &&
         request.reasoning->visible.value_or(true);
}

}  // namespace

const DialectCodec& MessagesCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kMessages,
      .decode_request = &DecodeMessagesRequest,
      .make_reply_encoder = &MakeMessagesReplyEncoder,
      .encode_request = &EncodeMessagesRequest,
      .make_reply_decoder = &MakeMessagesReplyDecoder,
      .count_key = "input_tokens",
      .encode_count = &EncodeCount,
      .carries_state = true,
      .cut_state = &CutMessagesState,
      .set_reasoning = &SetMessagesReasoning,
      .bound_members = kBoundMembers,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = &MakeMessagesGrammar,
      .mark_event = &MarkMessagesEvent,
      .mark_body = &MarkMessagesBody,
      .usage_key = "usage",
      .read_usage = &ReadUsage,
      .array_streams = false,
      .end_repeats_reply = false,
      .encode_error = &EncodeMessagesError,
      .encode_stream_error = &EncodeMessagesStreamError,
      .keep_alive = "event: ping\ndata: {\"type\": \"ping\"}\n\n",
  };
  return kCodec;
}

}  // namespace ag::wire::anthropic
