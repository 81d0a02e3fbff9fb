#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/json_array_stream.h"
#include "gatewayd/wire/sse.h"

namespace ag::wire {

// Cuts the bytes of an upstream's reply into the documents that its decoder reads: events of an SSE stream, elements of
// a JSON array, or one JSON body. The first byte that is not white space decides, because servers answer a stream
// request with a plain body and the reverse, and not always with the content type that says so.
class ReplyFrames final : private SseHandler, private JsonArrayHandler {
 public:
  static constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;

  // Both references outlive it.
  ReplyFrames(ReplyDecoder& decoder, StreamEventSink& sink) : decoder_(decoder), sink_(sink) {}

  // kProtocol for a document that is too large.
  absl::Status Feed(std::string_view bytes);
  absl::Status End();
  // True while the reply comes in pieces, so that its reading can stop before its end.
  bool streaming() const { return mode_ == Mode::kSse || mode_ == Mode::kArray; }

 private:
  enum class Mode { kUnknown, kSse, kBody, kArray };

  bool OnSseEvent(const SseEvent& event) override;
  bool OnElement(std::string_view element, std::string_view raw) override;
  void OnRest(std::string_view /*raw*/) override {}

  ReplyDecoder& decoder_;
  StreamEventSink& sink_;
  Mode mode_ = Mode::kUnknown;
  SseParser sse_;
  JsonArrayStream array_;
  std::string body_;  // kBody
};

}  // namespace ag::wire
