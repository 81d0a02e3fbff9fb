#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/openai/chat_codec.h"

namespace ag::wire::openai {
namespace {

std::string_view FinishName(StopReason reason) {
  switch (reason) {
    case StopReason::kMaxTokens:
    case StopReason::kContextWindow:
      return "length";
    case StopReason::kRefusal:
      return "content_filter";
    case StopReason::kToolUse:
      return "tool_calls";
    case StopReason::kUnknown:
    case StopReason::kEndTurn:
    case StopReason::kStopSequence:
    case StopReason::kPauseTurn:
      return "stop";
  }
  return "stop";
}

void WriteUsage(const Usage& usage, json::Writer& writer) {
  writer.BeginObject().Field("prompt_tokens", usage.InputTotal()).Field("completion_tokens", usage.OutputTotal());
  writer.Field("total_tokens", usage.InputTotal() + usage.OutputTotal());
  if (usage.cache_read || usage.cache_write) {
    writer.Key("prompt_tokens_details").BeginObject();
    if (usage.cache_read) writer.Field("cached_tokens", *usage.cache_read);
    if (usage.cache_write) writer.Field("cache_write_tokens", *usage.cache_write);
    writer.EndObject();
  }
  if (usage.reasoning) {
    writer.Key("completion_tokens_details").BeginObject().Field("reasoning_tokens", *usage.reasoning).EndObject();
  }
  writer.EndObject();
}

// What the streamed and the plain form share: which part belongs where, and what cannot be said.
class Encoder : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random)
      : options_(options), id_(absl::StrCat("chatcmpl-", RandomToken(random, 29))) {}

  void OnEvent(const StreamEvent& event, std::string& out) final {
    if (const auto* begin = std::get_if<PartBegin>(&event)) {
      parts_.push_back(*begin);
      OnPart(*begin, out);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      OnDelta(*delta, out);
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      usage_ = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      if (finished->reason == StopReason::kPauseTurn) {
        losses_.push_back({LossClass::kApprox, "stop_reason", Reason{"pause_turn_ended", {}}});
      }
      OnFinished(*finished, out);
    } else if (std::holds_alternative<Completed>(event)) {
      OnCompleted(out);
    }
  }

  std::vector<Loss> TakeLosses() final { return std::exchange(losses_, {}); }

 protected:
  virtual void OnPart(const PartBegin& part, std::string& out) = 0;
  virtual void OnText(const PartBegin& part, std::string_view text, std::string& out) = 0;
  virtual void OnFinished(const Finished& finished, std::string& out) = 0;
  virtual void OnCompleted(std::string& out) = 0;

  const ReplyOptions& options() const { return options_; }
  const std::string& id() const { return id_; }
  const Usage& usage() const { return usage_; }
  // True if the reply already holds a refusal in the provider's words.
  bool HasRefusalPart(int choice) const {
    return std::any_of(parts_.begin(), parts_.end(), [choice](const PartBegin& part) {
      return part.choice == choice && part.kind == PartKind::kRefusal;
    });
  }

 private:
  void OnDelta(const TextDelta& delta, std::string& out) {
    const auto part =
        std::find_if(parts_.begin(), parts_.end(), [&](const PartBegin& begin) { return begin.index == delta.index; });
    if (part != parts_.end()) OnText(*part, delta.text, out);
  }

  ReplyOptions options_;
  std::string id_;
  std::vector<PartBegin> parts_;
  Usage usage_;
  std::vector<Loss> losses_;
};

class StreamEncoder final : public Encoder {
 public:
  StreamEncoder(const ReplyOptions& options, RandomSource& random) : Encoder(options, random) {
    json::Writer writer(head_);
    writer.BeginObject().Field("id", id()).Field("object", "chat.completion.chunk");
    writer.Field("created", options.created_s).Field("model", options.model);
    head_.insert(0, "data: ");  // the object stays open: each chunk goes on with its choices
    tail_ = options.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
  }

  void OnError(const absl::Status& error, std::string& out) override {
    out.append(EncodeStreamError(error, Dialect::kChat, {}));
  }
  void KeepAlive(std::string& out) override { out.append(KeepAliveEvent(Dialect::kChat)); }

 private:
  void OnPart(const PartBegin& part, std::string& out) override { BeginChoice(part.choice, out); }

  void OnText(const PartBegin& part, std::string_view text, std::string& out) override {
    std::string_view key = "content";
    if (part.kind == PartKind::kReasoning) key = "reasoning_content";
    if (part.kind == PartKind::kRefusal) key = "refusal";
    Chunk(part.choice, absl::StrCat("{\"", ToAbsl(key), "\":", json::Quote(text), "}"), {}, out);
  }

