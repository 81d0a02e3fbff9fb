#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http_text.h"

namespace ag::test {

struct HttpResponse {
  int status = 0;  // 0: no response came
  std::vector<Field> headers;
  std::string body;
  bool complete = false;  // false: the body was cut
  std::string_view Header(std::string_view name) const { return FindField(headers, name); }
};

// One client connection to 127.0.0.1:port; blocking, kept alive between requests.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port);

  bool connected() const { return stream_ != nullptr; }
  // Sends a request; Host is added, Content-Length too when there is a body.
  bool Send(std::string_view method, std::string_view target, const std::vector<Field>& headers,
            std::string_view body = {});
  bool SendRaw(std::string_view bytes);
  // The response's head, after any 1xx; `method` of the request decides whether a body follows.
  HttpResponse ReadHead(std::string_view method = "POST");
  // The next bytes of its body; none at the end.
  std::optional<std::string> ReadPiece() { return reader_->ReadBody(); }
  bool body_complete() const { return reader_->complete(); }
  // Head and body.
  HttpResponse ReadResponse(std::string_view method = "POST");
  HttpResponse Exchange(std::string_view method, std::string_view target, const std::vector<Field>& headers,
                        std::string_view body = {});
  // True when the server closed (nothing more to read).
  bool AtEnd();
  // How many 1xx heads were skipped.
  int informational() const { return informational_; }
  ByteStream& stream() { return *stream_; }

 private:
  std::string host_;
  std::unique_ptr<Socket> stream_;
  std::unique_ptr<MessageReader> reader_;
  int informational_ = 0;
};

// One request on a connection of its own.
HttpResponse HttpGet(std::uint16_t port, std::string_view target, const std::vector<Field>& headers = {});
HttpResponse HttpPost(std::uint16_t port, std::string_view target, std::string_view body,
                      const std::vector<Field>& headers = {});

}  // namespace ag::test
