#include "gatewayd/wire/media.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::wire {
namespace {

// Names that no public server has: RFC 6761, RFC 6762 with its appendix G, RFC 8375, and ICANN's "internal".
constexpr std::string_view kPrivateDomains[] = {"localhost", "local", "localdomain", "internal", "intranet",
                                                "private",   "corp",  "home",        "lan",      "home.arpa"};

struct Block {
  std::uint32_t address;
  int bits;
};
constexpr std::uint32_t Ip(std::uint32_t a, std::uint32_t b, std::uint32_t c) { return a << 24 | b << 16 | c << 8; }
// What is not public (RFC 6890 and its registry): private, loopback, link-local, shared, documentation, multicast …
constexpr Block kPrivateBlocks[] = {
    {Ip(0, 0, 0), 8},       {Ip(10, 0, 0), 8},     {Ip(100, 64, 0), 10}, {Ip(127, 0, 0), 8},    {Ip(169, 254, 0), 16},
    {Ip(172, 16, 0), 12},   {Ip(192, 0, 0), 24},   {Ip(192, 0, 2), 24},  {Ip(192, 168, 0), 16}, {Ip(198, 18, 0), 15},
    {Ip(198, 51, 100), 24}, {Ip(203, 0, 113), 24}, {Ip(224, 0, 0), 3},
};

struct Extension {
  std::string_view name;
  std::string_view media_type;
};
constexpr Extension kExtensions[] = {
    {"png", "image/png"},        {"jpg", "image/jpeg"},        {"jpeg", "image/jpeg"},     {"gif", "image/gif"},
    {"webp", "image/webp"},      {"heic", "image/heic"},       {"heif", "image/heif"},     {"avif", "image/avif"},
    {"bmp", "image/bmp"},        {"tif", "image/tiff"},        {"tiff", "image/tiff"},     {"svg", "image/svg+xml"},
    {"mp3", "audio/mp3"},        {"wav", "audio/wav"},         {"flac", "audio/flac"},     {"aac", "audio/aac"},
    {"ogg", "audio/ogg"},        {"oga", "audio/ogg"},         {"opus", "audio/ogg"},      {"aif", "audio/aiff"},
    {"aiff", "audio/aiff"},      {"m4a", "audio/m4a"},         {"mp4", "video/mp4"},       {"m4v", "video/mp4"},
    {"mpeg", "video/mpeg"},      {"mpg", "video/mpeg"},        {"mov", "video/quicktime"}, {"avi", "video/x-msvideo"},
    {"flv", "video/x-flv"},      {"wmv", "video/x-ms-wmv"},    {"webm", "video/webm"},     {"3gp", "video/3gpp"},
    {"mkv", "video/x-matroska"}, {"pdf", "application/pdf"},   {"txt", "text/plain"},      {"md", "text/markdown"},
    {"html", "text/html"},       {"htm", "text/html"},         {"css", "text/css"},        {"csv", "text/csv"},
    {"xml", "text/xml"},         {"json", "application/json"}, {"rtf", "text/rtf"},
};

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status Refused(std::string_view field, std::string_view why) {
  return FieldError(ErrorKind::kInvalidRequest, field,
                    absl::StrCat("`", ToAbsl(field), "`: ", ToAbsl(why),
                                 " Send the content inline, as base64 in a data: URL, or an https:// URL of a public "
                                 "server."));
}

// data:[<type>][;<parameter>…];base64,<text> (RFC 2397)
absl::StatusOr<MediaSource> ReadDataUrl(std::string_view rest, std::string_view field) {
  const std::size_t comma = rest.find(',');
  if (comma == std::string_view::npos) return Refused(field, "a data: URL needs a comma before its content.");
  std::string_view head = rest.substr(0, comma);
  const std::size_t last = head.rfind(';');
  if (last == std::string_view::npos || !EqualsIgnoreCase(TrimSpace(head.substr(last + 1)), "base64")) {
    return Refused(field, "a data: URL must be in base64.");
  }
  MediaSource source;
  source.data = rest.substr(comma + 1);
  if (source.data.empty()) return Refused(field, "the data: URL is empty.");
  head = head.substr(0, last);
  source.media_type = TrimSpace(head.substr(0, head.find(';')));
  // Providers compare the name, so the usual spelling is sent.
  for (const Extension& known : kExtensions) {
    if (EqualsIgnoreCase(known.media_type, source.media_type)) source.media_type = known.media_type;
  }
  return source;
}

// The host of an authority without user information; none when it is not one that a URL can have.
std::optional<std::string_view> HostOf(std::string_view authority) {
  const std::size_t colon = authority.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    if (port.size() > 5 || !std::all_of(port.begin(), port.end(), IsDigit)) return std::nullopt;
  }
  std::string_view host = authority.substr(0, colon);
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  const bool letters = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '-' || c == '.' || c == '_';
  });
  if (host.empty() || !letters || host.front() == '.' || host.find("..") != std::string_view::npos) return std::nullopt;
  return host;
}

