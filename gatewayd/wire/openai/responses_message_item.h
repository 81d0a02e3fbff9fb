#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/wire/openai/responses_event_writer.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::openai {

// One `message` item of a reply while it is written: texts that follow each other are one `output_text`, as OpenAI's
// own replies have them, and a refusal is a content of its own.
class ResponsesMessageItem {
 public:
  explicit ResponsesMessageItem(ResponsesEventWriter& events) : events_(events) {}

  bool is_open() const { return is_open_; }
  void Open(std::string id, std::size_t output_index, std::string& out);
  // A canonical part of text begins or ends: citations count from its beginning.
  void BeginPart() { part_start_ = characters_; }
  void EndPart(std::string& out);
  void Text(PartKind kind, std::string_view text, std::string& out);
  void Cite(const UrlCitation& citation, std::string& out);
  void Logprobs(std::span<const TokenLogprob> tokens);
  // Ends the item and gives it as JSON; `status` is completed or incomplete.
  std::string Close(std::string_view status, std::string& out);

 private:
  enum class Content : std::uint8_t { kNone, kText, kRefusal };
  struct Citation {
    std::string url;
    std::string title;
  };

  void BeginContent(Content content, std::string& out);
  void EndContent(std::string& out);
  void WriteContent(std::string& json) const;
  void Annotate(std::string_view url, std::string_view title, std::size_t start, std::size_t end, std::string& out);
  std::string Json(std::string_view status) const;

  ResponsesEventWriter& events_;
  std::string id_;
  std::size_t output_index_ = 0;
  bool is_open_ = false;
  std::string contents_;  // the finished ones, separated by commas
  std::size_t content_index_ = 0;
  // Of the open content.
  Content content_ = Content::kNone;
  std::string text_;
  std::string annotations_;
  std::string logprobs_;
  std::size_t annotation_count_ = 0;
  std::size_t characters_ = 0;
  std::size_t part_start_ = 0;
  std::vector<Citation> unplaced_;  // of the open part, for the whole of it
};

}  // namespace ag::wire::openai
