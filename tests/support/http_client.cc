#include "tests/support/http_client.h"

#include <absl/strings/str_cat.h>

#include <charconv>

#include "gatewayd/base/strings.h"

namespace ag::test {

HttpConnection::HttpConnection(std::uint16_t port) : host_(absl::StrCat("127.0.0.1:", port)), stream_(Connect(port)) {
  if (stream_) reader_ = std::make_unique<MessageReader>(*stream_);
}

bool HttpConnection::Send(std::string_view method, std::string_view target, const std::vector<Field>& headers,
                          std::string_view body) {
  std::string text = absl::StrCat(ToAbsl(method), " ", ToAbsl(target), " HTTP/1.1\r\n");
  if (FindField(headers, "host").empty()) absl::StrAppend(&text, "Host: ", host_, "\r\n");
  for (const Field& field : headers) absl::StrAppend(&text, field.name, ": ", field.value, "\r\n");
  const bool framed = !FindField(headers, "transfer-encoding").empty();
  if (!framed && (!body.empty() || method == "POST")) absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  absl::StrAppend(&text, "\r\n", ToAbsl(body));
  return SendRaw(text);
}

bool HttpConnection::SendRaw(std::string_view bytes) { return stream_ && stream_->Write(bytes); }

HttpResponse HttpConnection::ReadHead(std::string_view method) {
  HttpResponse response;
  while (stream_ && response.status < 200) {
    std::optional<MessageHead> head = reader_->ReadHead();
    // "HTTP/1.1 200 OK"
    if (!head || head->start_line.size() < 12) return {};
    const char* code = head->start_line.data() + 9;
    if (std::from_chars(code, code + 3, response.status).ec != std::errc()) return {};
    if (response.status < 200) {
      ++informational_;
      continue;
    }
    if (method == "HEAD" || response.status == 204 || response.status == 304) {
      reader_->BeginEmptyBody();
    } else {
      reader_->BeginBody(*head, MessageReader::Unframed::kUntilClose);
    }
    response.headers = std::move(head->fields);
  }
  return response;
}

HttpResponse HttpConnection::ReadResponse(std::string_view method) {
  HttpResponse response = ReadHead(method);
  if (response.status == 0) return response;
  response.body = reader_->ReadRest();
  response.complete = reader_->complete();
  return response;
}

HttpResponse HttpConnection::Exchange(std::string_view method, std::string_view target,
                                      const std::vector<Field>& headers, std::string_view body) {
  if (!Send(method, target, headers, body)) return {};
  return ReadResponse(method);
}

bool HttpConnection::AtEnd() {
  char byte = 0;
  return !stream_ || stream_->Read(&byte, 1) <= 0;
}

HttpResponse HttpGet(std::uint16_t port, std::string_view target, const std::vector<Field>& headers) {
  HttpConnection connection(port);
  std::vector<Field> all = headers;
  all.push_back({"Connection", "close"});
  return connection.Exchange("GET", target, all);
}

HttpResponse HttpPost(std::uint16_t port, std::string_view target, std::string_view body,
                      const std::vector<Field>& headers) {
  HttpConnection connection(port);
  std::vector<Field> all = headers;
  all.push_back({"Connection", "close"});
  if (FindField(headers, "content-type").empty()) all.push_back({"Content-Type", "application/json"});
  return connection.Exchange("POST", target, all, body);
}

}  // namespace ag::test
