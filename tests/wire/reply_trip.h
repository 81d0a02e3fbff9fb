#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "gatewayd/base/random.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/grammar_guard.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/reply_frames.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire {

// A provider's reply on its way to a client of some dialect: frames → decoder → encoder, without the filters and the
// holding back of a whole translation, so that nothing but the codecs decides what comes out.
class ReplyTrip final : private StreamEventSink {
 public:
  ReplyTrip(Dialect upstream, Dialect client, bool stream = true)
      : client_(CodecOf(client)), decoder_(CodecOf(upstream).make_reply_decoder()) {
    ReplyOptions options;
    options.model = "m";
    options.framing = stream ? StreamFraming::kSse : StreamFraming::kNone;
    options.include_usage = true;
    options.show_reasoning = true;
    options.upstream_family = FamilyOf(upstream);
    options.upstream_model = "u";
    encoder_ = client_.make_reply_encoder(options, random_);
  }

  // The next bytes; false when the reply is over.
  bool Feed(std::string_view bytes) {
    if (over()) return false;
    if (const absl::Status status = frames_.Feed(bytes); !status.ok()) Fail(status);
    return !over();
  }

  // Ends the reply: what the client has got, its error event included.
  const std::string& End() {
    if (!over()) {
      if (const absl::Status status = frames_.End(); !status.ok()) Fail(status);
    }
    return text_;
  }

  bool completed() const { return completed_; }
  // The decoder kept the contract of ReplyDecoder: one end, and nothing behind it.
  bool ended_once() const { return over() && !went_on_; }

  // What is wrong with a client's stream; empty = nothing.
  static std::string_view Violation(Dialect client, std::string_view text, bool completed) {
    const MakeGrammarFn make = CodecOf(client).make_grammar;
    if (make == nullptr) return {};
    GrammarGuard guard(make());
    guard.Check(text);
    if (completed && guard.violation().empty()) guard.CheckEnd();
    return guard.violation();
  }

 private:
  // Ids become runs of 'A'.
  class FixedRandom final : public RandomSource {
   public:
    std::uint64_t Next() override { return 0; }
  };

  bool over() const { return completed_ || failed_; }

  void Fail(const absl::Status& error) {
    if (over()) return;
    failed_ = true;
    encoder_->OnError(error, text_);
  }

  void OnEvent(const StreamEvent& event) override {
    went_on_ = went_on_ || over();
    if (over() || std::holds_alternative<LossNote>(event)) return;
    if (const auto* failure = std::get_if<Failed>(&event)) return Fail(StatusOf(failure->error));
    const auto* begin = std::get_if<PartBegin>(&event);
    if (begin != nullptr && begin->kind == PartKind::kToolCall && begin->tool_id.empty()) {
      PartBegin named = *begin;
      const std::string id = "call_" + std::to_string(begin->index);
      named.tool_id = id;
      return encoder_->OnEvent(named, text_);
    }
    encoder_->OnEvent(event, text_);
    completed_ = std::holds_alternative<Completed>(event);
  }

  const DialectCodec& client_;
  FixedRandom random_;
  std::unique_ptr<ReplyDecoder> decoder_;
  std::unique_ptr<ReplyEncoder> encoder_;
  ReplyFrames frames_{*decoder_, *this};
  std::string text_;
  bool completed_ = false;
  bool failed_ = false;
  bool went_on_ = false;
};

}  // namespace ag::wire
