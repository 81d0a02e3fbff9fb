#include "gatewayd/wire/translated.h"

#include <absl/strings/str_cat.h>

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/reply_frames.h"
#include "gatewayd/wire/reply_parts.h"
#include "gatewayd/wire/stop_filter.h"
#include "gatewayd/wire/translated_count.h"

namespace ag::wire {
namespace {

// The pieces of one dialect.
struct Codec {
  EncodeRequestFn encode_request;
  std::unique_ptr<ReplyDecoder> (*make_decoder)();
  std::unique_ptr<ReplyEncoder> (*make_encoder)(const ReplyOptions&, RandomSource&);
};

const Codec* CodecOf(Dialect dialect) {
  static constexpr Codec kChat{&openai::EncodeChatRequest, &openai::MakeChatReplyDecoder,
                               &openai::MakeChatReplyEncoder};
  static constexpr Codec kMessages{&anthropic::EncodeMessagesRequest, &anthropic::MakeMessagesReplyDecoder,
                                   &anthropic::MakeMessagesReplyEncoder};
  static constexpr Codec kGemini{&gemini::EncodeGeminiRequest, &gemini::MakeGeminiReplyDecoder,
                                 &gemini::MakeGeminiReplyEncoder};
  switch (dialect) {
    case Dialect::kChat:
      return &kChat;
    case Dialect::kMessages:
      return &kMessages;
    case Dialect::kGemini:
      return &kGemini;
    case Dialect::kCompletions:
    case Dialect::kResponses:
      return nullptr;
  }
  return nullptr;
}

bool ShowsReasoning(Dialect client, const ChatRequest& request) {
  switch (client) {
    case Dialect::kMessages:
      return request.reasoning && request.reasoning->mode != ReasoningSpec::Mode::kOff &&
             request.reasoning->visible.value_or(true);
    case Dialect::kGemini:
      return request.reasoning && request.reasoning->visible.value_or(false);
    default:
      return true;
  }
}

class Translated final : public Translation, private StreamEventSink {
 public:
  Translated(ClientRequest& request, const ChatRequest& canonical, const UpstreamTarget& target,
             const TranslationContext& context)
      : canonical_(canonical),
        target_(target),
        decoder_(CodecOf(target.dialect)->make_decoder()),
        frames_(*decoder_, filter_) {
    ReplyOptions options;
    options.model = request.envelope().model;
    options.created_s = std::chrono::duration_cast<std::chrono::seconds>(context.now.time_since_epoch()).count();
    options.framing = request.framing();
    options.include_usage = canonical.include_usage;
    options.show_reasoning = ShowsReasoning(request.endpoint().dialect, canonical);
    framing_ = options.framing;
    show_reasoning_ = options.show_reasoning;
    encoder_ = CodecOf(request.endpoint().dialect)->make_encoder(options, context.random);
    report_.translated = true;
  }

  absl::StatusOr<UpstreamCall> EncodeRequest() override {
    const bool stream = framing_ != StreamFraming::kNone;
    AG_ASSIGN_OR_RETURN(
        EncodedRequest encoded,
        CodecOf(target_.dialect)
            ->encode_request(canonical_, target_, stream ? EncodePurpose::kStream : EncodePurpose::kReply));
    body_ = std::move(encoded.body);
    report_.losses = std::move(encoded.losses);
    filter_.Watch(std::move(encoded.local_stop));
    UpstreamCall call;
    call.dialect = target_.dialect;
    call.model = target_.model;
    call.stream = stream;
    const bool in_path = stream && target_.dialect == Dialect::kGemini;
    call.operation = in_path ? Operation::kGenerateStream : Operation::kGenerate;
    call.framing = stream ? StreamFraming::kSse : StreamFraming::kNone;
    call.body = {body_};
    return call;
  }

  void OnUpstreamHead(int /*status*/, std::string_view /*content_type*/) override {}

  Step OnUpstreamBytes(std::string_view in, Sink& out) override {
    if (flushed_) out_.clear();
    flushed_ = false;
    if (completed_) return Step::kDone;
    if (failed()) return Step::kFailed;
    if (absl::Status status = frames_.Feed(in); !status.ok() && !failed()) report_.error = std::move(status);
    if (filter_.matched() && frames_.streaming() && !completed_ && !failed()) filter_.Finish();
    return Settle(out);
  }

  Step OnUpstreamEnd(Sink& out) override {
    if (flushed_) out_.clear();
    flushed_ = false;
    if (completed_) return Step::kDone;
    if (!failed()) {
      if (absl::Status status = frames_.End(); !status.ok() && !failed()) report_.error = std::move(status);
    }
    return Settle(out);
  }

