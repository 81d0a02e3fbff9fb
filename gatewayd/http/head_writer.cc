#include "gatewayd/http/head_writer.h"

#include <charconv>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

void AppendNumber(std::string& out, std::uint64_t value, int base) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, base);
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// Fields that the writers set themselves; by length first, since most names have another one.
bool IsOwnField(std::string_view name) {
  switch (name.size()) {
    case 4:
      return EqualsIgnoreCase(name, "date") || EqualsIgnoreCase(name, "host");
    case 10:
      return EqualsIgnoreCase(name, "connection") || EqualsIgnoreCase(name, "keep-alive");
    case 14:
      return EqualsIgnoreCase(name, "content-length");
    case 17:
      return EqualsIgnoreCase(name, "transfer-encoding");
    default:
      return false;
  }
}

void AppendFields(std::string& out, std::span<const Header> headers) {
  for (const Header& field : headers) {
    // A line break in a value would let its author write fields of his own.
    if (IsOwnField(field.name) || !IsToken(field.name) || !IsFieldValue(field.value)) continue;
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
}

}  // namespace

void AppendReplyHead(std::string& out, const ResponseHead& head, const ReplyLines& lines) {
  out.append("HTTP/1.1 ");
  AppendNumber(out, static_cast<std::uint64_t>(head.status), 10);
  out += ' ';
  out.append(head.reason.empty() || !IsFieldValue(head.reason) ? ReasonPhrase(head.status) : head.reason);
  out.append("\r\n");
  AppendFields(out, head.headers);
  if (lines.framing == ReplyFramingField::kChunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (lines.framing == ReplyFramingField::kLength) {
    out.append("Content-Length: ");
    AppendNumber(out, lines.length, 10);
    out.append("\r\n");
  }
  if (!lines.connection.empty()) out.append("Connection: ").append(lines.connection).append("\r\n");
  out.append(lines.date_line).append("\r\n");
}

void AppendRequestHead(std::string& out, const RequestLines& lines, std::span<const Header> headers) {
  out.append(lines.method).append(" ").append(lines.target).append(" HTTP/1.1\r\nHost: ").append(lines.host);
  out.append("\r\n");
  AppendFields(out, headers);
  if (!lines.proxy_authorization.empty()) {
    out.append("Proxy-Authorization: ").append(lines.proxy_authorization).append("\r\n");
  }
  if (lines.length) {
    out.append("Content-Length: ");
    AppendNumber(out, *lines.length, 10);
    out.append("\r\n");
  }
  out.append("\r\n");
}

void AppendChunkSize(std::string& out, std::size_t size) {
  AppendNumber(out, size, 16);
  out.append("\r\n");
}

}  // namespace ag::http
