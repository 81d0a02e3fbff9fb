#include "gatewayd/wire/gemini/gemini_codec.h"

#include <array>
#include <string>

#include "gatewayd/wire/gemini/gemini_embedding.h"
#include "gatewayd/wire/gemini/gemini_error.h"
#include "gatewayd/wire/gemini/gemini_grammar.h"
#include "gatewayd/wire/gemini/gemini_marks.h"
#include "gatewayd/wire/gemini/gemini_outcome.h"
#include "gatewayd/wire/gemini/gemini_reasoning.h"
#include "gatewayd/wire/gemini/gemini_signature.h"

namespace ag::wire::gemini {
namespace {

// In the order of Param.
constexpr std::array<std::string_view, kParamCount> kNames{"generationConfig.stopSequences",
                                                           "generationConfig.maxOutputTokens",
                                                           "generationConfig.candidateCount",
                                                           "generationConfig.temperature",
                                                           "generationConfig.topP",
                                                           "generationConfig.topK",
                                                           "generationConfig.seed",
                                                           "generationConfig.presencePenalty",
                                                           "generationConfig.frequencyPenalty",
                                                           "generationConfig.responseLogprobs",
                                                           "tools",
                                                           "toolConfig.functionCallingConfig",
                                                           "toolConfig.functionCallingConfig",
                                                           "generationConfig.thinkingConfig",
                                                           "generationConfig.responseMimeType",
                                                           "serviceTier",
                                                           "contents"};

std::string_view NameOfParam(Param param) { return kNames[static_cast<std::size_t>(param)]; }

// https://ai.google.dev/api/caching and https://ai.google.dev/api/files
constexpr std::array<std::string_view, 4> kBoundMembers{"cachedContent", "cached_content", "fileUri", "file_uri"};

// "cachedContents/abc" and ".../v1beta/files/abc" are abc's; other addresses belong to nobody.
std::string_view BoundIdOf(std::string_view value) {
  for (const std::string_view collection : {"cachedContents/", "/files/"}) {
    const std::size_t at = value.rfind(collection);
    if (at != std::string_view::npos) return value.substr(at + collection.size());
  }
  return {};
}

std::string EncodeCount(std::int64_t tokens) {
  std::string body;
  json::Writer(body).BeginObject().Field("totalTokens", tokens).EndObject();
  return body;
}

bool ShowsReasoning(const ChatRequest& request) {
  return request.reasoning && request.reasoning->visible.value_or(false);
}

}  // namespace

const DialectCodec& GeminiCodec() {
  static constexpr DialectCodec kCodec{
      .dialect = Dialect::kGemini,
      .decode_request = &DecodeGeminiRequest,
      .make_reply_encoder = &MakeGeminiReplyEncoder,
      .encode_request = &EncodeGeminiRequest,
      .make_reply_decoder = &MakeGeminiReplyDecoder,
      .count_key = "totalTokens",
      .encode_count = &EncodeCount,
      .carries_state = true,
      .cut_state = &CutGeminiState,
      .set_reasoning = &SetGeminiReasoning,
      .state_mark = kSealedMark,
      .bound_members = kBoundMembers,
      .bound_id = &BoundIdOf,
      .shows_reasoning = &ShowsReasoning,
      .name_of = &NameOfParam,
      .make_grammar = &MakeGeminiGrammar,
      .mark_event = &MarkGeminiEvent,
      .mark_body = &MarkGeminiBody,
      .usage_key = "usageMetadata",
      .read_usage = &ReadUsage,
      .array_streams = true,
      .end_repeats_reply = false,
      .encode_error = &EncodeGeminiError,
      .encode_stream_error = &EncodeGeminiStreamError,
      .keep_alive = {},
      .embedding = &GeminiEmbedding,
  };
  return kCodec;
}

}  // namespace ag::wire::gemini
