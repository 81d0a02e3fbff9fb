#include "gatewayd/wire/json_array_stream.h"

#include "gatewayd/base/error.h"

namespace ag::wire {

const char* JsonArrayStream::SkipString(const char* p, const char* end) {
  for (; p < end; ++p) {
    if (escaped_) {
      escaped_ = false;
    } else if (*p == '\\') {
      escaped_ = true;
    } else if (*p == '"') {
      in_string_ = false;
      return p + 1;
    }
  }
  return end;
}

// The position behind the next element, or nullptr when the bytes end first or the array is closed.
const char* JsonArrayStream::FindElementEnd(const char* p, const char* end) {
  while (p < end) {
    if (in_string_) {
      p = SkipString(p, end);
      continue;
    }
    const char c = *p++;
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (depth_ == 1) element_offset_ = block_start_ + static_cast<std::size_t>(p - 1 - piece_);
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
      if (depth_ == 1) return p;
      if (depth_ == 0) {
        closed_ = true;
        return nullptr;
      }
    }
  }
  return nullptr;
}

absl::Status JsonArrayStream::Feed(std::string_view bytes, JsonArrayHandler& handler) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p < end && !closed_) {
    piece_ = p;
    block_start_ = pending_.size();
    const char* const element_end = FindElementEnd(p, end);
    if (element_end == nullptr) break;
    const auto size = static_cast<std::size_t>(element_end - p);
    std::string_view raw(p, size);
    if (!pending_.empty()) raw = pending_.append(p, size);
    const bool more = handler.OnElement(raw.substr(element_offset_), raw);
    pending_.clear();
    if (!more) return absl::OkStatus();
    p = element_end;
  }
  const auto rest = static_cast<std::size_t>(end - p);
  if (closed_) {
    if (!pending_.empty()) handler.OnRest(pending_);
    pending_.clear();
    if (rest > 0) handler.OnRest({p, rest});
    return absl::OkStatus();
  }
  if (pending_.size() + rest > kMaxElementBytes) {
    return MakeError(ErrorKind::kProtocol, "the upstream sent a stream element of more than 32 MiB");
  }
  pending_.append(p, rest);
  return absl::OkStatus();
}

}  // namespace ag::wire
