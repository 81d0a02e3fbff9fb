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
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/conversation_state.h"
#include "gatewayd/wire/grammar_guard.h"
#include "gatewayd/wire/json_tool_filter.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/reasoning_edit.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/reply_frames.h"
#include "gatewayd/wire/reply_parts.h"
#include "gatewayd/wire/state_collector.h"
#include "gatewayd/wire/stop_filter.h"
#include "gatewayd/wire/translated_count.h"
#include "gatewayd/wire/translated_embedding.h"

namespace ag::wire {
namespace {

// With the state that the gateway keeps for the client, or without any after a refusal.
const ChatRequest& RequestToSend(const ChatRequest& canonical, const TranslationContext& context, Arena& arena,
                                 std::vector<Loss>& refused) {
  const ChatRequest& whole = WithState(canonical, context.kept, arena);
  return context.without_state ? WithoutState(whole, arena, refused) : whole;
}

// Bytes → frames → decoder → stop filter → JSON tool filter → this → the client's encoder → grammar guard → bytes.
class Translated final : public Translation, private StreamEventSink {
 public:
  Translated(ClientRequest& request, const ChatRequest& canonical, const UpstreamTarget& target,
             const TranslationContext& context)
      : client_(CodecOf(request.endpoint().dialect)),
        canonical_(RequestToSend(canonical, context, request.arena(), refused_)),
        target_(target),
        random_(context.random),
        arena_(request.arena()),
        decoder_(CodecOf(target.dialect).make_reply_decoder()),
        frames_(*decoder_, filter_) {
    ReplyOptions options;
    options.model = request.envelope().model;
    options.created_s = std::chrono::duration_cast<std::chrono::seconds>(context.now.time_since_epoch()).count();
    options.framing = request.framing();
    options.include_usage = canonical.include_usage;
    options.show_reasoning = client_.shows_reasoning(canonical);
    options.request = &canonical;
    options.upstream_family = FamilyOf(target.dialect);
    options.upstream_model = target_.model;
    options.state_scope = target_.state_scope;
    framing_ = options.framing;
    show_reasoning_ = options.show_reasoning;
    encoder_ = client_.make_reply_encoder(options, random_);
    if (framing_ == StreamFraming::kSse && client_.make_grammar != nullptr)
      guard_ = GrammarGuard(client_.make_grammar());
    report_.translated = true;
  }

  absl::StatusOr<UpstreamCall> EncodeRequest() override {
    const bool stream = framing_ != StreamFraming::kNone;
    AG_ASSIGN_OR_RETURN(
        EncodedRequest encoded,
        CodecOf(target_.dialect)
            .encode_request(canonical_, target_, stream ? EncodePurpose::kStream : EncodePurpose::kReply, arena_));
    body_ = std::move(encoded.body);
    report_.losses = std::move(encoded.losses);
    report_.losses.insert(report_.losses.end(), refused_.begin(), refused_.end());
    filter_.Watch(std::move(encoded.local_stop));
    json_tool_.Watch(encoded.json_tool);
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
    BeginOutput();
    if (completed_) return Step::kDone;
    if (failed()) return Step::kFailed;
    if (absl::Status status = frames_.Feed(in); !status.ok() && !failed()) report_.error = std::move(status);
    if (filter_.matched() && frames_.streaming() && !completed_ && !failed()) filter_.Finish();
    return Settle(out);
  }

  Step OnUpstreamEnd(Sink& out) override {
    BeginOutput();
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
  // The sink has borrowed what was flushed until now.
  void BeginOutput() {
    if (flushed_) {
      out_.clear();
      checked_ = 0;
    }
    flushed_ = false;
  }

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
      AddLoss(note->loss);
      return;
    }
    if (const auto* begin = std::get_if<PartBegin>(&event);
        begin != nullptr && begin->kind == PartKind::kToolCall && begin->tool_id.empty()) {
      // Gemini's calls may have no id; every other dialect pairs results with calls by it.
      PartBegin named = *begin;
      tool_id_ = "call_" + RandomToken(random_, 24);
      named.tool_id = tool_id_;
      return Write(named);
    }
    Write(event);
  }

