#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/openai/chat_reply_encoder.h"
#include "gatewayd/wire/openai/openai_error.h"

namespace ag::wire::openai {
namespace {

std::string_view DeltaKey(PartKind kind) {
  if (kind == PartKind::kReasoning) return "reasoning_content";
  return kind == PartKind::kRefusal ? "refusal" : "content";
}

// https://platform.openai.com/docs/api-reference/chat-streaming/streaming
class StreamEncoder final : public ChatReplyEncoder {
 public:
  StreamEncoder(const ReplyOptions& options, RandomSource& random) : ChatReplyEncoder(options, random) {
    OnStarted({});
    tail_ = options.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
  }

  void OnError(const absl::Status& error, std::string& out) override {
    out.append(EncodeChatStreamError(error, {}, 0));
  }
  void KeepAlive(std::string& out) override { out.append(KeepAliveEvent(Dialect::kChat)); }

 private:
  void OnStarted(std::string_view service_tier) override {
    head_.clear();
    json::Writer writer(head_);
    writer.BeginObject().Field("id", id()).Field("object", "chat.completion.chunk");
    writer.Field("created", options().created_s).Field("model", options().model);
    if (!service_tier.empty()) writer.Field("service_tier", service_tier);
    head_.insert(0, "data: ");  // the object stays open: each chunk goes on with its choices
  }

  void OnBegin(const Part& part, const PartBegin& begin, std::string& out) override {
    BeginChoice(part.choice, part.kind == PartKind::kToolCall, out);
    if (part.kind != PartKind::kToolCall) return;
    json::Writer writer = BeginDelta(part.choice, out);
    if (function_call()) {
      writer.Key("function_call").BeginObject().Field("name", begin.tool_name).Field("arguments", "").EndObject();
    } else {
      writer.Key("tool_calls").BeginArray().BeginObject().Field("index", part.call).Field("id", begin.tool_id);
      writer.Field("type", part.custom ? "custom" : "function").Key(part.custom ? "custom" : "function");
      writer.BeginObject().Field("name", begin.tool_name).Field(part.custom ? "input" : "arguments", "");
      writer.EndObject().EndObject().EndArray();
    }
    EndDelta(writer, {}, out);
  }

  void OnText(const Part& part, std::string_view text, std::string& out) override {
    json::Writer writer = BeginDelta(part.choice, out);
    writer.Field(DeltaKey(part.kind), text);
    EndDelta(writer, {}, out);
  }

  void OnArguments(const Part& part, std::string_view text, std::string& out) override {
    json::Writer writer = BeginDelta(part.choice, out);
    if (function_call()) {
      writer.Key("function_call").BeginObject().Field("arguments", text).EndObject();
    } else {
      writer.Key("tool_calls").BeginArray().BeginObject().Field("index", part.call);
      writer.Key(part.custom ? "custom" : "function").BeginObject();
      writer.Field(part.custom ? "input" : "arguments", text).EndObject().EndObject().EndArray();
    }
    EndDelta(writer, {}, out);
  }

  void OnAnnotations(const Part& part, std::span<const Annotation> annotations, std::string& out) override {
    json::Writer writer = BeginDelta(part.choice, out);
    writer.Key("annotations");
    WriteAnnotations(annotations, writer);
    EndDelta(writer, {}, out);
  }

  void OnLogprobs(const LogprobsDelta& logprobs, std::string& out) override {
    BeginChoice(logprobs.choice, false, out);
    json::Writer writer = BeginDelta(logprobs.choice, out);
    writer.EndObject().Key("logprobs").BeginObject().Key("content").BeginArray();
    for (const TokenLogprob& token : logprobs.tokens) WriteTokenLogprob(token, writer);
    writer.EndArray().Key("refusal").Null().EndObject();
    EndChoice(writer, {}, out);
  }

  void OnFinished(const Finished& finished, std::string& out) override {
    BeginChoice(finished.choice, false, out);
    if (const std::string_view refusal = LateRefusal(finished); !refusal.empty()) {
      json::Writer writer = BeginDelta(finished.choice, out);
      writer.Field("refusal", refusal);
      EndDelta(writer, {}, out);
    }
    json::Writer writer = BeginDelta(finished.choice, out);
    EndDelta(writer, FinishOf(finished), out);
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
  void BeginChoice(int choice, bool call, std::string& out) {
    if (std::find(begun_.begin(), begun_.end(), choice) != begun_.end()) return;
    begun_.push_back(choice);
    json::Writer writer = BeginDelta(choice, out);
    writer.Field("role", "assistant").Key("content");
    if (call) {
      writer.Null();
    } else {
      writer.String({});
    }
    writer.Key("refusal").Null();
    EndDelta(writer, {}, out);
  }

  // A chunk up to the opened delta object; the writer writes to `out`.
  json::Writer BeginDelta(int choice, std::string& out) {
    out.append(head_).append(",\"choices\":[");
    json::Writer writer(out);
    writer.BeginObject().Field("index", choice).Key("delta").BeginObject();
    return writer;
  }

  void EndDelta(json::Writer& writer, std::string_view finish, std::string& out) {
    writer.EndObject().Key("logprobs").Null();
    EndChoice(writer, finish, out);
  }

  void EndChoice(json::Writer& writer, std::string_view finish, std::string& out) {
    writer.Key("finish_reason");
    if (finish.empty()) {
      writer.Null();
    } else {
      writer.String(finish);
    }
    writer.EndObject();
    out.append("]").append(tail_);
  }

  std::string head_;
  std::string tail_;
  std::vector<int> begun_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeChatStreamEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<StreamEncoder>(options, random);
}

}  // namespace ag::wire::openai
