#include "gatewayd/wire/passthrough.h"

#include <functional>
#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/json_array_stream.h"
#include "gatewayd/wire/passthrough_body.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/reply_parts.h"
#include "gatewayd/wire/reply_reader.h"
#include "gatewayd/wire/sse.h"
#include "gatewayd/wire/stream_grammar.h"

namespace ag::wire {
namespace {

// A plain reply is held back up to this size, so that a cut or failed one can still go to another account.
constexpr std::size_t kMaxHeldBody = 1024 * 1024;
// Of a larger one the last bytes are kept: usage comes at the end.
constexpr std::size_t kTailBytes = 16 * 1024;

bool IsReply(Operation operation) {
  switch (operation) {
    case Operation::kGenerate:
    case Operation::kGenerateStream:
    case Operation::kCountTokens:
    case Operation::kEmbed:
    case Operation::kBatchEmbed:
      return true;
    case Operation::kListModels:
    case Operation::kGetModel:
    case Operation::kOther:
      return false;
  }
  return false;
}

class Passthrough final : public Translation, private SseHandler, private JsonArrayHandler {
 public:
  Passthrough(ClientRequest& request, std::string model, BodyEdits body_edits)
      : request_(request),
        codec_(CodecOf(request.endpoint().dialect)),
        framing_(request.framing()),
        model_(std::move(model)),
        body_edits_(std::move(body_edits)),
        reader_(codec_, request.endpoint().operation, report_) {
    report_.losses = std::move(body_edits_.losses);
  }

  absl::StatusOr<UpstreamCall> EncodeRequest() override;
  void OnUpstreamHead(int status, std::string_view content_type) override;
  Step OnUpstreamBytes(std::string_view in, Sink& out) override;
  Step OnUpstreamEnd(Sink& out) override;
  void OnUpstreamError(const ErrorDetail& error, Sink& out) override;
  std::string_view ClientContentType() const override;
  void KeepAlive(Sink& out) override;
  const TranslationReport& Report() const override { return report_; }

 private:
  enum class Mode { kUnknown, kSse, kArray, kBody, kRaw };

  Dialect dialect() const { return request_.endpoint().dialect; }
  bool is_reply() const { return IsReply(request_.endpoint().operation); }

  void ChooseMode(char first);
  Step FeedStream(std::string_view in, Sink& out);
  Step FeedBody(std::string_view in, Sink& out);
  Step EndBody(Sink& out);
  Step EndStream(Sink& out);
  Step Fail(const absl::Status& error);

  bool OnSseEvent(const SseEvent& event) override;
  bool OnSseOther(std::string_view raw) override;
  bool OnElement(std::string_view element, std::string_view raw) override;
  void OnRest(std::string_view raw) override { Keep(raw); }

  // What the upstream streams is checked against its own grammar, and passes all the same: a finding is only reported.
  void Check(std::string_view name, std::string_view data);
  void CheckEnd();
  bool Take(ReplyMark mark, std::string_view raw);
  void Keep(std::string_view raw);
  void Emit();
  void KeepTail(std::string_view in);

  ClientRequest& request_;
  const DialectCodec& codec_;
  StreamFraming framing_;
  std::string model_;
  BodyEdits body_edits_;
  std::string content_type_;
  TranslationReport report_;
  ReplyReader reader_;
  SseParser sse_;
  JsonArrayStream array_;
  std::unique_ptr<StreamGrammar> grammar_;  // of a streamed reply

