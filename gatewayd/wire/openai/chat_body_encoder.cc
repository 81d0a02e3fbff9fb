#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/openai/chat_reply_encoder.h"

namespace ag::wire::openai {
namespace {

// https://platform.openai.com/docs/api-reference/chat/object
class BodyEncoder final : public ChatReplyEncoder {
 public:
  using ChatReplyEncoder::ChatReplyEncoder;

  void OnError(const absl::Status& /*error*/, std::string& /*out*/) override {}
  void KeepAlive(std::string& /*out*/) override {}

 private:
  struct Call {
    int part = 0;
    bool custom = false;
    std::string id;
    std::string name;
    std::string arguments;
  };

  struct Choice {
    int index = 0;
    std::string text;
    std::string reasoning;
    std::string refusal;
    std::vector<Call> calls;
    std::vector<Annotation> annotations;
    std::string logprobs;  // the elements of logprobs.content, separated by commas
    std::string finish;
    bool has_text = false;
  };

  void OnStarted(std::string_view service_tier) override { service_tier_ = std::string(service_tier); }

  Choice& At(int index) {
    for (Choice& choice : choices_) {
      if (choice.index == index) return choice;
    }
    choices_.emplace_back().index = index;
    return choices_.back();
  }

  void OnBegin(const Part& part, const PartBegin& begin, std::string& /*out*/) override {
    Choice& choice = At(part.choice);
    if (part.kind == PartKind::kText) choice.has_text = true;
    if (part.kind != PartKind::kToolCall) return;
    choice.calls.push_back({part.index, part.custom, std::string(begin.tool_id), std::string(begin.tool_name), {}});
  }

  void OnText(const Part& part, std::string_view text, std::string& /*out*/) override {
    Choice& choice = At(part.choice);
    if (part.kind == PartKind::kText) choice.text.append(text);
    if (part.kind == PartKind::kReasoning) choice.reasoning.append(text);
    if (part.kind == PartKind::kRefusal) choice.refusal.append(text);
  }

  void OnArguments(const Part& part, std::string_view text, std::string& /*out*/) override {
    for (Call& call : At(part.choice).calls) {
      if (call.part == part.index) call.arguments.append(text);
    }
  }

  void OnAnnotations(const Part& part, std::span<const Annotation> annotations, std::string& /*out*/) override {
    auto& all = At(part.choice).annotations;
    all.insert(all.end(), annotations.begin(), annotations.end());
  }

  void OnLogprobs(const LogprobsDelta& logprobs, std::string& /*out*/) override {
    std::string& all = At(logprobs.choice).logprobs;
    for (const TokenLogprob& token : logprobs.tokens) {
      if (!all.empty()) all.push_back(',');
      json::Writer writer(all);
      WriteTokenLogprob(token, writer);
    }
  }

  void OnFinished(const Finished& finished, std::string& /*out*/) override {
    Choice& choice = At(finished.choice);
    choice.finish = FinishOf(finished);
    choice.refusal.append(LateRefusal(finished));
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
    if (!service_tier_.empty()) writer.Field("service_tier", service_tier_);
    writer.EndObject();
  }

  void WriteChoice(const Choice& choice, json::Writer& writer) const {
    writer.BeginObject().Field("index", choice.index).Key("message").BeginObject().Field("role", "assistant");
    writer.Key("content");
    // Calls or a refusal without text have null content, as the provider's own; an empty reply has an empty text.
    if (choice.has_text || (choice.refusal.empty() && choice.calls.empty())) {
      writer.String(choice.text);
    } else {
      writer.Null();
    }
    if (!choice.reasoning.empty()) writer.Field("reasoning_content", choice.reasoning);
    WriteCalls(choice, writer);
    writer.Key("refusal");
    if (choice.refusal.empty()) {
      writer.Null();
    } else {
      writer.String(choice.refusal);
    }
    if (!choice.annotations.empty()) {
      writer.Key("annotations");
      WriteAnnotations(choice.annotations, writer);
    }
    writer.EndObject().Key("logprobs");
    if (choice.logprobs.empty()) {
      writer.Null();
    } else {
      writer.BeginObject().Key("content").Raw("[" + choice.logprobs + "]").Key("refusal").Null().EndObject();
    }
    writer.Field("finish_reason", choice.finish).EndObject();
  }

  void WriteCalls(const Choice& choice, json::Writer& writer) const {
    if (choice.calls.empty()) return;
    if (function_call()) {
      const Call& call = choice.calls.front();
      writer.Key("function_call").BeginObject().Field("name", call.name).Field("arguments", call.arguments);
      writer.EndObject();
      return;
    }
    writer.Key("tool_calls").BeginArray();
    for (const Call& call : choice.calls) {
      writer.BeginObject().Field("id", call.id).Field("type", call.custom ? "custom" : "function");
      writer.Key(call.custom ? "custom" : "function").BeginObject().Field("name", call.name);
      writer.Field(call.custom ? "input" : "arguments", call.arguments).EndObject().EndObject();
    }
    writer.EndArray();
  }

  std::string service_tier_;
  std::vector<Choice> choices_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeChatBodyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<BodyEncoder>(options, random);
}

}  // namespace ag::wire::openai