  void Write(const StreamEvent& event) {
    Observe(event);
    if (!client_.carries_state) collector_.OnEvent(event);
    encoder_->OnEvent(event, out_);
    if (!std::holds_alternative<Completed>(event)) return;
    for (Loss& loss : encoder_->TakeLosses()) AddLoss(std::move(loss));
    report_.to_keep = collector_.Take();
    report_.kept_reply = encoder_->TakeKeptReply();
    completed_ = true;
  }

  void AddLoss(Loss loss) {
    report_.losses.push_back(LossOf(loss.field, loss.reason.code, std::move(loss.reason.args)));
  }

  void Observe(const StreamEvent& event) {
    if (const auto* started = std::get_if<Started>(&event)) {
      report_.response_id = std::string(started->id);
      report_.upstream_model = std::string(started->model);
    } else if (const auto* begin = std::get_if<PartBegin>(&event)) {
      const bool reasoning = begin->kind == PartKind::kReasoning || begin->kind == PartKind::kRedactedReasoning;
      hidden_part_ = reasoning && !show_reasoning_ ? begin->index : hidden_part_;
      if (begin->kind == PartKind::kToolCall) content_seen_ = true;
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      if (delta->index != hidden_part_) content_seen_ = true;
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      report_.usage = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      report_.stop_reason = finished->reason;
    }
  }

  // Bytes go out once the reply is committed; a failure before that leaves the sink untouched, for another attempt.
  Step Settle(Sink& out) {
    const bool plain = framing_ == StreamFraming::kNone;
    Guard();
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

  // What breaks the client's grammar does not leave: the stream then ends with its error event.
  void Guard() {
    out_.resize(checked_ + guard_.Check(std::string_view(out_).substr(checked_)));
    checked_ = out_.size();
    const bool whole = !completed_ || guard_.CheckEnd();
    if (whole && guard_.violation().empty()) return;
    report_.violation = guard_.violation();
    completed_ = false;
    if (!failed()) {
      report_.error = MakeError(
          ErrorKind::kInternal,
          absl::StrCat("The translated stream broke the client's protocol: ", ToAbsl(report_.violation), "."));
    }
  }

  void Flush(Sink& out) {
    if (!out_.empty()) out.Borrow(out_);
    flushed_ = true;
  }

  const DialectCodec& client_;
  std::vector<Loss> refused_;     // of the request, before it is encoded; filled with it
  const ChatRequest& canonical_;  // in the request's arena
  UpstreamTarget target_;
  RandomSource& random_;
  Arena& arena_;  // the request's
  std::unique_ptr<ReplyDecoder> decoder_;
  std::unique_ptr<ReplyEncoder> encoder_;
  JsonToolFilter json_tool_{*this};
  StopFilter filter_{json_tool_};
  ReplyFrames frames_;
  StreamFraming framing_ = StreamFraming::kNone;
  StateCollector collector_{target_.state_scope};
  GrammarGuard guard_{nullptr};
  std::string body_;
  std::string out_;
  std::size_t checked_ = 0;  // bytes of out_ that the guard has seen
  std::string tool_id_;
  int hidden_part_ = -1;
  bool show_reasoning_ = true;
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
  const bool counts = endpoint.operation == Operation::kCountTokens;
  const bool embeds = endpoint.operation == Operation::kEmbed || endpoint.operation == Operation::kBatchEmbed;
  const bool generates = endpoint.operation == Operation::kGenerate || endpoint.operation == Operation::kGenerateStream;
  if (!(counts || embeds || generates) || !CanTranslate(endpoint.dialect, endpoint.operation, target.dialect)) {
    return MakeError(
        ErrorKind::kUnsupported,
        absl::StrCat(ToAbsl(NameOf(endpoint.operation)), " requests of the ", ToAbsl(NameOf(endpoint.dialect)),
                     " API are not translated to the ", ToAbsl(NameOf(target.dialect)),
                     " API; route the model to an account that speaks the former."));
  }
  if (embeds) return MakeEmbeddingTranslation(request, target);
  AG_ASSIGN_OR_RETURN(const ChatRequest* canonical, request.Canonical());
  if (counts) return MakeCountTranslation(request, *canonical, target);
  if (target.reasoning) canonical = &WithReasoning(*canonical, *target.reasoning, request.arena());
  return std::make_unique<Translated>(request, *canonical, target, context);
}

}  // namespace ag::wire
