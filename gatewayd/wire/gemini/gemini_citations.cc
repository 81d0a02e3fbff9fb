#include "gatewayd/wire/gemini/gemini_citations.h"

#include <absl/hash/hash.h>

#include <algorithm>

#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/loss_rules.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

struct Source {
  std::string_view url;
  std::string_view title;
};

bool IsUrl(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

// A page or a place of Google Maps. Documents of the client's own stores have no URL.
Source SourceOf(const Value& chunk) {
  for (const std::string_view kind : {"web", "maps", "retrievedContext"}) {
    const Value* source = FindKey(chunk, kind);
    if (source != nullptr && IsUrl(TextAt(*source, "uri"))) return {TextAt(*source, "uri"), TextAt(*source, "title")};
  }
  return {};
}

std::int64_t CharactersIn(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

void NoteLost(std::string_view field, std::string_view code, StreamEventSink& sink) {
  sink.OnEvent(LossNote{LossOf(field, code)});
}

}  // namespace

void Citations::Read(const Value& candidate, StreamEventSink& sink) {
  if (const Value* grounding = FindKey(candidate, "groundingMetadata"); grounding != nullptr) {
    ReadGrounding(*grounding, sink);
  }
  if (const Value* citations = FindKey(candidate, "citationMetadata"); citations != nullptr) {
    ReadSources(*citations, sink);
  }
}

void Citations::ReadGrounding(const Value& grounding, StreamEventSink& sink) {
  const Value* list = FindKey(grounding, "groundingChunks");
  if (list == nullptr) return;
  const auto chunks = list->items();
  const bool other =
      std::any_of(chunks.begin(), chunks.end(), [](const Value& each) { return SourceOf(each).url.empty(); });
  if (other) NoteLost("groundingMetadata.groundingChunks", "citation_without_url", sink);
  const Value* supports = FindKey(grounding, "groundingSupports");
  if (supports == nullptr || supports->items().empty()) {
    for (const Value& chunk : chunks) {
      const Source source = SourceOf(chunk);
      if (!source.url.empty()) Add({source.url, source.title, {}, -1, -1});
    }
    return;
  }
  for (const Value& support : supports->items()) {
    const Value* segment = FindKey(support, "segment");
    const Value* indices = FindKey(support, "groundingChunkIndices");
    if (segment == nullptr || indices == nullptr) continue;
    for (const Value& index : indices->items()) {
      const auto at = index.AsInt();
      if (!at || *at < 0 || static_cast<std::size_t>(*at) >= chunks.size()) continue;
      const Source source = SourceOf(chunks[static_cast<std::size_t>(*at)]);
      if (source.url.empty()) continue;
      // Zeros are left out of Google's JSON.
      Add({source.url, source.title, TextAt(*segment, "text"), IntAt(*segment, "startIndex").value_or(0),
           IntAt(*segment, "endIndex").value_or(-1)});
    }
  }
}

void Citations::ReadSources(const Value& citations, StreamEventSink& sink) {
  // The Gemini API and Vertex AI name the list differently.
  const Value* list = FindKey(citations, "citationSources");
  if (list == nullptr) list = FindKey(citations, "citations");
  if (list == nullptr) return;
  for (const Value& each : list->items()) {
    const std::string_view url = TextAt(each, "uri");
    if (!IsUrl(url)) {
      NoteLost("citationMetadata", "citation_without_url", sink);
      continue;
    }
    Add({url, TextAt(each, "title"), {}, IntAt(each, "startIndex").value_or(0), IntAt(each, "endIndex").value_or(-1)});
  }
}

void Citations::Add(const Pending& pending) {
  const std::uint64_t hash = absl::HashOf(pending.url, pending.start, pending.end, pending.segment);
  if (std::find(seen_.begin(), seen_.end(), hash) != seen_.end()) return;
  seen_.push_back(hash);
  pending_.push_back(pending);
}

// Where the cited text stands in the answer. The offsets hold unless the text that comes with them says otherwise.
Citations::Range Citations::Locate(const Pending& pending) const {
  const auto size = static_cast<std::int64_t>(text_.size());
  if (pending.start >= 0 && pending.end >= pending.start && pending.end <= size) {
    const auto start = static_cast<std::size_t>(pending.start);
    const auto end = static_cast<std::size_t>(pending.end);
    if (pending.segment.empty() || std::string_view(text_).substr(start, end - start) == pending.segment) {
      return {start, end, true};
    }
  }
  if (pending.segment.empty()) return {};
  const std::size_t at = text_.find(pending.segment, part_begin_);
  return at == std::string::npos ? Range{} : Range{at, at + pending.segment.size(), true};
}

void Citations::Emit(const Pending& pending, const Range& range, int part_index, StreamEventSink& sink) const {
  UrlCitation citation;
  citation.index = part_index;
  citation.url = pending.url;
  citation.title = pending.title;
  if (range.found && range.start >= part_begin_) {
    const std::string_view part = std::string_view(text_).substr(part_begin_);
    citation.start = CharactersIn(part.substr(0, range.start - part_begin_));
    citation.end = CharactersIn(part.substr(0, range.end - part_begin_));
  }
  sink.OnEvent(citation);
}

void Citations::Place(int part_index, StreamEventSink& sink) {
  std::erase_if(pending_, [&](const Pending& pending) {
    const Range range = Locate(pending);
    const bool here = range.found && range.start >= part_begin_;
    if (here) Emit(pending, range, part_index, sink);
    return here;
  });
}

void Citations::Settle(int part_index, StreamEventSink& sink) {
  if (pending_.empty()) return;
  if (part_index >= 0) {
    for (const Pending& pending : pending_) Emit(pending, Locate(pending), part_index, sink);
  } else {
    NoteLost("groundingMetadata", "citation_without_text", sink);
  }
  pending_.clear();
}

}  // namespace ag::wire::gemini
