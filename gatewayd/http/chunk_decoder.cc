#include "gatewayd/http/chunk_decoder.h"

#include <algorithm>

#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

constexpr int kMaxSizeDigits = 15;
// Over one whole body; a peer that sends more than this besides its data has nothing good in mind.
constexpr std::size_t kMaxOverhead = 64 * 1024;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkDecoder::Result ChunkDecoder::Next(std::string_view& in, std::string_view& data) {
  while (state_ != State::kDone) {
    if (in.empty()) return Result::kNeedMore;
    if (state_ == State::kData) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
      data = in.substr(0, size);
      in.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::kDataCr;
      return Result::kData;
    }
    const char c = in.front();
    in.remove_prefix(1);
    if (!StepByte(c)) return Result::kMalformed;
  }
  return Result::kDone;
}

bool ChunkDecoder::StepByte(char c) {
  switch (state_) {
    case State::kSizeFirst:
    case State::kSize:
      return OnSizeByte(c);
    case State::kExtension:
      if (c == '\r') {
        state_ = State::kSizeLf;
        return true;
      }
      return IsFieldChar(c) && OnOverheadByte();
    case State::kSizeLf:
      return Expect(c, '\n', left_ == 0 ? State::kTrailerFirst : State::kData);
    case State::kDataCr:
      return Expect(c, '\r', State::kDataLf);
    case State::kDataLf:
      digits_ = 0;
      return Expect(c, '\n', State::kSizeFirst);
    case State::kTrailerFirst:
      if (c == '\r') {
        state_ = State::kEndLf;
        return true;
      }
      state_ = State::kTrailer;
      return IsTokenChar(c) && OnOverheadByte();
    case State::kTrailer:
      if (c == '\r') {
        state_ = State::kTrailerLf;
        return true;
      }
      return IsFieldChar(c) && OnOverheadByte();
    case State::kTrailerLf:
      return Expect(c, '\n', State::kTrailerFirst);
    case State::kEndLf:
      return Expect(c, '\n', State::kDone);
    case State::kData:
    case State::kDone:
      break;
  }
  return false;
}

bool ChunkDecoder::OnSizeByte(char c) {
  if (const int value = HexValue(c); value >= 0) {
    left_ = (state_ == State::kSizeFirst ? 0 : left_ << 4) | static_cast<std::uint64_t>(value);
    state_ = State::kSize;
    return ++digits_ <= kMaxSizeDigits;
  }
  if (state_ == State::kSizeFirst) return false;
  if (c == '\r') {
    state_ = State::kSizeLf;
    return true;
  }
  state_ = State::kExtension;
  return (c == ';' || c == ' ' || c == '\t') && OnOverheadByte();
}

bool ChunkDecoder::OnOverheadByte() { return ++overhead_ <= kMaxOverhead; }

bool ChunkDecoder::Expect(char c, char wanted, State next) {
  state_ = next;
  return c == wanted;
}

}  // namespace ag::http