  void OnFinished(const Finished& finished, std::string& out) override {
    BeginChoice(finished.choice, out);
    if (!finished.refusal.empty() && !HasRefusalPart(finished.choice)) {
      Chunk(finished.choice, absl::StrCat("{\"refusal\":", json::Quote(finished.refusal), "}"), {}, out);
    }
    Chunk(finished.choice, "{}", FinishName(finished.reason), out);
  }

  void OnCompleted(std::string& out) override {
    if (options().include_usage && usage().known()) {
      out.append(head_).append(",\"choices\":[],\"usage\":");
      json::Writer writer(out);
      WriteUsage(usage(), writer);
      out.append("}\n\n");
    }
    out.append("data: [DONE]\n\n");
  }

  // The role comes first, in a chunk of its own.
  void BeginChoice(int choice, std::string& out) {
    if (std::find(begun_.begin(), begun_.end(), choice) != begun_.end()) return;
    begun_.push_back(choice);
    Chunk(choice, R"({"role":"assistant","content":"","refusal":null})", {}, out);
  }

  void Chunk(int choice, std::string_view delta, std::string_view finish, std::string& out) {
    out.append(head_);
    absl::StrAppend(&out, ",\"choices\":[{\"index\":", choice, ",\"delta\":", ToAbsl(delta),
                    ",\"logprobs\":null,\"finish_reason\":");
    if (finish.empty()) {
      out.append("null}]");
    } else {
      absl::StrAppend(&out, "\"", ToAbsl(finish), "\"}]");
    }
    out.append(tail_);
  }

  std::string head_;
  std::string tail_;
  std::vector<int> begun_;
};

class BodyEncoder final : public Encoder {
 public:
  using Encoder::Encoder;

  void OnError(const absl::Status& /*error*/, std::string& /*out*/) override {}
  void KeepAlive(std::string& /*out*/) override {}

 private:
  struct Choice {
    int index = 0;
    std::string text;
    std::string reasoning;
    std::string refusal;
    StopReason reason = StopReason::kUnknown;
    bool has_text = false;
  };

  Choice& At(int index) {
    for (Choice& choice : choices_) {
      if (choice.index == index) return choice;
    }
    choices_.emplace_back().index = index;
    return choices_.back();
  }

  void OnPart(const PartBegin& part, std::string& /*out*/) override {
    if (part.kind == PartKind::kText) At(part.choice).has_text = true;
  }

  void OnText(const PartBegin& part, std::string_view text, std::string& /*out*/) override {
    Choice& choice = At(part.choice);
    if (part.kind == PartKind::kText) choice.text.append(text);
    if (part.kind == PartKind::kReasoning) choice.reasoning.append(text);
    if (part.kind == PartKind::kRefusal) choice.refusal.append(text);
  }

  void OnFinished(const Finished& finished, std::string& /*out*/) override {
    Choice& choice = At(finished.choice);
    choice.reason = finished.reason;
    if (choice.refusal.empty()) choice.refusal = std::string(finished.refusal);
  }

  void OnCompleted(std::string& out) override {
    std::sort(choices_.begin(), choices_.end(), [](const Choice& a, const Choice& b) { return a.index < b.index; });
    json::Writer writer(out);
    writer.BeginObject().Field("id", id()).Field("object", "chat.completion");
    writer.Field("created", options().created_s).Field("model", options().model);
    writer.Key("choices").BeginArray();
    for (const Choice& choice : choices_) WriteChoice(choice, writer);
    writer.EndArray();
    if (usage().known()) {
      writer.Key("usage");
      WriteUsage(usage(), writer);
    }
    writer.EndObject();
  }

  static void WriteChoice(const Choice& choice, json::Writer& writer) {
    writer.BeginObject().Field("index", choice.index).Key("message").BeginObject().Field("role", "assistant");
    writer.Key("content");
    // A refusal without text has null content, as the provider's own; an empty reply has an empty text.
    if (choice.has_text || choice.refusal.empty()) {
      writer.String(choice.text);
    } else {
      writer.Null();
    }
    if (!choice.reasoning.empty()) writer.Field("reasoning_content", choice.reasoning);
    writer.Key("refusal");
    if (choice.refusal.empty()) {
      writer.Null();
    } else {
      writer.String(choice.refusal);
    }
    writer.EndObject().Key("logprobs").Null().Field("finish_reason", FinishName(choice.reason)).EndObject();
  }

  std::vector<Choice> choices_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeChatReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  if (options.framing == StreamFraming::kNone) return std::make_unique<BodyEncoder>(options, random);
  return std::make_unique<StreamEncoder>(options, random);
}

}  // namespace ag::wire::openai