// Four plain decimal numbers. Resolvers read others as addresses too (127.1, 0x7f000001, 0177.0.0.1); those give none.
std::optional<std::uint32_t> AddressOf(std::string_view host) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t dot = host.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const std::string_view part = host.substr(0, dot);
    const bool plain = !part.empty() && part.size() <= 3 && std::all_of(part.begin(), part.end(), IsDigit) &&
                       (part.size() == 1 || part.front() != '0');
    if (!plain) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : part) value = value * 10 + static_cast<std::uint32_t>(c - '0');
    if (value > 255) return std::nullopt;
    address = address << 8 | value;
    if (i < 3) host.remove_prefix(dot + 1);
  }
  return address;
}

bool IsPrivateAddress(std::uint32_t address) {
  return std::any_of(std::begin(kPrivateBlocks), std::end(kPrivateBlocks),
                     [&](const Block& block) { return (address ^ block.address) >> (32 - block.bits) == 0; });
}

// A host whose last label begins with a digit is an address or nothing: no top-level domain does.
bool LooksLikeAddress(std::string_view host) { return IsDigit(host.substr(host.rfind('.') + 1).front()); }

bool IsPrivateName(std::string_view host) {
  return std::any_of(std::begin(kPrivateDomains), std::end(kPrivateDomains), [&](std::string_view domain) {
    if (host.size() < domain.size() || !EqualsIgnoreCase(host.substr(host.size() - domain.size()), domain))
      return false;
    return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
  });
}

absl::Status CheckAuthority(std::string_view authority, std::string_view field) {
  if (authority.find('@') != std::string_view::npos) return Refused(field, "a URL with a user name is refused.");
  if (!authority.empty() && authority.front() == '[') return Refused(field, "a URL with an IPv6 address is refused.");
  const std::optional<std::string_view> host = HostOf(authority);
  if (!host) return Refused(field, "the URL's host is not valid.");
  constexpr std::string_view kPrivate = "the URL names a private host, which no provider can reach.";
  if (LooksLikeAddress(*host)) {
    const std::optional<std::uint32_t> address = AddressOf(*host);
    if (!address) return Refused(field, "the URL's host is not valid.");
    return IsPrivateAddress(*address) ? Refused(field, kPrivate) : absl::OkStatus();
  }
  if (host->find('.') == std::string_view::npos || IsPrivateName(*host)) return Refused(field, kPrivate);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MediaSource> ReadMediaUrl(std::string_view url, std::string_view field) {
  constexpr std::string_view kData = "data:";
  constexpr std::string_view kHttps = "https://";
  url = TrimSpace(url);
  if (StartsWithIgnoreCase(url, kData)) return ReadDataUrl(url.substr(kData.size()), field);
  if (StartsWithIgnoreCase(url, "http:")) return Refused(field, "an http:// URL is refused.");
  if (!StartsWithIgnoreCase(url, kHttps)) return Refused(field, "this is no URL that a provider can read.");
  const std::string_view rest = url.substr(kHttps.size());
  // Browsers and several libraries take a backslash for a slash.
  if (absl::Status status = CheckAuthority(rest.substr(0, rest.find_first_of("/?#\\")), field); !status.ok()) {
    return status;
  }
  MediaSource source;
  source.kind = MediaSource::Kind::kUrl;
  source.data = url;
  return source;
}

std::string_view MediaTypeOfUrl(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = url.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view name = url.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  for (const Extension& known : kExtensions) {
    if (EqualsIgnoreCase(known.name, name.substr(dot + 1))) return known.media_type;
  }
  return {};
}

}  // namespace ag::wire
