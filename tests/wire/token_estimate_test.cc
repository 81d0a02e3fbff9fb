#include "gatewayd/wire/token_estimate.h"

#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/decode.h"
#include "gatewayd/wire/image_size.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

TEST(TokenEstimate, CountsScriptsDifferentlyAndErrsHigh) {
  EXPECT_EQ(EstimateTextTokens("abcdefgh"), 2);
  EXPECT_EQ(EstimateTextTokens("世界"), 2);
  EXPECT_EQ(EstimateTextTokens("дом"), 3);
  Arena arena;
  const auto request = DecodeCanonical(
      MessagesEndpoint(), R"({"model":"m","messages":[{"role":"user","content":"What is the capital of France?"}]})",
      arena);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(EstimateTokens(**request), 18);  // (3 + 4 + 8) × 1.15, rounded up; the provider says 14
}

std::int64_t EstimateOf(const std::vector<Part>& parts) {
  Message message;
  message.parts = parts;
  ChatRequest request;
  request.messages = {&message, 1};
  return EstimateTokens(request);
}

std::string Base64(std::string_view bytes) { return absl::Base64Escape(ToAbsl(bytes)); }

// The head of a file, filled up so that it is long enough to be read.
std::string Head(std::string bytes) {
  bytes.resize(std::max<std::size_t>(bytes.size(), 48));
  return Base64(bytes);
}

using std::string_literals::operator""s;

std::string Png(int width, int height) {
  std::string bytes = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s;
  for (const int value : {width, height}) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift);
  }
  return Head(bytes);
}

TEST(TokenEstimate, CountsToolsSchemasCallsAndResults) {
  Arena arena;
  const auto schema = json::Parse(R"({"type":"object","properties":{"city":{"type":"string"}}})", arena);
  ASSERT_TRUE(schema.ok());
  ToolSpec tool;
  tool.name = "weather";
  tool.description = "Tells the weather of a city.";
  tool.parameters = *schema;
  ChatRequest request;
  EXPECT_EQ(EstimateTokens(request), 4);  // 3
  request.tools = {&tool, 1};
  EXPECT_EQ(EstimateTokens(request), 41);  // + 8 + 2 + 7 + 15
  ResponseFormat format;
  format.schema = *schema;
  request.response_format = format;
  EXPECT_EQ(EstimateTokens(request), 58);  // + 15

  ToolResultPart result;
  const std::vector<Part> content = {{TextPart{"It is sunny."}, {}, {}}};
  result.content = content;
  EXPECT_EQ(EstimateOf({{ToolCallPart{"1", "weather", R"({"city":"Paris"})", false}, {}, {}}}), 25);  // 7 + 8 + 2 + 4
  EXPECT_EQ(EstimateOf({{result, {}, {}}}), 21);                                                      // 7 + 8 + 3
  result.structured = *schema;
  EXPECT_EQ(EstimateOf({{result, {}, {}}}), 38);
}

TEST(TokenEstimate, CountsImagesByTheirSize) {
  const std::string small = Png(200, 150);
  const std::string large = Png(4000, 3000);
  ImagePart image;
  image.source.data = small;
  EXPECT_EQ(EstimateOf({{image, {}, {}}}), 55);  // (7 + 40) × 1.15
  image.source.data = large;
  EXPECT_EQ(EstimateOf({{image, {}, {}}}), 1849);  // (7 + 1600) × 1.15
  const std::string damaged = Png(-1, -1);
  image.source.data = damaged;
  EXPECT_EQ(EstimateOf({{image, {}, {}}}), 1849);
  image.source.data = "https://example.com/a.png";
  image.source.kind = MediaSource::Kind::kUrl;
  EXPECT_EQ(EstimateOf({{image, {}, {}}}), 1849);
}

TEST(TokenEstimate, CountsOtherMediaByTheirBytes) {
  const std::string mb(1'000'000, 'A');  // base64 of 750,000 bytes
  DocumentPart pdf;
  pdf.source = {MediaSource::Kind::kBase64, mb, "application/pdf"};
  EXPECT_EQ(EstimateOf({{pdf, {}, {}}}), 38821);  // (7 + 15 × 2250) × 1.15
  pdf.source.media_type = "text/plain";
  EXPECT_EQ(EstimateOf({{pdf, {}, {}}}), 215634);  // (7 + 187500) × 1.15
  pdf.source.kind = MediaSource::Kind::kFileId;
  EXPECT_EQ(EstimateOf({{pdf, {}, {}}}), 5184);  // two pages
  DocumentPart text;
  text.text = "four";
  text.title = "four";
  EXPECT_EQ(EstimateOf({{text, {}, {}}}), 11);
  AudioPart audio;
  audio.source = {MediaSource::Kind::kBase64, mb, "audio/mp3"};
  EXPECT_EQ(EstimateOf({{audio, {}, {}}}), 1738);  // (7 + 47 × 32) × 1.15
  VideoPart video;
  video.source = {MediaSource::Kind::kBase64, mb, "video/mp4"};
  EXPECT_EQ(EstimateOf({{video, {}, {}}}), 1044);  // (7 + 3 × 300) × 1.15
}

TEST(ImageSize, ReadsTheHeadsOfAllFormats) {
  const auto size = [](const std::string& base64) {
    const auto found = SizeOfImage(base64);
    return found ? std::to_string(found->width) + "x" + std::to_string(found->height) : "none";
  };
  EXPECT_EQ(size(Png(640, 480)), "640x480");
  EXPECT_EQ(size(Head("GIF89a\x80\x02\xe0\x01"s)), "640x480");
  EXPECT_EQ(size(Head("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"s)), "640x480");
  EXPECT_EQ(size(Head("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x02\xe0\x01"s)), "640x480");
  // 14 bits each, less one: 639 | 479 << 14
  EXPECT_EQ(size(Head("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x7f\xc2\x77\0"s)), "640x480");
  const std::string frame = "\xff\xc2\0\x11\x08\x01\xe0\x02\x80\x03"s;
  EXPECT_EQ(size(Head("\xff\xd8"s + frame)), "640x480");
  EXPECT_EQ(size(Head("\xff\xd8\xff\xe1\x75\x30"s + std::string(29998, 'x') + "\xff\xc4\0\x04yz"s + frame)), "640x480");
  // Damaged or unknown
  EXPECT_EQ(size(Head("\xff\xd8\xff\xe1\xff\xff"s)), "none");
  EXPECT_EQ(size(Head("\xff\xd8 no marker"s)), "none");
  EXPECT_EQ(size(Head("BM"s)), "none");
  EXPECT_EQ(size(Head("RIFF\0\0\0\0WEBPXXXX"s)), "none");
  EXPECT_EQ(size(Base64("\x89PNG")), "none");
  EXPECT_EQ(size(""), "none");
  EXPECT_EQ(size("!!!! no base64 at all, but long enough to be looked at, is it not? !!!!"), "none");
}

}  // namespace
}  // namespace ag::wire
