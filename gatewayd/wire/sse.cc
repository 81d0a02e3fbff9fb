#include "gatewayd/wire/sse.h"

#include <algorithm>
#include <cstring>

#include "gatewayd/base/error.h"

namespace ag::wire {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kKeptCapacity = 256 * 1024;

absl::Status TooLarge() {
  return MakeError(ErrorKind::kProtocol, "the upstream sent a server-sent event of more than 32 MiB");
}

}  // namespace

// Finds line ends in one stretch of bytes, each byte looked at once for either kind, however many lines there are.
class SseParser::LineEnds {
 public:
  explicit LineEnds(std::string_view bytes) : end_(bytes.data() + bytes.size()) {}

  const char* end() const { return end_; }

  // The first CR or LF at or after `p`, which never moves back; end() if there is none.
  const char* Next(const char* p) {
    if (lf_ == nullptr || lf_ < p) lf_ = Find(p, '\n');
    if (cr_ == nullptr || cr_ < p) cr_ = Find(p, '\r');
    return std::min(lf_, cr_);
  }

 private:
  const char* Find(const char* p, char c) const {
    if (p == end_) return end_;
    const void* const found = std::memchr(p, c, static_cast<std::size_t>(end_ - p));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  const char* end_;
  const char* lf_ = nullptr;
  const char* cr_ = nullptr;
};

// The position behind the blank line that ends the current block, or nullptr when it has not come yet.
const char* SseParser::FindEnd(const char* p, LineEnds& ends) {
  if (after_cr_ && p != ends.end()) {
    if (*p == '\n') ++p;
    after_cr_ = false;
  }
  while (p != ends.end()) {
    const char* const line_end = ends.Next(p);
    if (line_end != p) line_empty_ = block_empty_ = false;
    if (line_end == ends.end()) return nullptr;
    p = line_end + 1;
    if (*line_end == '\r') {
      if (p == ends.end()) {
        after_cr_ = true;
      } else if (*p == '\n') {
        ++p;
      }
    }
    const bool done = line_empty_ && !block_empty_;
    line_empty_ = true;
    if (done) {
      block_empty_ = true;
      return p;
    }
  }
  return nullptr;
}

absl::Status SseParser::Feed(std::string_view bytes, SseHandler& handler) {
  LineEnds ends(bytes);
  const char* p = bytes.data();
  while (p != ends.end()) {
    const char* const block_end = FindEnd(p, ends);
    const char* const stop = block_end == nullptr ? ends.end() : block_end;
    const auto size = static_cast<std::size_t>(stop - p);
    if (pending_.size() + size > kMaxEventBytes) return TooLarge();
    if (block_end == nullptr) {
      pending_.append(p, size);
      return absl::OkStatus();
    }
    bool more = false;
    if (pending_.empty()) {
      more = Deliver({p, size}, handler);
    } else {
      pending_.append(p, size);
      more = Deliver(pending_, handler);
      pending_.clear();
      if (pending_.capacity() > kKeptCapacity) pending_.shrink_to_fit();
    }
    if (!more) return absl::OkStatus();
    p = block_end;
  }
  return absl::OkStatus();
}

absl::Status SseParser::End(SseHandler& handler) {
  if (!pending_.empty()) Deliver(pending_, handler);
  pending_.clear();
  return absl::OkStatus();
}

bool SseParser::Deliver(std::string_view block, SseHandler& handler) {
  std::string_view text = block;
  if (!started_ && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  started_ = true;
  SseEvent event;
  event.raw = block;
  data_lines_ = 0;
  LineEnds ends(text);
  for (const char* p = text.data(); p != ends.end();) {
    const char* const line_end = ends.Next(p);
    const std::string_view line(p, static_cast<std::size_t>(line_end - p));
    p = line_end == ends.end() ? line_end : line_end + 1;
    const auto colon = std::min(line.find(':'), line.size());
    const auto field = line.substr(0, colon);
    auto value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      AddData(value, event.data);
    } else if (field == "event") {
      event.name = value;
    }
  }
  return data_lines_ == 0 ? handler.OnSseOther(block) : handler.OnSseEvent(event);
}

void SseParser::AddData(std::string_view value, std::string_view& data) {
  ++data_lines_;
  if (data_lines_ == 1) {
    data = value;
    return;
  }
  if (data_lines_ == 2) joined_.assign(data);
  joined_ += '\n';
  joined_ += value;
  data = joined_;
}

}  // namespace ag::wire
