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
      return FeedArray(bytes);
    case Mode::kBody:
    case Mode::kUnknown:
      if (buffer_.size() + bytes.size() > kMaxBodyBytes) return TooLarge();
      buffer_.append(bytes);
      break;
  }
  return absl::OkStatus();
}

absl::Status ReplyFrames::End() {
  if (mode_ == Mode::kBody) {
    decoder_.OnBody(buffer_, sink_);
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

// Elements are told apart by their brackets; whether they are JSON is for the decoder to say.
absl::Status ReplyFrames::FeedArray(std::string_view bytes) {
  std::size_t begin = depth_ > 1 ? 0 : bytes.size();  // where the open element goes on in `bytes`
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (depth_ == 1) begin = i;
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
      if (depth_ != 1) continue;
      buffer_.append(bytes.substr(begin, i + 1 - begin));
      begin = bytes.size();
      decoder_.OnStreamData({}, buffer_, sink_);
      buffer_.clear();
    }
  }
  if (depth_ > 1) buffer_.append(bytes.substr(begin));
  return buffer_.size() > kMaxBodyBytes ? TooLarge() : absl::OkStatus();
}

}  // namespace ag::wire
