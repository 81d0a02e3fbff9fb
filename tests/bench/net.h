#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What mock and load share: raw sockets, and just enough HTTP to find where a message ends.
namespace ag::bench {

// A non-blocking listening socket on 127.0.0.1; `port` 0 picks one and is set. Ends the process when it cannot.
int Listen(std::uint16_t& port);
// A connected, then non-blocking socket; -1 when nobody listens.
int ConnectTo(std::uint16_t port);
void SetNoDelay(int fd);

// The value of a header in a message's head, as written; empty when absent.
std::string_view HeaderValue(std::string_view head, std::string_view lower_case_name);

// Tells how many bytes of `data` belong to the message (head and body) at its front; 0 while it is not complete. Keeps
// its place between calls, so that a long body is not scanned again.
class MessageEnd {
 public:
  std::size_t Find(std::string_view data);
  std::size_t head_size() const { return head_size_; }
  void Reset() { *this = MessageEnd(); }

 private:
  bool ScanChunks(std::string_view data);

  std::size_t head_size_ = 0;
  std::size_t position_ = 0;  // of the next chunk's size line, or the end of a body with a length
  bool chunked_ = false;
};

}  // namespace ag::bench
