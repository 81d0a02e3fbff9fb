#include <absl/strings/str_cat.h>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_config_encoder.h"
#include "gatewayd/wire/gemini/gemini_content_encoder.h"
#include "gatewayd/wire/gemini/gemini_tools_encoder.h"

namespace ag::wire::gemini {

absl::StatusOr<EncodedRequest> EncodeGeminiRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                   EncodePurpose purpose, Arena& arena) {
  EncodedRequest out;
  ForeignRules rules;
  rules.logprobs = true;
  AG_RETURN_IF_ERROR(CheckForeign(request, target, out, rules));
  const ChatRequest& fitting = FittingHistory(request, target, arena, out);
  json::Writer writer(out.body);
  writer.BeginObject();
  // The Gemini API counts system instruction and tools in the wrapped form alone, Vertex AI has no wrapper:
  // https://ai.google.dev/api/tokens,
  // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens
  const bool wrapped = purpose == EncodePurpose::kCountTokens && !target.quirks.vertex;
  if (wrapped) {
    writer.Key("generateContentRequest").BeginObject().Field("model", absl::StrCat("models/", target.model));
  }
  AG_RETURN_IF_ERROR(ContentEncoder(fitting, target, arena, out, writer).Write());
  AG_ASSIGN_OR_RETURN(const bool functions, WriteTools(fitting, target, out, writer));
  if (purpose != EncodePurpose::kCountTokens) {
    AG_RETURN_IF_ERROR(WriteGenerationConfig(fitting, target, purpose, functions, out, writer));
  }
  if (wrapped) writer.EndObject();
  writer.EndObject();
  return out;
}

}  // namespace ag::wire::gemini
