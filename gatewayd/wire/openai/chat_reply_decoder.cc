#include <absl/strings/str_cat.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::openai {
namespace {

using json::Value;

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::optional<std::int64_t> CountAt(const Value* object, std::string_view key) {
  const Value* value = object == nullptr ? nullptr : object->FindNonNull(key);
  return value == nullptr ? std::nullopt : value->AsInt();
}

std::optional<ErrorKind> KindOfCode(std::string_view code) {
  if (code == "insufficient_quota" || code == "billing_hard_limit_reached") return ErrorKind::kBilling;
  if (code == "rate_limit_exceeded" || code == "tokens" || code == "requests") return ErrorKind::kRateMinute;
  if (code == "context_length_exceeded") return ErrorKind::kContextTooLong;
  if (code == "content_filter" || code == "content_policy_violation") return ErrorKind::kContentFilter;
  if (code == "invalid_api_key" || code == "authentication_error") return ErrorKind::kAccountAuth;
  if (code == "permission_error") return ErrorKind::kAccountForbidden;
  if (code == "model_not_found") return ErrorKind::kModelNotFound;
  if (code == "server_error" || code == "api_error") return ErrorKind::kUpstreamServer;
  if (code == "overloaded" || code == "overloaded_error" || code == "service_unavailable")
    return ErrorKind::kOverloaded;
  if (code == "invalid_request_error") return ErrorKind::kInvalidRequest;
  return std::nullopt;
}

ErrorScope ScopeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kBilling:
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
      return ErrorScope::kAccount;
    case ErrorKind::kRateMinute:
    case ErrorKind::kModelNotFound:
      return ErrorScope::kModel;
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kOverloaded:
      return ErrorScope::kProvider;
    default:
      return ErrorScope::kRequest;
  }
}

// The error object inside a stream has no status: its code decides, then its type. OpenRouter puts the status into
// code.
Failed ReadError(const Value& document, const Value& error) {
  Failed failed;
  failed.json = document.raw();
  const Value* code = error.FindNonNull("code");
  if (code != nullptr && code->AsInt())
    failed.error = DetailFromHttpStatus(static_cast<int>(*code->AsInt()));
  else
    failed.error = DetailFromHttpStatus(0);
  const std::string_view name = code == nullptr ? std::string_view() : code->str();
  const std::string_view type = TextAt(error, "type");
  auto kind = KindOfCode(name);
  if (!kind) kind = KindOfCode(type);
  if (kind) {
    failed.error.kind = *kind;
    failed.error.scope = ScopeOf(*kind);
  }
  failed.error.provider_code = std::string(name.empty() ? type : name);
  failed.error.provider_text = std::string(error.is_string() ? error.str() : TextAt(error, "message"));
  failed.error.param = std::string(TextAt(error, "param"));
  return failed;
}

