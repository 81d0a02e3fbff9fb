#pragma once

#include <absl/status/statusor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/translated.h"

// One translated exchange, driven as the proxy drives it.
namespace ag::wire {

// Ids become runs of 'A', so that golden texts can spell them.
class FixedRandom final : public RandomSource {
 public:
  std::uint64_t Next() override { return 0; }
};

class TextSink final : public Sink {
 public:
  void Append(std::string_view bytes) override { text.append(bytes); }
  void Borrow(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

inline Endpoint ChatEndpoint() { return {Dialect::kChat, Operation::kGenerate, {}, StreamFraming::kNone}; }
inline Endpoint MessagesEndpoint() { return {Dialect::kMessages, Operation::kGenerate, {}, StreamFraming::kNone}; }
inline Endpoint GeminiEndpoint(StreamFraming framing = StreamFraming::kNone) {
  const Operation operation = framing == StreamFraming::kNone ? Operation::kGenerate : Operation::kGenerateStream;
  return {Dialect::kGemini, operation, "gemini-client", framing};
}

inline UpstreamTarget TargetOf(Dialect dialect) {
  UpstreamTarget target;
  target.dialect = dialect;
  target.model = "upstream-model";
  return target;
}

class Exchange {
 public:
  Exchange(const Endpoint& endpoint, std::string body, const UpstreamTarget& target) : body_(std::move(body)) {
    auto request = ClientRequest::Read(endpoint, body_, arena_);
    if (!request.ok()) {
      status_ = request.status();
      return;
    }
    request_ = std::make_unique<ClientRequest>(*std::move(request));
    context_ =
        std::make_unique<TranslationContext>(TranslationContext{WallTime(std::chrono::seconds(1700000000)), random_});
    auto made = MakeTranslated(*request_, target, *context_);
    if (!made.ok()) {
      status_ = made.status();
      return;
    }
    translation_ = *std::move(made);
    auto call = translation_->EncodeRequest();
    if (!call.ok()) {
      status_ = call.status();
      return;
    }
    call_ = *std::move(call);
    for (const std::string_view piece : call_.body) upstream_body_.append(piece);
  }

  // Of making it and of encoding the request.
  const absl::Status& status() const { return status_; }
  ErrorDetail error() const { return DetailOf(status_); }
  const UpstreamCall& call() const { return call_; }
  const std::string& upstream_body() const { return upstream_body_; }
  Translation& translation() { return *translation_; }
  const TranslationReport& report() const { return translation_->Report(); }
  const std::string& text() const { return sink_.text; }
  TextSink& sink() { return sink_; }

  // Feeds a whole reply in pieces of `step` bytes and ends it. Stops as the proxy does, at kDone or kFailed.
  Step Reply(std::string_view bytes, std::size_t step = std::string_view::npos) {
    translation_->OnUpstreamHead(200, "");
    for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size())) {
      const std::string piece(bytes.substr(at, step));
      last_ = translation_->OnUpstreamBytes(piece, sink_);
      if (last_ == Step::kDone || last_ == Step::kFailed) return last_;
    }
    last_ = translation_->OnUpstreamEnd(sink_);
    return last_;
  }
  Step Feed(std::string_view bytes) { return translation_->OnUpstreamBytes(bytes, sink_); }

  // "field:code" of each loss, in order.
  std::string Losses() const {
    std::string list;
    for (const Loss& loss : report().losses) {
      if (!list.empty()) list += ' ';
      list += (loss.loss_class == LossClass::kDrop ? "-" : "~") + loss.field + ":" + loss.reason.code;
    }
    return list;
  }

 private:
  std::string body_;
  Arena arena_;
  FixedRandom random_;
  std::unique_ptr<ClientRequest> request_;
  std::unique_ptr<TranslationContext> context_;
  std::unique_ptr<Translation> translation_;
  absl::Status status_;
  UpstreamCall call_;
  std::string upstream_body_;
  TextSink sink_;
  Step last_ = Step::kHold;
};

}  // namespace ag::wire
