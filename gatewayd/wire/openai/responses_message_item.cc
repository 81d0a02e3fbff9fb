#include "gatewayd/wire/openai/responses_message_item.h"

#include <utility>

namespace ag::wire::openai {
namespace {

using Events = ResponsesEventWriter;

std::size_t CharactersIn(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

void WriteToken(const TokenLogprob& token, json::Writer& writer) {
  writer.Field("token", token.token).Key("logprob").Double(token.logprob).Key("bytes").BeginArray();
  for (const char c : token.token) writer.Int(static_cast<unsigned char>(c));
  writer.EndArray();
}

}  // namespace

void ResponsesMessageItem::Open(std::string id, std::size_t output_index, std::string& out) {
  id_ = std::move(id);
  output_index_ = output_index;
  is_open_ = true;
  contents_.clear();
  content_index_ = 0;
  content_ = Content::kNone;
  if (events_.streams()) events_.Item("response.output_item.added", output_index_, Json("in_progress"), out);
}

std::string ResponsesMessageItem::Json(std::string_view status) const {
  std::string json;
  json::Writer writer(json);
  writer.BeginObject().Field("id", id_).Field("type", "message").Field("status", status).Key("content").BeginArray();
  if (!contents_.empty()) writer.Raw(contents_);
  writer.EndArray().Field("role", "assistant").EndObject();
  return json;
}

void ResponsesMessageItem::BeginContent(Content content, std::string& out) {
  if (content_ == content) return;
  EndContent(out);
  content_ = content;
  text_.clear();
  annotations_.clear();
  logprobs_.clear();
  annotation_count_ = characters_ = part_start_ = 0;
  if (!events_.streams()) return;
  events_.Begin("response.content_part.added", out);
  Events::Place(id_, output_index_, out);
  Events::Index("content_index", content_index_, out);
  out.append(",\"part\":");
  WriteContent(out);
  Events::End(out);
}

void ResponsesMessageItem::WriteContent(std::string& json) const {
  if (content_ == Content::kRefusal) {
    json.append(R"({"type":"refusal","refusal":)");
    json::Writer(json).String(text_);
    json.push_back('}');
    return;
  }
  absl::StrAppend(&json, R"({"type":"output_text","annotations":[)", annotations_, R"(],"logprobs":[)", logprobs_,
                  R"(],"text":)");
  json::Writer(json).String(text_);
  json.push_back('}');
}

void ResponsesMessageItem::Text(PartKind kind, std::string_view text, std::string& out) {
  const Content content = kind == PartKind::kRefusal ? Content::kRefusal : Content::kText;
  BeginContent(content, out);
  text_.append(text);
  characters_ += CharactersIn(text);
  if (!events_.streams()) return;
  const bool refusal = content == Content::kRefusal;
  events_.Begin(refusal ? "response.refusal.delta" : "response.output_text.delta", out);
  Events::Place(id_, output_index_, out);
  Events::Index("content_index", content_index_, out);
  Events::Text("delta", text, out);
  if (!refusal) Events::Raw("logprobs", "[]", out);
  Events::End(out);
}

// One without a place is about all of its part, whose end is not known yet.
void ResponsesMessageItem::Cite(const UrlCitation& citation, std::string& out) {
  if (citation.start < 0 || citation.end < citation.start) {
    unplaced_.push_back({std::string(citation.url), std::string(citation.title)});
    return;
  }
  Annotate(citation.url, citation.title, part_start_ + static_cast<std::size_t>(citation.start),
           part_start_ + static_cast<std::size_t>(citation.end), out);
}

void ResponsesMessageItem::EndPart(std::string& out) {
  for (const Citation& citation : unplaced_) Annotate(citation.url, citation.title, part_start_, characters_, out);
  unplaced_.clear();
}

void ResponsesMessageItem::Annotate(std::string_view url, std::string_view title, std::size_t start, std::size_t end,
                                    std::string& out) {
  if (content_ != Content::kText) return;
  std::string annotation;
  json::Writer writer(annotation);
  writer.BeginObject().Field("type", "url_citation").Field("start_index", static_cast<std::int64_t>(start));
  writer.Field("end_index", static_cast<std::int64_t>(end)).Field("url", url).Field("title", title).EndObject();
  if (events_.streams()) {
    events_.Begin("response.output_text.annotation.added", out);
    Events::Place(id_, output_index_, out);
    Events::Index("content_index", content_index_, out);
    Events::Index("annotation_index", annotation_count_, out);
    Events::Raw("annotation", annotation, out);
    Events::End(out);
  }
  if (annotation_count_++ > 0) annotations_.push_back(',');
  annotations_.append(annotation);
}

void ResponsesMessageItem::Logprobs(std::span<const TokenLogprob> tokens) {
  for (const TokenLogprob& token : tokens) {
    if (!logprobs_.empty()) logprobs_.push_back(',');
    json::Writer writer(logprobs_);
    writer.BeginObject();
    WriteToken(token, writer);
    writer.Key("top_logprobs").BeginArray();
    for (const TokenLogprob& other : token.top) {
      writer.BeginObject();
      WriteToken(other, writer);
      writer.EndObject();
    }
    writer.EndArray().EndObject();
  }
}

void ResponsesMessageItem::EndContent(std::string& out) {
  if (content_ == Content::kNone) return;
  EndPart(out);
  if (events_.streams()) {
    const bool refusal = content_ == Content::kRefusal;
    events_.Begin(refusal ? "response.refusal.done" : "response.output_text.done", out);
    Events::Place(id_, output_index_, out);
    Events::Index("content_index", content_index_, out);
    Events::Text(refusal ? "refusal" : "text", text_, out);
    if (!refusal) absl::StrAppend(&out, ",\"logprobs\":[", logprobs_, "]");
    Events::End(out);
    events_.Begin("response.content_part.done", out);
    Events::Place(id_, output_index_, out);
    Events::Index("content_index", content_index_, out);
    out.append(",\"part\":");
    WriteContent(out);
    Events::End(out);
  }
  if (content_index_++ > 0) contents_.push_back(',');
  WriteContent(contents_);
  content_ = Content::kNone;
}

std::string ResponsesMessageItem::Close(std::string_view status, std::string& out) {
  EndContent(out);
  is_open_ = false;
  std::string json = Json(status);
  events_.Item("response.output_item.done", output_index_, json, out);
  return json;
}

}  // namespace ag::wire::openai
