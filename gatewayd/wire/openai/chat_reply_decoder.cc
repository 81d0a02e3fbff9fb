#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/openai/chat_stream_error.h"
#include "gatewayd/wire/openai/chat_tool_calls.h"
#include "gatewayd/wire/openai/json_members.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// Content that has no canonical place: sound, and pictures as OpenRouter gives them.
constexpr std::string_view kMedia[] = {"audio", "images"};

bool IsFilled(const Value* value) { return value != nullptr && !(value->is_array() && value->items().empty()); }

class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view /*name*/, std::string_view data, StreamEventSink& sink) override {
    if (ended_) return;
    if (data == "[DONE]") {
      // The end in the protocol's own word; gpt-audio's streams have no other.
      for (Choice& choice : choices_) EndUnsaid(choice, sink);
      return Complete(sink);
    }
    ReadDocument(data, "delta", sink);
  }

  void OnBody(std::string_view body, StreamEventSink& sink) override {
    plain_ = true;
    ReadDocument(body, "message", sink);
    if (!ended_) Complete(sink);
  }

  void OnStreamEnd(StreamEventSink& sink) override {
    if (!ended_) Complete(sink);
  }

 private:
  struct Choice {
    int index;
    std::optional<StopReason> reason;
    std::string stop_sequence;
  };

  void Fail(const Failed& failed, StreamEventSink& sink) {
    ended_ = true;
    sink.OnEvent(failed);
  }

  void FailNameless(StreamEventSink& sink) { Fail(ProtocolFailure("a tool call has no name"), sink); }

  void ReadDocument(std::string_view text, std::string_view message_key, StreamEventSink& sink) {
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (!parsed.ok() || !(*parsed)->is_object()) {
      return Fail(ProtocolFailure("a chat completion is not a JSON object"), sink);
    }
    const Value& document = **parsed;
    if (const Value* error = document.FindNonNull("error"); error != nullptr)
      return Fail(ReadChatError(document, *error), sink);
    const Value* choices = document.FindNonNull("choices");
    Start(document, choices != nullptr && !choices->items().empty(), sink);
    ReadUsageOf(document, sink);
    // Groq: https://console.groq.com/docs/api-reference#chat-create
    if (const Value* groq = document.FindNonNull("x_groq"); groq != nullptr) ReadUsageOf(*groq, sink);
    if (choices == nullptr) return;
    for (const Value& choice : choices->items()) {
      if (!ended_) ReadChoice(choice, message_key, sink);
    }
  }

  // Azure's first chunk may hold the findings of its filter alone, without id and model.
  void Start(const Value& document, bool has_choices, StreamEventSink& sink) {
    const std::string_view id = TextAt(document, "id");
    if (started_ || (id.empty() && !has_choices)) return;
    started_ = true;
    sink.OnEvent(Started{id, TextAt(document, "model"), TextAt(document, "service_tier")});
  }

  void ReadUsageOf(const Value& object, StreamEventSink& sink) {
    const Value* usage = object.FindNonNull("usage");
    if (usage == nullptr || !usage->is_object()) return;
    usage_ = ReadUsage(*usage, usage_);
    if (started_) sink.OnEvent(UsageUpdate{usage_});
  }

  void ReadChoice(const Value& value, std::string_view message_key, StreamEventSink& sink) {
    const int index = static_cast<int>(CountAt(value, "index").value_or(0));
    auto choice = std::find_if(choices_.begin(), choices_.end(), [&](const Choice& c) { return c.index == index; });
    if (choice == choices_.end()) choice = choices_.insert(choice, Choice{index, std::nullopt, {}});
    if (const Value* message = value.FindNonNull(message_key); message != nullptr) ReadMessage(*message, index, sink);
    if (ended_) return;
    if (const Value* logprobs = value.FindNonNull("logprobs"); logprobs != nullptr) {
      ReadLogprobs(logprobs->FindNonNull("content"), index, sink);
      ReadLogprobs(logprobs->FindNonNull("refusal"), index, sink);
    }
    ReadUsageOf(value, sink);  // Moonshot: https://platform.moonshot.ai/docs/api/chat
    std::string_view reason = TextAt(value, "finish_reason");
    // The first models with vision said it so: {"type":"max_tokens"}, {"type":"stop","stop":"<|fim_suffix|>"}.
    const Value* details = reason.empty() ? value.FindNonNull("finish_details") : nullptr;
    if (details != nullptr) reason = TextAt(*details, "type");
    if (!reason.empty()) ReadFinish(value, reason, *choice, sink);
  }

  void ReadFinish(const Value& value, std::string_view reason, Choice& choice, StreamEventSink& sink) {
    if (reason == "error" || reason == "insufficient_system_resource") {
      const Value* error = value.FindNonNull("error");
      return Fail(error == nullptr ? FailedChoice(reason) : ReadChatError(value, *error), sink);
    }
    choice.reason = ReadStop(reason);
    if (choice.reason == StopReason::kUnknown) {
      choice.reason = StopReason::kEndTurn;
      sink.OnEvent(LossNote{LossOf("finish_reason", "unknown_stop_reason", {{"value", std::string(reason)}})});
    }
    // Which stop sequence it was say only vLLM (https://docs.vllm.ai) and SGLang (https://docs.sglang.ai).
    std::string_view matched = TextAt(value, "stop_reason");
    if (matched.empty()) matched = TextAt(value, "matched_stop");
    if (choice.reason != StopReason::kEndTurn || matched.empty()) return;
    choice.reason = StopReason::kStopSequence;
    choice.stop_sequence = std::string(matched);
  }

  void ReadMessage(const Value& message, int choice, StreamEventSink& sink) {
    ReadReasoning(message, choice, sink);
    if (const Value* content = message.FindNonNull("content"); content != nullptr) ReadContent(*content, choice, sink);
    if (const Value* notes = message.FindNonNull("annotations"); notes != nullptr)
      ReadAnnotations(*notes, choice, sink);
    Text(choice, PartKind::kRefusal, TextAt(message, "refusal"), sink);
    if (const Value* calls = message.FindNonNull("tool_calls"); calls != nullptr) {
      for (const Value& call : calls->items()) calls_.OnDelta(choice, call, sink);
    }
    if (const Value* call = message.FindNonNull("function_call"); call != nullptr) {
      calls_.OnFunctionCall(choice, *call, sink);
    }
    if (calls_.broken()) return FailNameless(sink);
    for (const std::string_view key : kMedia) {
      if (IsFilled(message.FindNonNull(key))) Drop(key, sink);
    }
  }

  // The same thought under up to three names: DeepSeek's, and OpenRouter's two
  // (https://openrouter.ai/docs/use-cases/reasoning-tokens).
  void ReadReasoning(const Value& message, int choice, StreamEventSink& sink) {
    for (const std::string_view key : {"reasoning_content", "reasoning"}) {
      if (const std::string_view text = TextAt(message, key); !text.empty()) {
        return Text(choice, PartKind::kReasoning, text, sink);
      }
    }
    const Value* details = message.FindNonNull("reasoning_details");
    if (details == nullptr) return;
    for (const Value& detail : details->items()) {
      const bool summary = TextAt(detail, "type") == "reasoning.summary";
      Text(choice, PartKind::kReasoning, TextAt(detail, summary ? "summary" : "text"), sink);
    }
  }

  // Text, or parts as some compatible servers send them. Mistral's thoughts are parts too:
  // https://docs.mistral.ai/capabilities/reasoning/
  void ReadContent(const Value& content, int choice, StreamEventSink& sink) {
    Text(choice, PartKind::kText, content.str(), sink);
    for (const Value& part : content.items()) {
      const std::string_view type = TextAt(part, "type");
      if (type == "text" || type == "output_text") {
        Text(choice, PartKind::kText, TextAt(part, "text"), sink);
      } else if (type == "thinking") {
        const Value* thoughts = part.FindNonNull("thinking");
        if (thoughts == nullptr) continue;
        Text(choice, PartKind::kReasoning, thoughts->str(), sink);
        for (const Value& thought : thoughts->items()) {
          Text(choice, PartKind::kReasoning, TextAt(thought, "text"), sink);
        }
      } else {
        Drop("content", sink);
      }
    }
  }

  void Text(int choice, PartKind kind, std::string_view text, StreamEventSink& sink) {
    if (text.empty()) return;
    calls_.OnOtherPart(choice, sink);
    parts_.Text(choice, kind, text, sink);
  }

  // https://platform.openai.com/docs/guides/tools-web-search#output-and-citations: offsets count characters of the
  // text.
  void ReadAnnotations(const Value& annotations, int choice, StreamEventSink& sink) {
    const int part = parts_.OpenPart(choice, PartKind::kText);
    for (const Value& each : annotations.items()) {
      const Value* url = each.FindNonNull("url_citation");
      if (url == nullptr || part < 0) {
        Drop("annotations", sink);
        continue;
      }
      UrlCitation citation;
      citation.index = part;
      citation.url = TextAt(*url, "url");
      citation.title = TextAt(*url, "title");
      citation.start = CountAt(*url, "start_index").value_or(-1);
      citation.end = CountAt(*url, "end_index").value_or(-1);
      sink.OnEvent(citation);
    }
  }

  void ReadLogprobs(const Value* list, int choice, StreamEventSink& sink) {
    if (list == nullptr || list->items().empty()) return;
    sink.OnEvent(LogprobsDelta{choice, TokensOf(*list)});
  }

  std::span<const TokenLogprob> TokensOf(const Value& list) {
    const auto tokens = arena_.NewSpan<TokenLogprob>(list.items().size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Value& item = list.items()[i];
      const Value* logprob = item.FindNonNull("logprob");
      tokens[i].token = TextAt(item, "token");
      tokens[i].logprob = logprob == nullptr ? 0 : logprob->AsDouble().value_or(0);
      if (const Value* top = item.FindNonNull("top_logprobs"); top != nullptr) tokens[i].top = TokensOf(*top);
    }
    return tokens;
  }

  // Once a kind and reply.
  void Drop(std::string_view field, StreamEventSink& sink) {
    if (std::find(dropped_.begin(), dropped_.end(), field) != dropped_.end()) return;
    dropped_.emplace_back(field);
    sink.OnEvent(LossNote{LossOf(field, "reply_not_translated")});
  }

  // A choice that is complete without a word about why.
  static void EndUnsaid(Choice& choice, StreamEventSink& sink) {
    if (choice.reason) return;
    choice.reason = StopReason::kEndTurn;
    sink.OnEvent(LossNote{LossOf("finish_reason", "unknown_stop_reason", {{"value", "null"}})});
  }

  // A stream may lack [DONE] if each choice has its finish_reason. A plain body is complete by itself.
  void Complete(StreamEventSink& sink) {
    if (plain_ && choices_.empty()) return Fail(ProtocolFailure("a chat completion without choices"), sink);
    for (Choice& choice : choices_) {
      if (plain_) EndUnsaid(choice, sink);
    }
    const bool cut = choices_.empty() ||
                     std::any_of(choices_.begin(), choices_.end(), [](const Choice& choice) { return !choice.reason; });
    if (cut) return Fail(StreamCutFailure(), sink);
    ended_ = true;
    for (const Choice& choice : choices_) calls_.CloseAll(choice.index, sink);
    if (calls_.broken()) return FailNameless(sink);
    parts_.CloseAll(sink);
    for (const Choice& choice : choices_) {
      Finished finished;
      finished.choice = choice.index;
      finished.reason = *choice.reason;
      // Row 8: servers that say "stop" after a call mean the call.
      const bool stopped = finished.reason == StopReason::kEndTurn || finished.reason == StopReason::kStopSequence;
      if (stopped && calls_.Any(choice.index)) finished.reason = StopReason::kToolUse;
      if (finished.reason == StopReason::kStopSequence) finished.stop_sequence = choice.stop_sequence;
      sink.OnEvent(finished);
    }
    sink.OnEvent(Completed{});
  }

  Arena arena_;
  PartTracker parts_;
  ChatToolCalls calls_{parts_};
  std::vector<Choice> choices_;
  std::vector<std::string> dropped_;
  Usage usage_;
  bool started_ = false;
  bool plain_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeChatReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::openai
