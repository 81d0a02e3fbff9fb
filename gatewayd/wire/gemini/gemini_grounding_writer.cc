#include "gatewayd/wire/gemini/gemini_grounding_writer.h"

#include <algorithm>

#include "gatewayd/base/arena.h"

namespace ag::wire::gemini {
namespace {

// The offset of a character, at most the text's end.
std::size_t ByteOf(std::string_view text, std::int64_t character) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts && character-- == 0) break;
  }
  return at;
}

void WriteToken(const TokenLogprob& token, json::Writer& writer) {
  writer.BeginObject().Field("token", token.token).Key("logProbability").Double(token.logprob).EndObject();
}

}  // namespace

std::size_t GroundingWriter::SourceOf(const UrlCitation& citation) {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const Source& each) { return each.url == citation.url; });
  if (found != sources_.end()) return static_cast<std::size_t>(found - sources_.begin());
  sources_.push_back({std::string(citation.url), std::string(citation.title)});
  return sources_.size() - 1;
}

void GroundingWriter::Add(const UrlCitation& citation) {
  open_.push_back({SourceOf(citation), citation.start, citation.end});
}

// A citation that does not say what of the part it is for is for all of it.
void GroundingWriter::EndPart() {
  const std::string_view part = std::string_view(text_).substr(part_begin_);
  for (const Open& open : open_) {
    const bool known = open.start >= 0 && open.end >= open.start;
    const std::size_t start = known ? ByteOf(part, open.start) : 0;
    const std::size_t end = known ? ByteOf(part, open.end) : part.size();
    supports_.push_back({open.source, part_begin_ + start, part_begin_ + end});
  }
  open_.clear();
}

void GroundingWriter::EndSearch() {
  Arena arena;
  const auto parsed = json::Parse(search_, arena);
  const json::Value* query = parsed.ok() ? (*parsed)->FindNonNull("query") : nullptr;
  if (query != nullptr && query->is_string()) queries_.emplace_back(query->str());
  search_.clear();
}

void GroundingWriter::Write(json::Writer& writer) const {
  if (sources_.empty() && queries_.empty()) return;
  writer.Key("groundingMetadata").BeginObject();
  if (!sources_.empty()) {
    writer.Key("groundingChunks").BeginArray();
    for (const Source& source : sources_) {
      writer.BeginObject().Key("web").BeginObject().Field("uri", source.url);
      if (!source.title.empty()) writer.Field("title", source.title);
      writer.EndObject().EndObject();
    }
    writer.EndArray().Key("groundingSupports").BeginArray();
    for (const Support& support : supports_) {
      writer.BeginObject().Key("segment").BeginObject();
      writer.Field("startIndex", static_cast<std::int64_t>(support.start));
      writer.Field("endIndex", static_cast<std::int64_t>(support.end));
      writer.Field("text", std::string_view(text_).substr(support.start, support.end - support.start)).EndObject();
      writer.Key("groundingChunkIndices").BeginArray().Int(static_cast<std::int64_t>(support.source)).EndArray();
      writer.EndObject();
    }
    writer.EndArray();
  }
  if (!queries_.empty()) {
    writer.Key("webSearchQueries").BeginArray();
    for (const std::string& query : queries_) writer.String(query);
    writer.EndArray();
  }
  writer.EndObject();
}

void LogprobsWriter::Add(const LogprobsDelta& delta) {
  for (const TokenLogprob& token : delta.tokens) {
    if (!chosen_.empty()) {
      chosen_.push_back(',');
      top_.push_back(',');
    }
    json::Writer chosen(chosen_);
    WriteToken(token, chosen);
    json::Writer top(top_);
    top.BeginObject().Key("candidates").BeginArray();
    for (const TokenLogprob& each : token.top) WriteToken(each, top);
    top.EndArray().EndObject();
    sum_ += token.logprob;
    ++count_;
  }
}

void LogprobsWriter::Write(json::Writer& writer) const {
  if (count_ == 0) return;
  writer.Key("avgLogprobs").Double(sum_ / static_cast<double>(count_));
  writer.Key("logprobsResult").BeginObject();
  writer.Key("topCandidates").Raw("[" + top_ + "]").Key("chosenCandidates").Raw("[" + chosen_ + "]").EndObject();
}

}  // namespace ag::wire::gemini
