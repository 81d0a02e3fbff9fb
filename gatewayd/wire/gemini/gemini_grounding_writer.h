#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::gemini {

// groundingMetadata of one candidate from canonical citations. Google counts bytes of the candidate's whole text.
// https://ai.google.dev/api/generate-content#GroundingMetadata
class GroundingWriter {
 public:
  // A text part begins, and what it says.
  void BeginPart() { part_begin_ = text_.size(); }
  void AddText(std::string_view text) { text_.append(text); }
  // A citation of the open part, whose text is whole at EndPart only.
  void Add(const UrlCitation& citation);
  void EndPart();
  // A piece of a search's arguments, {"query": …}, and their end.
  void AddSearch(std::string_view json) { search_.append(json); }
  void EndSearch();

  // "groundingMetadata":{…}, unless there is nothing to say.
  void Write(json::Writer& writer) const;

 private:
  struct Source {
    std::string url;
    std::string title;
  };
  struct Support {
    std::size_t source = 0;
    std::size_t start = 0;  // bytes of text_
    std::size_t end = 0;
  };
  struct Open {
    std::size_t source = 0;
    std::int64_t start = 0;  // characters of the part; -1 = unknown
    std::int64_t end = 0;
  };

  std::size_t SourceOf(const UrlCitation& citation);

  std::string text_;
  std::size_t part_begin_ = 0;
  std::vector<Source> sources_;
  std::vector<Open> open_;
  std::vector<Support> supports_;
  std::vector<std::string> queries_;
  std::string search_;
};

// logprobsResult and avgLogprobs of one candidate. https://ai.google.dev/api/generate-content#LogprobsResult
class LogprobsWriter {
 public:
  void Add(const LogprobsDelta& delta);
  void Write(json::Writer& writer) const;

 private:
  std::string chosen_;  // elements of the two arrays
  std::string top_;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace ag::wire::gemini
