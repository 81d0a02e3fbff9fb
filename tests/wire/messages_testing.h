#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/reply_frames.h"
#include "translation_testing.h"

// The messages dialect with itself: what its decoders read, as its encoders write it.
namespace ag::wire {

inline std::string LossText(const std::vector<Loss>& losses) {
  std::string list;
  for (const Loss& loss : losses) {
    if (!list.empty()) list += ' ';
    list += (loss.loss_class == LossClass::kDrop ? "-" : "~") + loss.field + ":" + loss.reason.code;
  }
  return list;
}

// A request that a client of the dialect sends to another upstream of it.
class MessagesRequestTrip {
 public:
  explicit MessagesRequestTrip(std::string body, const UpstreamTarget& target = TargetOf(Dialect::kMessages))
      : body_(std::move(body)) {
    const auto parsed = json::Parse(body_, arena_);
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    auto decoded = anthropic::DecodeMessagesRequest(MessagesEndpoint(), **parsed, arena_);
    status_ = decoded.status();
    if (!decoded.ok()) return;
    request_ = *decoded;
    auto encoded = anthropic::EncodeMessagesRequest(*request_, target, EncodePurpose::kReply, arena_);
    status_ = encoded.status();
    if (encoded.ok()) encoded_ = *std::move(encoded);
  }

  const absl::Status& status() const { return status_; }
  ErrorDetail error() const { return DetailOf(status_); }
  const ChatRequest& request() const { return *request_; }
  const std::string& body() const { return encoded_.body; }
  const EncodedRequest& encoded() const { return encoded_; }
  std::string Losses() const { return LossText(encoded_.losses); }

 private:
  Arena arena_;
  std::string body_;
  absl::Status status_;
  const ChatRequest* request_ = nullptr;
  EncodedRequest encoded_;
};

// A reply of the dialect, stream or body, read and written again.
class MessagesReplyTrip final : private StreamEventSink {
 public:
  explicit MessagesReplyTrip(StreamFraming framing = StreamFraming::kSse, bool show_reasoning = true) {
    options_.model = "claude-x";
    options_.framing = framing;
    options_.show_reasoning = show_reasoning;
    encoder_ = anthropic::MakeMessagesReplyEncoder(options_, random_);
  }

  void Feed(std::string_view bytes) {
    const auto decoder = anthropic::MakeMessagesReplyDecoder();
    ReplyFrames frames(*decoder, *this);
    EXPECT_TRUE(frames.Feed(bytes).ok());
    EXPECT_TRUE(frames.End().ok());
  }
  void OnEvent(const StreamEvent& event) override {
    if (const auto* note = std::get_if<LossNote>(&event)) {
      losses.push_back(note->loss);
    } else if (const auto* failed = std::get_if<Failed>(&event)) {
      failure = failed->error;
    } else {
      encoder_->OnEvent(event, text);
      if (const auto* finished = std::get_if<Finished>(&event)) reason = finished->reason;
      if (std::holds_alternative<Completed>(event)) {
        for (Loss& loss : encoder_->TakeLosses()) losses.push_back(std::move(loss));
      }
    }
  }

  std::string text;
  std::vector<Loss> losses;
  std::optional<ErrorDetail> failure;
  StopReason reason = StopReason::kUnknown;

 private:
  FixedRandom random_;
  ReplyOptions options_;
  std::unique_ptr<ReplyEncoder> encoder_;
};

}  // namespace ag::wire