class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view /*name*/, std::string_view data, StreamEventSink& sink) override {
    if (ended_) return;
    if (data == "[DONE]") return Complete(sink);
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
  };

  void Fail(const Failed& failed, StreamEventSink& sink) {
    ended_ = true;
    sink.OnEvent(failed);
  }

  void ReadDocument(std::string_view text, std::string_view message_key, StreamEventSink& sink) {
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (!parsed.ok() || !(*parsed)->is_object()) {
      return Fail(ProtocolFailure("a chat completion is not a JSON object"), sink);
    }
    const Value& document = **parsed;
    if (const Value* error = document.FindNonNull("error"); error != nullptr)
      return Fail(ReadError(document, *error), sink);
    if (!started_) {
      started_ = true;
      sink.OnEvent(Started{TextAt(document, "id"), TextAt(document, "model")});
    }
    const Value* choices = document.FindNonNull("choices");
    if (choices != nullptr) {
      for (const Value& choice : choices->items()) NoteUsage(choice, sink);  // older Moonshot streams
    }
    NoteUsage(document, sink);
    if (choices == nullptr) return;
    for (const Value& choice : choices->items()) {
      if (!ended_) ReadChoice(choice, message_key, sink);
    }
  }

  void NoteUsage(const Value& holder, StreamEventSink& sink) {
    const Value* usage = holder.FindNonNull("usage");
    if (usage == nullptr || !usage->is_object()) return;
    usage_ = ReadUsage(*usage, usage_);
    sink.OnEvent(UsageUpdate{usage_});
  }

  void ReadChoice(const Value& value, std::string_view message_key, StreamEventSink& sink) {
    const int index = static_cast<int>(CountAt(&value, "index").value_or(0));
    auto choice = std::find_if(choices_.begin(), choices_.end(), [&](const Choice& c) { return c.index == index; });
    if (choice == choices_.end()) choice = choices_.insert(choice, Choice{index, std::nullopt});
    if (const Value* message = value.FindNonNull(message_key); message != nullptr) {
      ReadMessage(*message, index, sink);
      if (ended_) return;
    }
    const std::string_view reason = TextAt(value, "finish_reason");
    if (reason.empty()) return;
    if (const StopReason known = ReadStop(reason); known != StopReason::kUnknown) {
      choice->reason = known;
      return;
    }
    if (reason == "error" || reason == "insufficient_system_resource") {
      Failed failed;
      failed.error = DetailFromHttpStatus(503);
      failed.error.http_status = 0;
      failed.error.provider_code = std::string(reason);
      return Fail(failed, sink);
    }
    choice->reason = StopReason::kEndTurn;
    Note(LossClass::kApprox, "finish_reason", reason, sink);
  }

  void ReadMessage(const Value& message, int choice, StreamEventSink& sink) {
    if (!TextAt(message, "reasoning_content").empty()) {
      parts_.Text(choice, PartKind::kReasoning, TextAt(message, "reasoning_content"), sink);
    } else {
      parts_.Text(choice, PartKind::kReasoning, TextAt(message, "reasoning"), sink);
    }
    if (const Value* content = message.FindNonNull("content"); content != nullptr) ReadContent(*content, choice, sink);
    parts_.Text(choice, PartKind::kRefusal, TextAt(message, "refusal"), sink);
    for (const std::string_view key : {"tool_calls", "function_call", "audio", "images"}) {
      const Value* value = message.FindNonNull(key);
      if (value == nullptr || (value->is_array() && value->items().empty())) continue;
      return Fail(ProtocolFailure(absl::StrCat("it holds ", ToAbsl(key), ", which the request did not ask for")), sink);
    }
    if (const Value* notes = message.FindNonNull("annotations"); notes != nullptr && !notes->items().empty()) {
      Note(LossClass::kDrop, "annotations", "", sink);
    }
  }

  // Text, or parts as some compatible servers send them.
  void ReadContent(const Value& content, int choice, StreamEventSink& sink) {
    parts_.Text(choice, PartKind::kText, content.str(), sink);
    for (const Value& part : content.items()) {
      if (TextAt(part, "type") != "text") {
        return Fail(ProtocolFailure("it holds content that is not text, which the request did not ask for"), sink);
      }
      parts_.Text(choice, PartKind::kText, TextAt(part, "text"), sink);
    }
  }

  static void Note(LossClass loss_class, std::string_view field, std::string_view value, StreamEventSink& sink) {
    LossNote note;
    note.loss.loss_class = loss_class;
    note.loss.field = std::string(field);
    note.loss.reason.code = "reply_not_translated";
    if (!value.empty()) note.loss.reason.args.emplace_back("value", std::string(value));
    sink.OnEvent(note);
  }

  // A stream may lack [DONE]; it may not lack a finish_reason. A plain body is complete by itself.
  void Complete(StreamEventSink& sink) {
    if (plain_ && choices_.empty()) return Fail(ProtocolFailure("a chat completion without choices"), sink);
    for (Choice& choice : choices_) {
      if (plain_ && !choice.reason) {
        choice.reason = StopReason::kEndTurn;
        Note(LossClass::kApprox, "finish_reason", "null", sink);
      }
    }
    const bool cut = choices_.empty() ||
                     std::any_of(choices_.begin(), choices_.end(), [](const Choice& choice) { return !choice.reason; });
    if (cut) return Fail(StreamCutFailure(), sink);
    ended_ = true;
    parts_.CloseAll(sink);
    for (const Choice& choice : choices_) {
      Finished finished;
      finished.choice = choice.index;
      finished.reason = *choice.reason;
      sink.OnEvent(finished);
    }
    sink.OnEvent(Completed{});
  }

  Arena arena_;
  PartTracker parts_;
  std::vector<Choice> choices_;
  Usage usage_;
  bool started_ = false;
  bool plain_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeChatReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::openai
