#include "gatewayd/wire/registry.h"

#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/openai/completions_codec.h"
#include "gatewayd/wire/openai/responses_codec.h"

namespace ag::wire {

const DialectCodec& CodecOf(Dialect dialect) {
  switch (dialect) {
    case Dialect::kCompletions:
      return openai::CompletionsCodec();
    case Dialect::kResponses:
      return openai::ResponsesCodec();
    case Dialect::kMessages:
      return anthropic::MessagesCodec();
    case Dialect::kGemini:
      return gemini::GeminiCodec();
    case Dialect::kChat:
      break;
  }
  return openai::ChatCodec();
}

const DialectCodec& CodecOf(Family family) {
  switch (family) {
    case Family::kAnthropic:
      return anthropic::MessagesCodec();
    case Family::kGemini:
      return gemini::GeminiCodec();
    case Family::kOpenAi:
      break;
  }
  return openai::ChatCodec();
}

}  // namespace ag::wire
