#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/chat_reply_writer.h"
#include "gatewayd/wire/openai/completions_codec.h"
#include "gatewayd/wire/openai/openai_error.h"

namespace ag::wire::openai {
namespace {

// https://platform.openai.com/docs/api-reference/completions/object: streamed or plain, the object is the same.
class Encoder final : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random)
      : options_(options), streaming_(options.framing != StreamFraming::kNone) {
    json::Writer writer(head_);
    writer.BeginObject().Field("id", absl::StrCat("cmpl-", RandomToken(random, 29))).Field("object", "text_completion");
    writer.Field("created", options.created_s).Field("model", options.model);
  }

  void OnEvent(const StreamEvent& event, std::string& out) override {
    if (const auto* begin = std::get_if<PartBegin>(&event)) {
      Begin(*begin);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      Text(*delta, out);
    } else if (std::holds_alternative<UrlCitation>(event)) {
      Drop("annotations", "reply_not_translated");
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      usage_ = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      Finish(*finished, out);
    } else if (std::holds_alternative<Completed>(event)) {
      Complete(out);
    }
  }

  void OnError(const absl::Status& error, std::string& out) override {
    if (streaming_) out.append(EncodeChatStreamError(error, {}, 0));
  }
  void KeepAlive(std::string& out) override {
    if (streaming_) out.append(KeepAliveEvent(Dialect::kCompletions));
  }
  std::vector<Loss> TakeLosses() override { return std::exchange(losses_, {}); }

 private:
  struct Part {
    int index = 0;
    int choice = 0;
    bool refusal = false;
  };
  struct Choice {
    int index = 0;
    std::string text;
    std::string finish;
  };

  // A refusal is text too: there is no other place for the provider's words.
  void Begin(const PartBegin& begin) {
    switch (begin.kind) {
      case PartKind::kText:
      case PartKind::kRefusal:
        parts_.push_back({begin.index, begin.choice, begin.kind == PartKind::kRefusal});
        return;
      case PartKind::kReasoning:
      case PartKind::kRedactedReasoning:
        return Drop("reasoning", "reasoning_not_asked_for");
      case PartKind::kToolCall:
        return Drop("tool_calls", "reply_not_translated");
      case PartKind::kServerTool:
        return Drop("output", "server_tool_reply");
    }
  }

  void Text(const TextDelta& delta, std::string& out) {
    const auto part =
        std::find_if(parts_.rbegin(), parts_.rend(), [&](const Part& each) { return each.index == delta.index; });
    if (part == parts_.rend() || delta.text.empty()) return;
    if (streaming_) {
      Chunk(part->choice, delta.text, {}, out);
    } else {
      At(part->choice).text.append(delta.text);
    }
  }

  void Finish(const Finished& finished, std::string& out) {
    if (finished.reason == StopReason::kPauseTurn) losses_.push_back(LossOf("stop_reason", "pause_turn_ended"));
    std::string_view name = FinishName(finished.reason, false);
    if (name == "tool_calls") name = "stop";
    // The text does not tell that it is a refusal; the reason does (row 9).
    const auto refuses = [&](const Part& part) { return part.refusal && part.choice == finished.choice; };
    if (name == "stop" && std::any_of(parts_.begin(), parts_.end(), refuses)) name = "content_filter";
    if (streaming_) {
      Chunk(finished.choice, {}, name, out);
    } else {
      At(finished.choice).finish = name;
    }
  }

  void Complete(std::string& out) {
    if (!streaming_) return Body(out);
    if (options_.include_usage && usage_.known()) {
      out.append("data: ").append(head_).append(",\"choices\":[],\"usage\":");
      json::Writer writer(out);
      WriteUsage(usage_, writer);
      out.append("}\n\n");
    }
    out.append("data: [DONE]\n\n");
  }

  void Chunk(int choice, std::string_view text, std::string_view finish, std::string& out) const {
    out.append("data: ").append(head_).append(",\"choices\":[");
    json::Writer writer(out);
    WriteChoice(choice, text, finish, writer);
    out.append(options_.include_usage ? "],\"usage\":null}\n\n" : "]}\n\n");
  }

  void Body(std::string& out) {
    std::sort(choices_.begin(), choices_.end(), [](const Choice& a, const Choice& b) { return a.index < b.index; });
    out.append(head_).append(",\"choices\":");
    json::Writer writer(out);
    writer.BeginArray();
    for (const Choice& choice : choices_) WriteChoice(choice.index, choice.text, choice.finish, writer);
    writer.EndArray();
    if (usage_.known()) {
      out.append(",\"usage\":");
      json::Writer usage(out);
      WriteUsage(usage_, usage);
    }
    out.append("}");
  }

  static void WriteChoice(int index, std::string_view text, std::string_view finish, json::Writer& writer) {
    writer.BeginObject().Field("text", text).Field("index", index).Key("logprobs").Null().Key("finish_reason");
    if (finish.empty()) {
      writer.Null();
    } else {
      writer.String(finish);
    }
    writer.EndObject();
  }

  Choice& At(int index) {
    for (Choice& choice : choices_) {
      if (choice.index == index) return choice;
    }
    choices_.emplace_back().index = index;
    return choices_.back();
  }

  // Notes a loss, once a reply.
  void Drop(std::string_view field, std::string_view code) {
    const auto same = [field](const Loss& loss) { return loss.field == field; };
    if (std::none_of(losses_.begin(), losses_.end(), same)) losses_.push_back(LossOf(field, code));
  }

  ReplyOptions options_;
  bool streaming_;
  std::string head_;  // the object, still open
  std::vector<Part> parts_;
  std::vector<Choice> choices_;
  Usage usage_;
  std::vector<Loss> losses_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeCompletionsReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<Encoder>(options, random);
}

}  // namespace ag::wire::openai