  void OnUpstreamError(const ErrorDetail& error, Sink& out) override {
    if (completed_) return;
    const absl::Status status = failed() && DetailOf(report_.error) == error ? report_.error : StatusOf(error);
    if (!failed()) report_.error = status;
    std::string bytes;
    encoder_->OnError(status, bytes);
    if (!bytes.empty()) out.Append(bytes);
    completed_ = true;
  }

  std::string_view ClientContentType() const override {
    return framing_ == StreamFraming::kSse ? "text/event-stream" : "application/json";
  }

  void KeepAlive(Sink& out) override {
    std::string bytes;
    encoder_->KeepAlive(bytes);
    if (!bytes.empty()) out.Append(bytes);
  }

  const TranslationReport& Report() const override { return report_; }

 private:
  bool failed() const { return !report_.error.ok(); }

  // Notes what the gateway reports, then lets the client's encoder write.
  void OnEvent(const StreamEvent& event) override {
    if (completed_ || failed()) return;
    if (const auto* failure = std::get_if<Failed>(&event)) {
      report_.error = StatusOf(failure->error);
      report_.stream_error_json = std::string(failure->json);
      return;
    }
    if (const auto* note = std::get_if<LossNote>(&event)) {
      report_.losses.push_back(note->loss);
      return;
    }
    Observe(event);
    encoder_->OnEvent(event, out_);
    if (!std::holds_alternative<Completed>(event)) return;
    for (Loss& loss : encoder_->TakeLosses()) report_.losses.push_back(std::move(loss));
    completed_ = true;
  }

  void Observe(const StreamEvent& event) {
    if (const auto* started = std::get_if<Started>(&event)) {
      report_.response_id = std::string(started->id);
      report_.upstream_model = std::string(started->model);
    } else if (const auto* begin = std::get_if<PartBegin>(&event)) {
      const bool reasoning = begin->kind == PartKind::kReasoning || begin->kind == PartKind::kRedactedReasoning;
      hidden_part_ = reasoning && !show_reasoning_ ? begin->index : hidden_part_;
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      if (delta->index != hidden_part_) content_seen_ = true;
    } else if (std::holds_alternative<SignatureDelta>(event)) {
      if (!std::exchange(signature_noted_, true)) {
        report_.losses.push_back({LossClass::kDrop, "signature", Reason{"reply_not_translated", {}}});
      }
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      report_.usage = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      report_.stop_reason = finished->reason;
    }
  }

  // Bytes go out once the reply is committed; a failure before that leaves the sink untouched, for another attempt.
  Step Settle(Sink& out) {
    const bool plain = framing_ == StreamFraming::kNone;
    if (failed()) {
      if (committed_ && !plain) Flush(out);
      return Step::kFailed;
    }
    if (completed_) {
      Flush(out);
      return Step::kDone;
    }
    if (plain || !content_seen_) return Step::kHold;
    committed_ = true;
    Flush(out);
    return Step::kContent;
  }

  void Flush(Sink& out) {
    if (!out_.empty()) out.Borrow(out_);
    flushed_ = true;
  }

  const ChatRequest& canonical_;  // in the request's arena
  UpstreamTarget target_;
  std::unique_ptr<ReplyDecoder> decoder_;
  std::unique_ptr<ReplyEncoder> encoder_;
  StopFilter filter_{*this};
  ReplyFrames frames_;
  StreamFraming framing_ = StreamFraming::kNone;
  std::string body_;
  std::string out_;
  int hidden_part_ = -1;
  bool show_reasoning_ = true;
  bool signature_noted_ = false;
  bool content_seen_ = false;
  bool committed_ = false;
  bool flushed_ = false;
  bool completed_ = false;
  TranslationReport report_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Translation>> MakeTranslated(ClientRequest& request, const UpstreamTarget& target,
                                                            const TranslationContext& context) {
  const Endpoint& endpoint = request.endpoint();
  const Codec* client = CodecOf(endpoint.dialect);
  const Codec* upstream = CodecOf(target.dialect);
  const bool counts = endpoint.operation == Operation::kCountTokens;
  const bool generates = endpoint.operation == Operation::kGenerate || endpoint.operation == Operation::kGenerateStream;
  const bool chat_counts = counts && (endpoint.dialect == Dialect::kChat || target.dialect == Dialect::kChat);
  if (client == nullptr || upstream == nullptr || !(counts || generates) || chat_counts) {
    return MakeError(
        ErrorKind::kUnsupported,
        absl::StrCat(ToAbsl(NameOf(endpoint.operation)), " requests of the ", ToAbsl(NameOf(endpoint.dialect)),
                     " API are not translated to the ", ToAbsl(NameOf(target.dialect)),
                     " API; route the model to an account that speaks the former."));
  }
  AG_ASSIGN_OR_RETURN(const ChatRequest* canonical, request.Canonical());
  if (counts) return MakeCountTranslation(request, *canonical, target, upstream->encode_request);
  return std::make_unique<Translated>(request, *canonical, target, context);
}

}  // namespace ag::wire
