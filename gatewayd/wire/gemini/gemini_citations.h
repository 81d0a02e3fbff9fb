#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/stream_event.h"

// What a candidate's answer rests on: groundingMetadata of Google Search, Maps and URL context, and citationMetadata.
// https://ai.google.dev/api/generate-content#GroundingMetadata
// Google counts UTF-8 bytes of the candidate's text, in a stream of all its chunks together; canonical citations count
// characters of one part.
namespace ag::wire::gemini {

class Citations {
 public:
  // The answer's text (not that of thoughts), in order.
  void AddText(std::string_view text) { text_.append(text); }
  // A text part of the canonical reply begins with what is added next.
  void BeginPart() { part_begin_ = text_.size(); }
  bool any_text() const { return !text_.empty(); }

  // Takes the citations of a chunk, each once a reply: later chunks may repeat earlier ones. The chunk's document lives
  // until Settle. What is no URL is noted as lost.
  void Read(const json::Value& candidate, StreamEventSink& sink);
  // The open text part ends: emits what lies in it.
  void Place(int part_index, StreamEventSink& sink);
  // The chunk ends. What could not be placed belongs to the open text part, or is noted as lost when there is none
  // (-1).
  void Settle(int part_index, StreamEventSink& sink);

 private:
  struct Pending {
    std::string_view url;
    std::string_view title;
    std::string_view segment;  // the text that the citation is of; may be empty
    std::int64_t start = -1;   // bytes; -1 = unknown
    std::int64_t end = -1;
  };
  struct Range {
    std::size_t start = 0;
    std::size_t end = 0;
    bool found = false;
  };

  void ReadGrounding(const json::Value& grounding, StreamEventSink& sink);
  void ReadSources(const json::Value& citations, StreamEventSink& sink);
  void Add(const Pending& pending);
  Range Locate(const Pending& pending) const;
  void Emit(const Pending& pending, const Range& range, int part_index, StreamEventSink& sink) const;

  std::string text_;
  std::size_t part_begin_ = 0;
  std::vector<Pending> pending_;
  std::vector<std::uint64_t> seen_;
};

}  // namespace ag::wire::gemini
