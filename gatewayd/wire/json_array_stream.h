#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ag::wire {

class JsonArrayHandler {
 public:
  virtual ~JsonArrayHandler() = default;
  // One element (an object), and its bytes with those before it: brackets, commas, white space. False stops the
  // feeding.
  virtual bool OnElement(std::string_view element, std::string_view raw) = 0;
  // Bytes that belong to no element: the closing bracket and what follows. All `raw` in a row are the stream's bytes.
  virtual void OnRest(std::string_view raw) = 0;
};

// Cuts a JSON array that arrives in pieces into its elements: Gemini's streams without alt=sse. Counts brackets;
// whether an element is good JSON is its reader's matter. An element that lies whole in the fed bytes is not copied.
class JsonArrayStream {
 public:
  static constexpr std::size_t kMaxElementBytes = 32 * 1024 * 1024;

  // kProtocol when an element grows too large.
  absl::Status Feed(std::string_view bytes, JsonArrayHandler& handler);
  bool closed() const { return closed_; }

 private:
  const char* FindElementEnd(const char* p, const char* end);
  const char* SkipString(const char* p, const char* end);

  std::string pending_;             // the begun element and what precedes it
  std::size_t block_start_ = 0;     // bytes of the block that were fed before the current piece
  std::size_t element_offset_ = 0;  // where the element begins in its block
  const char* piece_ = nullptr;     // the block's first byte in the current piece
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool closed_ = false;
};

}  // namespace ag::wire