  Mode mode_ = Mode::kUnknown;
  std::string held_;      // not sent yet; after it was sent, kept until the next call
  std::string tail_;      // the last bytes of a plain reply that was too large to hold
  std::string_view in_;   // the bytes of this call
  std::string_view run_;  // the part of `in_` that is next to go out
  Sink* out_ = nullptr;   // of this call
  bool held_sent_ = false;
  bool content_ = false;       // the attempt is committed
  bool failed_ = false;        // before content, or beyond repair
  bool error_passed_ = false;  // the upstream's own error event went to the client
  bool at_end_ = false;        // what comes now is what the stream's end left over
  bool ended_ = false;         // the terminal event was seen
  bool element_sent_ = false;  // Gemini's array: the bracket is open
};

absl::StatusOr<UpstreamCall> Passthrough::EncodeRequest() {
  UpstreamCall call;
  call.dialect = dialect();
  call.operation = request_.endpoint().operation;
  call.model = model_;
  call.stream = request_.envelope().stream;
  call.framing = framing_;
  call.body = Pieces(request_.body(), body_edits_.edits);
  return call;
}

void Passthrough::OnUpstreamHead(int /*status*/, std::string_view content_type) { content_type_ = content_type; }

std::string_view Passthrough::ClientContentType() const {
  if (!content_type_.empty()) return content_type_;
  return framing_ == StreamFraming::kSse ? "text/event-stream" : "application/json";
}

void Passthrough::KeepAlive(Sink& out) {
  if (framing_ == StreamFraming::kSse && !codec_.keep_alive.empty()) out.Append(codec_.keep_alive);
}

// Servers answer a stream request with a plain body, name an error's JSON an event stream, and leave the content type
// out: the first byte says what it is.
void Passthrough::ChooseMode(char first) {
  const bool event_stream = content_type_.find("event-stream") != std::string::npos;
  if (!is_reply()) {
    mode_ = first == '{' && !event_stream ? Mode::kBody : Mode::kRaw;
  } else if (first == '{') {
    mode_ = Mode::kBody;
  } else if (first == '[') {
    mode_ = codec_.array_streams ? Mode::kArray : Mode::kBody;
  } else {
    // data, event, id, retry, a comment, a byte order mark
    mode_ =
        event_stream || std::string_view("deir:\xEF").find(first) != std::string_view::npos ? Mode::kSse : Mode::kBody;
  }
  if (mode_ == Mode::kRaw) content_ = true;
  const bool streams = mode_ == Mode::kSse || mode_ == Mode::kArray;
  if (streams && codec_.make_grammar != nullptr) grammar_ = codec_.make_grammar();
}

Step Passthrough::Fail(const absl::Status& error) {
  report_.error = error;
  failed_ = true;
  return Step::kFailed;
}

Step Passthrough::OnUpstreamBytes(std::string_view in, Sink& out) {
  if (failed_) return Step::kFailed;
  if (held_sent_) held_.clear();
  held_sent_ = false;
  if (mode_ == Mode::kUnknown) {
    const auto first = in.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
      held_.append(in);
      return Step::kHold;
    }
    ChooseMode(in[first]);
  }
  switch (mode_) {
    case Mode::kSse:
    case Mode::kArray:
      return FeedStream(in, out);
    case Mode::kBody:
      return FeedBody(in, out);
    case Mode::kUnknown:
    case Mode::kRaw:
      break;
  }
  if (!held_.empty()) out.Append(std::exchange(held_, {}));
  out.Borrow(in);
  return Step::kContent;
}

Step Passthrough::FeedStream(std::string_view in, Sink& out) {
  in_ = in;
  run_ = {};
  out_ = &out;
  const auto status = mode_ == Mode::kSse ? sse_.Feed(in, *this) : array_.Feed(in, *this);
  Emit();
  in_ = {};
  if (!status.ok()) return Fail(status);
  if (failed_) return Step::kFailed;
  if (!content_) return Step::kHold;
  // An LF may still follow a last CR, and whole bytes are promised: such a reply is done at its end. So is one whose
  // dialect allows events behind its terminal one.
  const bool last = ended_ && mode_ == Mode::kSse && !codec_.end_repeats_reply && !error_passed_;
  if (!last || sse_.pending_bytes() != 0 || !in.ends_with('\n')) return Step::kContent;
  CheckEnd();
  return Step::kDone;
}

// Hands on what is ready. Before content everything is held back.
void Passthrough::Emit() {
  if (!content_) {
    held_.append(run_);
  } else {
    if (!held_.empty() && !held_sent_) out_->Borrow(held_);
    held_sent_ = true;
    if (!run_.empty()) out_->Borrow(run_);
  }
  run_ = {};
}

// The next bytes for the client. They lie in `in_`, behind what was kept before, or in a parser's own buffer: then they
// began before `in_` and come first.
void Passthrough::Keep(std::string_view raw) {
  const std::less_equal<const char*> before;
  const bool inside = before(in_.data(), raw.data()) && before(raw.data() + raw.size(), in_.data() + in_.size());
  if (!inside || in_.empty()) {
    if (!run_.empty()) Emit();
    if (held_sent_) {
      out_->Append(raw);
    } else {
      held_.append(raw);
    }
  } else if (run_.empty()) {
    run_ = raw;
  } else {
    run_ = {run_.data(), static_cast<std::size_t>(raw.data() + raw.size() - run_.data())};
  }
}

void Passthrough::Check(std::string_view name, std::string_view data) {
  if (grammar_ != nullptr && report_.violation.empty()) report_.violation = grammar_->OnEvent(name, data);
}

void Passthrough::CheckEnd() {
  if (grammar_ != nullptr && report_.violation.empty()) report_.violation = grammar_->OnEnd();
}

bool Passthrough::Take(ReplyMark mark, std::string_view raw) {
  switch (mark) {
    case ReplyMark::kError:
      if (!content_) {
        failed_ = true;
        return false;
      }
      error_passed_ = true;
      break;
    case ReplyMark::kBroken:
      if (at_end_) return false;  // half an event: never shown to the client
      break;
    case ReplyMark::kExtraUsage:
      if (!body_edits_.asks_usage) break;
      Emit();
      return true;
    case ReplyMark::kEnd:
      ended_ = true;
      if (codec_.end_repeats_reply) content_ = true;
      if (!content_) {
        Fail(StatusOf(StreamCutFailure().error));
        return false;
      }
      break;
    case ReplyMark::kContent:
      content_ = true;
      break;
    case ReplyMark::kHold:
      break;
  }
  Keep(raw);
  return true;
}

bool Passthrough::OnSseEvent(const SseEvent& event) {
  // What the end left over may be half an event: its name alone proves nothing.
  const std::string_view name = at_end_ ? std::string_view() : event.name;
  if (!event.data.empty()) Check(name, event.data);
  return Take(reader_.OnEvent(name, event.data), event.raw);
}

// Gemini reports some errors as bare JSON between or instead of events.
bool Passthrough::OnSseOther(std::string_view raw) {
  const auto text = TrimSpace(raw);
  if (!text.starts_with('{')) return Take(ReplyMark::kHold, raw);
  const auto mark = reader_.OnEvent({}, text);
  return Take(mark == ReplyMark::kError || mark == ReplyMark::kBroken ? mark : ReplyMark::kHold, raw);
}

bool Passthrough::OnElement(std::string_view element, std::string_view raw) {
  element_sent_ = true;
  Check({}, element);
  return Take(reader_.OnEvent({}, element), raw);
}

Step Passthrough::FeedBody(std::string_view in, Sink& out) {
  if (content_) {
    if (!tail_.empty()) KeepTail(in);
    out.Borrow(in);
    return Step::kContent;
  }
  if (held_.empty()) {  // most replies come in one read and need no copy
    const auto mark = reader_.OnBody(in);
    failed_ = mark == ReplyMark::kError;
    if (failed_) return Step::kFailed;
    if (mark == ReplyMark::kContent) {
      content_ = true;
      out.Borrow(in);
      return Step::kContent;
    }
  }
  held_.append(in);
  if (held_.size() <= kMaxHeldBody) return Step::kHold;
  content_ = held_sent_ = true;
  KeepTail(held_);
  out.Borrow(held_);
  return Step::kContent;
}

void Passthrough::KeepTail(std::string_view in) {
  if (in.size() < kTailBytes) {
    tail_.append(in);
    if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  } else {
    tail_ = in.substr(in.size() - kTailBytes);
  }
}

Step Passthrough::EndBody(Sink& out) {
  if (content_) {
    reader_.OnTail(tail_);
    return Step::kDone;
  }
  const auto mark = reader_.OnBody(held_);
  if (mark == ReplyMark::kError) {
    failed_ = true;
    return Step::kFailed;
  }
  if (mark == ReplyMark::kBroken && is_reply()) {
    return Fail(StatusOf(ProtocolFailure("the reply is not a whole JSON object").error));
  }
  content_ = held_sent_ = true;
  out.Borrow(held_);
  return Step::kDone;
}

Step Passthrough::EndStream(Sink& out) {
  in_ = {};
  out_ = &out;
  at_end_ = true;
  const bool committed = content_;
  if (mode_ == Mode::kSse) {
    const auto status = sse_.End(*this);
    if (!status.ok()) return Fail(status);
  }
  const bool complete = ended_ || reader_.complete();
  const bool closed = mode_ == Mode::kSse || array_.closed();
  const bool whole = content_ && complete && closed;
  if (committed || whole) Emit();
  if (failed_ || error_passed_) return Step::kFailed;
  if (whole) {
    CheckEnd();
    return Step::kDone;
  }
  return Fail(StatusOf(StreamCutFailure().error));
}

Step Passthrough::OnUpstreamEnd(Sink& out) {
  if (failed_) return Step::kFailed;
  if (held_sent_) held_.clear();
  held_sent_ = false;
  switch (mode_) {
    case Mode::kSse:
    case Mode::kArray:
      return EndStream(out);
    case Mode::kBody:
      return EndBody(out);
    case Mode::kRaw:
      return Step::kDone;
    case Mode::kUnknown:
      break;
  }
  if (!is_reply()) {
    if (!held_.empty()) out.Append(held_);
    return Step::kDone;
  }
  return Fail(StatusOf(framing_ == StreamFraming::kNone ? ProtocolFailure("the reply is empty").error
                                                        : StreamCutFailure().error));
}

void Passthrough::OnUpstreamError(const ErrorDetail& error, Sink& out) {
  if (error_passed_) return;
  if (report_.error.ok()) report_.error = StatusOf(error);
  failed_ = true;
  const bool plain_sent = content_ && (mode_ == Mode::kBody || mode_ == Mode::kRaw);
  if (framing_ == StreamFraming::kNone || plain_sent) return;
  const auto status = StatusOf(error);
  // In the form that was begun, whatever was asked for.
  if (framing_ == StreamFraming::kSse && mode_ != Mode::kArray) {
    out.Append(codec_.encode_stream_error(status, {}, reader_.next_sequence()));
  } else if (!array_.closed()) {
    const bool begun = content_ && element_sent_;
    out.Append((begun ? ",\n" : "[") + EncodeError(status, FamilyOf(dialect()), {}).body + "]");
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Translation>> MakePassthrough(ClientRequest& request, const UpstreamTarget& target,
                                                             StateCut state) {
  AG_ASSIGN_OR_RETURN(BodyEdits edits, PassthroughEdits(request, target, state));
  return std::make_unique<Passthrough>(request, target.model, std::move(edits));
}

}  // namespace ag::wire
