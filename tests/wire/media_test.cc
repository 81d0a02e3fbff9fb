#include "gatewayd/wire/media.h"

#include <gtest/gtest.h>

#include <string>

#include "gatewayd/base/error.h"

namespace ag::wire {
namespace {

constexpr std::string_view kField = "messages[0].content[1].image_url.url";

struct Inline {
  const char* url;
  const char* media_type;
};

// TRANSLATION row 25: base64 everywhere.
TEST(Media, ReadsDataUrlsWithParametersAndInAnyCase) {
  const Inline cases[] = {
      {"data:image/png;base64,iVBORw0KGgo=", "image/png"},
      {"DATA:image/PNG;BASE64,iVBORw0KGgo=", "image/png"},
      {"data:audio/wav;codecs=1;rate=16000;base64,iVBORw0KGgo=", "audio/wav"},
      {"data:text/plain; charset=utf-8; base64,iVBORw0KGgo=", "text/plain"},
      {"data:application/x-unknown;base64,iVBORw0KGgo=", "application/x-unknown"},
      {"data:;base64,iVBORw0KGgo=", ""},
      {" data:image/png;base64,iVBORw0KGgo=\n", "image/png"},
  };
  for (const Inline& each : cases) {
    const auto source = ReadMediaUrl(each.url, kField);
    ASSERT_TRUE(source.ok()) << each.url << ": " << source.status();
    EXPECT_EQ(source->kind, MediaSource::Kind::kBase64) << each.url;
    EXPECT_EQ(source->data, "iVBORw0KGgo=") << each.url;
    EXPECT_EQ(source->media_type, each.media_type) << each.url;
  }
}

TEST(Media, PassesPublicHttpsUrlsOn) {
  for (const std::string_view url :
       {"https://example.com/a.png", "HTTPS://Example.COM", "https://example.com:8443/a?b=c#d", "https://8.8.8.8/a",
        "https://xn--bcher-kva.example/a", "https://example.com./a", "https://a_b.example.com/x",
        "https://1password.com/", "https://example.com/a@b:c", "https://172.15.0.1/", "https://172.32.0.1/",
        "https://100.63.0.1/", "https://local.example.com/", "https://mylocal.net/"}) {
    const auto source = ReadMediaUrl(url, kField);
    ASSERT_TRUE(source.ok()) << url << ": " << source.status();
    EXPECT_EQ(source->kind, MediaSource::Kind::kUrl);
    EXPECT_EQ(source->data, url);
    EXPECT_EQ(source->media_type, "");
  }
}

// LESSONS 16: nothing that a provider could not or must not read leaves the gateway.
TEST(Media, RefusesEverythingElse) {
  for (const std::string_view url :
       {// other schemes and local paths
        "", "http://example.com/a.png", "HTTP://example.com", "file:///etc/passwd", "/etc/passwd", "../secret.png",
        "C:\\secret.png", "ftp://example.com/a", "gs://bucket/a", "https:/example.com", "https:example.com",
        "javascript:1", "ht\ntps://example.com",
        // no host, or none that is valid
        "https://", "https:///a", "https://:443/a", "https://.example.com/", "https://a..b/", "https://exa mple.com/",
        "https://b\xC3\xBC"
        "cher.example/",
        "https://%6cocalhost.example.com/", "https://example.com:port/", "https://example.com:123456/",
        "https://exam\nple.com/", "https://example.com\t/",
        // user information hides the host
        "https://user@example.com/", "https://example.com:x@127.0.0.1/", "https://user:pass@example.com/",
        "https://127.0.0.1\\@example.com/",
        // private names
        "https://localhost/", "https://LOCALHOST:8080/a", "https://localhost./", "https://a.localhost/",
        "https://printer.local/", "https://metadata.google.internal/", "https://router.home.arpa/", "https://nas.lan/",
        "https://wiki.corp/", "https://intranet/", "https://server",
        // private addresses
        "https://127.0.0.1/", "https://127.255.255.255", "https://10.0.0.1", "https://172.16.0.1/",
        "https://172.31.9.9/", "https://192.168.1.1:443/", "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/", "https://0.0.0.0/", "https://224.0.0.1/", "https://255.255.255.255/",
        "https://198.18.0.1/", "https://192.0.2.7/",
        // addresses in disguise
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/",
        "https://127.0.0.1./", "https://256.0.0.1/", "https://1.2.3.4.5/", "https://08.8.8.8/", "https://example.0x7f/",
        // IPv6
        "https://[::1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/",
        "https://[2001:4860:4860::8888]/",
        // data
        "data:image/png,abc", "data:image/png;base64", "data:image/png;base64,", "data:,", "data:image/png;base65,aa",
        "data:base64,aa"}) {
    const auto source = ReadMediaUrl(url, kField);
    ASSERT_FALSE(source.ok()) << url;
    EXPECT_EQ(DetailOf(source.status()).kind, ErrorKind::kInvalidRequest) << url;
    EXPECT_EQ(DetailOf(source.status()).param, kField) << url;
    EXPECT_NE(source.status().message().find("https://"), std::string::npos) << "the message says what to do";
  }
}

TEST(Media, NamesTheTypeByExtension) {
  EXPECT_EQ(MediaTypeOfUrl("https://host/a.png?x=1"), "image/png");
  EXPECT_EQ(MediaTypeOfUrl("https://host/a.b/c.JPG#frag"), "image/jpeg");
  EXPECT_EQ(MediaTypeOfUrl("https://host/paper.pdf"), "application/pdf");
  EXPECT_EQ(MediaTypeOfUrl("gs://bucket/talk.mp3"), "audio/mp3");
  EXPECT_EQ(MediaTypeOfUrl("https://host/clip.mp4?file=a.png"), "video/mp4");
  EXPECT_EQ(MediaTypeOfUrl("https://host/a.png/"), "");
  EXPECT_EQ(MediaTypeOfUrl("https://host/png"), "");
  EXPECT_EQ(MediaTypeOfUrl("https://host/a.unknown"), "");
  EXPECT_EQ(MediaTypeOfUrl("https://archive.zip"), "");
  EXPECT_EQ(MediaTypeOfUrl("https://host.png"), "") << "a host is no file";
  EXPECT_EQ(MediaTypeOfUrl(""), "");
}

}  // namespace
}  // namespace ag::wire
