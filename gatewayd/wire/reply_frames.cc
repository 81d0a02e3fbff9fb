#include "gatewayd/wire/reply_frames.h"

#include "gatewayd/base/error.h"

namespace ag::wire {
namespace {

absl::Status TooLarge() {
  return MakeError(ErrorKind::kProtocol, "The provider's reply is larger than the gateway reads (64 MiB).");
}

}  // namespace

absl::Status ReplyFrames::Feed(std::string_view bytes) {
  if (mode_ == Mode::kUnknown) {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return absl::OkStatus();
    bytes.remove_prefix(first);
    mode_ = bytes.front() == '{' ? Mode::kBody : bytes.front() == '[' ? Mode::kArray : Mode::kSse;
  }
  switch (mode_) {
    case Mode::kSse:
      return sse_.Feed(bytes, *this);
    case Mode::kArray:
      return array_.Feed(bytes, *this);
    case Mode::kBody:
    case Mode::kUnknown:
      if (body_.size() + bytes.size() > kMaxBodyBytes) return TooLarge();
      body_.append(bytes);
      break;
  }
  return absl::OkStatus();
}

absl::Status ReplyFrames::End() {
  if (mode_ == Mode::kBody) {
    decoder_.OnBody(body_, sink_);
    return absl::OkStatus();
  }
  if (mode_ == Mode::kSse) {
    if (absl::Status status = sse_.End(*this); !status.ok()) return status;
  }
  decoder_.OnStreamEnd(sink_);
  return absl::OkStatus();
}

bool ReplyFrames::OnSseEvent(const SseEvent& event) {
  if (!event.data.empty()) decoder_.OnStreamData(event.name, event.data, sink_);
  return true;
}

bool ReplyFrames::OnElement(std::string_view element, std::string_view /*raw*/) {
  decoder_.OnStreamData({}, element, sink_);
  return true;
}

}  // namespace ag::wire
