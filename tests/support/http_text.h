#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/socket.h"

// A small HTTP/1.1 reader of the tests' own, so that gatewayd's parser is never judged by itself.
namespace ag::test {

struct Field {
  std::string name;
  std::string value;
};

// The first field of that name, without regard to case; empty when absent.
std::string_view FindField(const std::vector<Field>& fields, std::string_view name);

struct MessageHead {
  std::string start_line;
  std::vector<Field> fields;
  std::string_view Find(std::string_view name) const { return FindField(fields, name); }
};

// Reads messages from a stream that it does not own.
class MessageReader {
 public:
  explicit MessageReader(ByteStream& stream) : stream_(stream) {}

  // The next head; none when the peer ended or what came is no HTTP.
  std::optional<MessageHead> ReadHead();
  // Fixes how long the body is, by the head's fields. `until_close` tells what no framing means: to the end of the
  // connection (responses) or no body (requests).
  enum class Unframed { kEmpty, kUntilClose };
  void BeginBody(const MessageHead& head, Unframed unframed);
  void BeginEmptyBody();
  // The next decoded body bytes, as they came; none at the end.
  std::optional<std::string> ReadBody();
  std::string ReadRest();
  // True when the body ended as its framing says.
  bool complete() const { return complete_; }
  // Bytes that were read but belong to what follows.
  std::string TakeBuffered() { return std::exchange(buffer_, {}); }

 private:
  bool Fill();
  std::optional<std::string> ReadLine();
  bool NextChunk();

  enum class Framing { kNone, kLength, kChunked, kUntilClose };
  ByteStream& stream_;
  std::string buffer_;
  Framing framing_ = Framing::kNone;
  std::size_t left_ = 0;  // of the length, or of the present chunk
  bool complete_ = false;
};

}  // namespace ag::test
