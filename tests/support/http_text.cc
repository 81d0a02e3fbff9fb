#include "tests/support/http_text.h"

#include <algorithm>
#include <charconv>

#include "gatewayd/base/strings.h"

namespace ag::test {

std::string_view FindField(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return {};
}

bool MessageReader::Fill() {
  char bytes[16384];
  const long got = stream_.Read(bytes, sizeof bytes);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> MessageReader::ReadLine() {
  std::size_t end = buffer_.find("\r\n");
  while (end == std::string::npos) {
    if (!Fill()) return std::nullopt;
    end = buffer_.find("\r\n");
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::optional<MessageHead> MessageReader::ReadHead() {
  MessageHead head;
  std::optional<std::string> line = ReadLine();
  if (!line || line->empty()) return std::nullopt;
  head.start_line = *std::move(line);
  while (true) {
    line = ReadLine();
    if (!line) return std::nullopt;
    if (line->empty()) return head;
    const std::size_t colon = line->find(':');
    if (colon == std::string::npos) return std::nullopt;
    head.fields.push_back({line->substr(0, colon), std::string(TrimSpace(std::string_view(*line).substr(colon + 1)))});
  }
}

void MessageReader::BeginBody(const MessageHead& head, Unframed unframed) {
  complete_ = false;
  left_ = 0;
  const std::string_view length = head.Find("content-length");
  if (head.Find("transfer-encoding") == "chunked") {
    framing_ = Framing::kChunked;
  } else if (!length.empty()) {
    framing_ = Framing::kLength;
    std::from_chars(length.data(), length.data() + length.size(), left_);
    complete_ = left_ == 0;
  } else if (unframed == Unframed::kUntilClose) {
    framing_ = Framing::kUntilClose;
  } else {
    BeginEmptyBody();
  }
}

void MessageReader::BeginEmptyBody() {
  framing_ = Framing::kNone;
  left_ = 0;
  complete_ = true;
}

// Reads the line before a chunk; after the last one also the trailer.
bool MessageReader::NextChunk() {
  const std::optional<std::string> line = ReadLine();
  if (!line) return false;
  const auto parsed = std::from_chars(line->data(), line->data() + line->size(), left_, 16);
  if (parsed.ec != std::errc()) return false;
  if (left_ > 0) return true;
  for (std::optional<std::string> trailer = ReadLine(); trailer; trailer = ReadLine()) {
    if (trailer->empty()) {
      complete_ = true;
      return false;
    }
  }
  return false;
}

std::optional<std::string> MessageReader::ReadBody() {
  if (complete_) return std::nullopt;
  if (framing_ == Framing::kUntilClose) {
    if (buffer_.empty() && !Fill()) {
      complete_ = true;
      return std::nullopt;
    }
    return std::exchange(buffer_, {});
  }
  if (framing_ == Framing::kChunked && left_ == 0 && !NextChunk()) return std::nullopt;
  if (buffer_.empty() && !Fill()) return std::nullopt;
  const std::size_t size = std::min(left_, buffer_.size());
  std::string piece = buffer_.substr(0, size);
  buffer_.erase(0, size);
  left_ -= size;
  if (left_ == 0 && framing_ == Framing::kChunked && !ReadLine()) return std::nullopt;
  if (left_ == 0 && framing_ == Framing::kLength) complete_ = true;
  return piece;
}

std::string MessageReader::ReadRest() {
  std::string rest;
  for (std::optional<std::string> piece = ReadBody(); piece; piece = ReadBody()) rest += *piece;
  return rest;
}

}  // namespace ag::test
