#include "gatewayd/wire/token_estimate.h"

#include <algorithm>
#include <optional>
#include <span>
#include <variant>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/image_size.h"

namespace ag::wire {
namespace {

constexpr std::int64_t kTokensPerMessage = 4;  // role and separators
constexpr std::int64_t kTokensPerReply = 3;    // the opening of the answer
constexpr std::int64_t kTokensPerTool = 8;     // of a definition, a call or a result
// An image is scaled down to what costs this: https://platform.claude.com/docs/en/build-with-claude/vision
constexpr std::int64_t kTokensPerImage = 1600;
constexpr std::int64_t kPixelsPerToken = 750;
// Text and picture of a page, 1,500 to 3,000: https://platform.claude.com/docs/en/build-with-claude/pdf-support
constexpr std::int64_t kTokensPerPage = 2250;
constexpr std::int64_t kBytesPerPage = 50'000;
// A second of sound has 32 tokens and one of video 300 (https://ai.google.dev/gemini-api/docs/tokens); seconds from the
// bytes of common bit rates.
constexpr std::int64_t kTokensPerAudioSecond = 32;
constexpr std::int64_t kBytesPerAudioSecond = 16'000;
constexpr std::int64_t kTokensPerVideoSecond = 300;
constexpr std::int64_t kBytesPerVideoSecond = 250'000;
// Of media that are only named, by a URL or an id.
constexpr std::int64_t kUnknownSeconds = 60;
constexpr std::int64_t kUnknownPages = 2;

// Rounded up; `unknown` for media whose bytes are elsewhere.
std::int64_t UnitsOf(const MediaSource& source, std::int64_t bytes_a_unit, std::int64_t unknown) {
  if (source.kind != MediaSource::Kind::kBase64) return unknown;
  const auto bytes = static_cast<std::int64_t>(source.data.size()) * 3 / 4;
  return (bytes + bytes_a_unit - 1) / bytes_a_unit;
}

std::int64_t TokensOfImage(const ImagePart& image) {
  if (image.source.kind != MediaSource::Kind::kBase64) return kTokensPerImage;
  const std::optional<ImageSize> size = SizeOfImage(image.source.data);
  if (!size) return kTokensPerImage;
  // A damaged head may state any number.
  constexpr std::int64_t kLongestSide = 16'000;
  const std::int64_t pixels = std::min(size->width, kLongestSide) * std::min(size->height, kLongestSide);
  return std::clamp((pixels + kPixelsPerToken - 1) / kPixelsPerToken, std::int64_t{1}, kTokensPerImage);
}

std::int64_t TokensOfDocument(const DocumentPart& document) {
  std::int64_t sum = EstimateTextTokens(document.title) + EstimateTextTokens(document.context);
  if (document.source.data.empty()) return sum + EstimateTextTokens(document.text);
  if (document.source.media_type.substr(0, 5) == "text/" && document.source.kind == MediaSource::Kind::kBase64) {
    return sum + static_cast<std::int64_t>(document.source.data.size()) * 3 / 16;  // four bytes a token
  }
  return sum + kTokensPerPage * UnitsOf(document.source, kBytesPerPage, kUnknownPages);
}

std::int64_t TokensOf(std::span<const Part> parts);

std::int64_t TokensOf(const Part& part) {
  return std::visit(Overloaded{
                        [](const TextPart& text) { return EstimateTextTokens(text.text); },
                        [](const RefusalPart& refusal) { return EstimateTextTokens(refusal.text); },
                        [](const ReasoningPart& reasoning) { return EstimateTextTokens(reasoning.text); },
                        [](const ImagePart& image) { return TokensOfImage(image); },
                        [](const DocumentPart& document) { return TokensOfDocument(document); },
                        [](const AudioPart& audio) {
                          return kTokensPerAudioSecond * UnitsOf(audio.source, kBytesPerAudioSecond, kUnknownSeconds);
                        },
                        [](const VideoPart& video) {
                          return kTokensPerVideoSecond * UnitsOf(video.source, kBytesPerVideoSecond, kUnknownSeconds);
                        },
                        [](const ToolCallPart& call) {
                          return kTokensPerTool + EstimateTextTokens(call.name) + EstimateTextTokens(call.arguments);
                        },
                        [](const ToolResultPart& result) {
                          const std::int64_t structured =
                              result.structured == nullptr ? 0 : EstimateTextTokens(result.structured->raw());
                          return kTokensPerTool + structured + TokensOf(result.content);
                        },
                        [](const ServerToolPart& block) {
                          return block.raw == nullptr ? std::int64_t{0} : EstimateTextTokens(block.raw->raw());
                        },
                    },
                    part.value);
}

std::int64_t TokensOf(std::span<const Part> parts) {
  std::int64_t sum = 0;
  for (const Part& part : parts) sum += TokensOf(part);
  return sum;
}

std::int64_t TokensOf(const ToolSpec& tool) {
  if (tool.kind != ToolSpec::Kind::kFunction && tool.kind != ToolSpec::Kind::kCustom) return kTokensPerTool;
  return kTokensPerTool + EstimateTextTokens(tool.name) + EstimateTextTokens(tool.description) +
         EstimateTextTokens(tool.grammar) +
         (tool.parameters == nullptr ? 0 : EstimateTextTokens(tool.parameters->raw()));
}

}  // namespace

std::int64_t EstimateTextTokens(std::string_view text) {
  std::int64_t ascii = 0;  // bytes
  std::int64_t other = 0;  // bytes of two-byte characters: Greek, Cyrillic, Arabic …
  std::int64_t wide = 0;   // characters of three or four bytes: Chinese, Japanese, Korean, emoji
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      ++ascii;
    } else if (byte >= 0xE0) {
      ++wide;
    } else if (byte >= 0xC0) {
      other += 2;
    }
  }
  return (ascii + 3) / 4 + (other + 1) / 2 + wide;
}

std::int64_t EstimateTokens(const ChatRequest& request) {
  std::int64_t sum = kTokensPerReply;
  for (const Message& message : request.messages) sum += kTokensPerMessage + TokensOf(message.parts);
  for (const ToolSpec& tool : request.tools) sum += TokensOf(tool);
  if (request.response_format && request.response_format->schema != nullptr) {
    sum += EstimateTextTokens(request.response_format->schema->raw());
  }
  return (sum * (100 + kEstimateMarginPercent) + 99) / 100;
}

}  // namespace ag::wire
