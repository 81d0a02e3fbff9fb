#include "tests/fakes/reply.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <random>

namespace ag::test {

Reply& Reply::Header(std::string name, std::string value) {
  headers_.push_back({std::move(name), std::move(value)});
  return *this;
}

Reply& Reply::Body(std::string bytes) {
  framing_ = Framing::kLength;
  return Piece(std::move(bytes));
}

Reply& Reply::Json(std::string bytes) {
  if (FindField(headers_, "content-type").empty()) Header("Content-Type", "application/json");
  return Body(std::move(bytes));
}

Reply& Reply::Sse(std::string bytes) {
  if (FindField(headers_, "content-type").empty()) Header("Content-Type", "text/event-stream");
  framing_ = Framing::kChunked;
  return Piece(std::move(bytes));
}

Reply& Reply::Piece(std::string bytes, std::size_t times) {
  parts_.push_back({std::move(bytes), times, std::exchange(next_gate_, nullptr)});
  return *this;
}

Reply& Reply::Chunked() {
  framing_ = Framing::kChunked;
  return *this;
}

Reply& Reply::UntilClose() {
  framing_ = Framing::kUntilClose;
  return *this;
}

std::string Reply::JoinBody() {
  std::string all;
  for (const Part& part : std::exchange(parts_, {})) {
    for (std::size_t i = 0; i < part.times; ++i) all += part.bytes;
  }
  return all;
}

Reply& Reply::SplitEvery(std::size_t size) {
  const std::string all = JoinBody();
  for (std::size_t at = 0; at < all.size(); at += size) Piece(all.substr(at, size));
  return *this;
}

Reply& Reply::SplitAtRandom(std::size_t average, unsigned seed) {
  std::minstd_rand random(seed);
  std::uniform_int_distribution<std::size_t> sizes(1, std::max<std::size_t>(1, 2 * average));
  const std::string all = JoinBody();
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t size = sizes(random);
    Piece(all.substr(at, size));
    at += size;
  }
  return *this;
}

Reply& Reply::StallHead(std::shared_ptr<Gate> gate) {
  head_gate_ = std::move(gate);
  return *this;
}

Reply& Reply::Stall(std::shared_ptr<Gate> gate) {
  next_gate_ = std::move(gate);
  return *this;
}

Reply& Reply::Early() {
  early_ = true;
  close_ = true;
  return *this;
}

Reply& Reply::Informational(int status) {
  informational_ = status;
  return *this;
}

Reply& Reply::Raw(std::string bytes) {
  raw_ = std::move(bytes);
  return *this;
}

Reply& Reply::Close() {
  close_ = true;
  return *this;
}

Reply& Reply::CutClean() {
  end_ = End::kFin;
  return *this;
}

Reply& Reply::CutReset() {
  end_ = End::kReset;
  return *this;
}

Reply& Reply::CloseBeforeHead() {
  no_head_ = true;
  return CutClean();
}

Reply& Reply::ResetBeforeHead() {
  no_head_ = true;
  return CutReset();
}

std::size_t Reply::BodySize() const {
  std::size_t size = 0;
  for (const Part& part : parts_) size += part.bytes.size() * part.times;
  return size;
}

std::string Reply::HeadText() const {
  std::string text;
  if (informational_ != 0) absl::StrAppend(&text, "HTTP/1.1 ", informational_, " Wait\r\n\r\n");
  absl::StrAppend(&text, "HTTP/1.1 ", status_, " Scripted\r\n");
  for (const Field& field : headers_) absl::StrAppend(&text, field.name, ": ", field.value, "\r\n");
  // A body that is cut must promise more than it brings.
  const std::size_t missing = end_ == End::kWell ? 0 : 1000;
  if (framing_ == Framing::kLength) absl::StrAppend(&text, "Content-Length: ", BodySize() + missing, "\r\n");
  if (framing_ == Framing::kChunked) absl::StrAppend(&text, "Transfer-Encoding: chunked\r\n");
  if (close_ || framing_ == Framing::kUntilClose) absl::StrAppend(&text, "Connection: close\r\n");
  return text + "\r\n";
}

}  // namespace ag::test
