#include "gatewayd/wire/openai/responses_item_reader.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/responses_json.h"

namespace ag::wire::openai {
namespace {

using json::Value;

bool IsCall(std::string_view type) { return type == "function_call" || type == "custom_tool_call"; }

int IndexAt(const Value& event, std::string_view key) { return static_cast<int>(CountAt(event, key).value_or(0)); }

std::span<const Value> ItemsAt(const Value& object, std::string_view key) {
  const Value* list = object.FindNonNull(key);
  return list == nullptr ? std::span<const Value>() : list->items();
}

TokenLogprob ReadToken(const Value& value) {
  TokenLogprob token;
  token.token = TextAt(value, "token");
  if (const Value* logprob = value.FindNonNull("logprob")) token.logprob = logprob->AsDouble().value_or(0);
  return token;
}

}  // namespace

void ResponsesItemReader::OnEvent(std::string_view type, const Value& event, StreamEventSink& sink) {
  if (type == "response.output_text.delta") return OnContentDelta(event, PartKind::kText, sink);
  if (type == "response.refusal.delta") return OnContentDelta(event, PartKind::kRefusal, sink);
  if (type == "response.function_call_arguments.delta" || type == "response.custom_tool_call_input.delta") {
    return OnArguments(event, "delta", sink);
  }
  if (type == "response.reasoning_summary_text.delta") {
    return OnReasoning(event, Voice::kSummary, "summary_index", sink);
  }
  if (type == "response.reasoning_text.delta") return OnReasoning(event, Voice::kText, "content_index", sink);
  if (type == "response.output_text.done") {
    return OnContentDone(event, PartKind::kText, TextAt(event, "text"), sink);
  }
  if (type == "response.refusal.done") {
    return OnContentDone(event, PartKind::kRefusal, TextAt(event, "refusal"), sink);
  }
  if (type == "response.function_call_arguments.done") return OnArguments(event, "arguments", sink);
  if (type == "response.custom_tool_call_input.done") return OnArguments(event, "input", sink);
  if (type == "response.output_text.annotation.added") {
    Item& item = At(event, Kind::kMessage);
    if (const Value* annotation = event.FindNonNull("annotation")) SayAnnotation(item, *annotation, sink);
    return;
  }
  if (type == "response.content_part.done") {
    const Value* part = event.FindNonNull("part");
    Item& item = At(event, Kind::kMessage);
    if (part != nullptr && item.kind == Kind::kMessage) SayContent(item, IndexAt(event, "content_index"), *part, sink);
    return;
  }
  const Value* whole = event.FindNonNull("item");
  if (whole == nullptr) return;
  const int index = IndexAt(event, "output_index");
  if (type == "response.output_item.added") Begin(index, *whole, sink);
  if (type == "response.output_item.done") {
    Item* known = Find(index);
    End(known == nullptr || known->done ? Begin(index, *whole, sink) : *known, *whole, sink);
  }
}

void ResponsesItemReader::OnWholeItem(int output_index, const Value& item, StreamEventSink& sink) {
  Item* known = Find(output_index);
  if (known != nullptr && known->done) return;
  End(known == nullptr ? Begin(output_index, item, sink) : *known, item, sink);
}

void ResponsesItemReader::Close(StreamEventSink& sink) {
  for (Item& item : items_) EndPart(item, sink);
}

ResponsesItemReader::Item* ResponsesItemReader::Find(int output_index) {
  const auto found =
      std::find_if(items_.rbegin(), items_.rend(), [&](const Item& item) { return item.output_index == output_index; });
  return found == items_.rend() ? nullptr : &*found;
}

// The item that an event belongs to; made when a server left its beginning out.
ResponsesItemReader::Item& ResponsesItemReader::At(const Value& event, Kind kind) {
  const int index = IndexAt(event, "output_index");
  if (Item* known = Find(index)) return *known;
  items_.push_back({.output_index = index, .kind = kind});
  return items_.back();
}

ResponsesItemReader::Item& ResponsesItemReader::Begin(int output_index, const Value& item, StreamEventSink& sink) {
  const std::string_view type = TextAt(item, "type");
  Item begun{.output_index = output_index};
  if (type == "message") begun.kind = Kind::kMessage;
  if (type == "reasoning") begun.kind = Kind::kReasoning;
  if (type == "web_search_call") begun.kind = Kind::kSearch;
  if (IsCall(type)) {
    begun.kind = Kind::kCall;
    PartBegin part;
    part.kind = PartKind::kToolCall;
    part.tool_id = TextAt(item, "call_id");
    part.tool_name = TextAt(item, "name");
    part.custom = type == "custom_tool_call";
    begun.part = OpenPart(part, sink);
    tool_called_ = true;
  }
  items_.push_back(begun);
  return items_.back();
}

void ResponsesItemReader::End(Item& item, const Value& whole, StreamEventSink& sink) {
  switch (item.kind) {
    case Kind::kMessage:
      EndMessage(item, whole, sink);
      break;
    case Kind::kReasoning:
      EndReasoning(item, whole, sink);
      break;
    case Kind::kCall:
      if (item.said == 0) SayArguments(item, TextAt(whole, "arguments"), sink);
      if (item.said == 0) SayArguments(item, TextAt(whole, "input"), sink);
      break;
    case Kind::kSearch:
      EndSearch(item, whole, sink);
      break;
    case Kind::kOther:
      sink.OnEvent(
          DropNote(absl::StrCat("output[", item.output_index, "]"), "server_tool_reply", TextAt(whole, "type")));
      break;
  }
  EndPart(item, sink);
  item.done = true;
}

void ResponsesItemReader::EndMessage(Item& item, const Value& whole, StreamEventSink& sink) {
  int index = 0;
  for (const Value& content : ItemsAt(whole, "content")) SayContent(item, index++, content, sink);
}

// The state is complete only now: https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items
void ResponsesItemReader::EndReasoning(Item& item, const Value& whole, StreamEventSink& sink) {
  if (item.voice == Voice::kNone) {
    int index = 0;
    for (const Value& part : ItemsAt(whole, "summary")) {
      SayReasoning(item, Voice::kSummary, index++, TextAt(part, "text"), sink);
    }
    index = 0;
    for (const Value& part : ItemsAt(whole, "content")) {
      SayReasoning(item, Voice::kText, index++, TextAt(part, "text"), sink);
    }
  }
  const std::string_view state = TextAt(whole, "encrypted_content");
  if (state.empty()) return;
  if (item.part < 0) {
    PartBegin begin;
    begin.kind = PartKind::kRedactedReasoning;
    item.part = OpenPart(begin, sink);
  }
  SignatureDelta signature;
  signature.index = item.part;
  signature.bytes = state;
  sink.OnEvent(signature);
}

// A call without a query opened a page or looked for a text in one, which other providers do not tell.
void ResponsesItemReader::EndSearch(Item& item, const Value& whole, StreamEventSink& sink) {
  const Value* action = whole.FindNonNull("action");
  std::string_view query;
  if (action != nullptr) {
    query = TextAt(*action, "query");
    const auto queries = ItemsAt(*action, "queries");
    if (query.empty() && !queries.empty()) query = queries.front().str();
  }
  if (query.empty()) {
    sink.OnEvent(DropNote(absl::StrCat("output[", item.output_index, "]"), "server_tool_reply", "web_search_call"));
    return;
  }
  PartBegin begin;
  begin.kind = PartKind::kServerTool;
  begin.server_type = "web_search";
  begin.tool_id = TextAt(whole, "id");
  item.part = OpenPart(begin, sink);
  scratch_ = "{\"query\":";
  scratch_ += json::Quote(query);
  scratch_ += '}';
  sink.OnEvent(ArgumentsDelta{item.part, scratch_});
}

void ResponsesItemReader::EndPart(Item& item, StreamEventSink& sink) {
  if (item.part < 0) return;
  sink.OnEvent(PartEnd{item.part});
  item.part = -1;
}

void ResponsesItemReader::OnContentDelta(const Value& event, PartKind kind, StreamEventSink& sink) {
  Item& item = At(event, Kind::kMessage);
  SayText(item, kind, IndexAt(event, "content_index"), TextAt(event, "delta"), sink);
  SayLogprobs(event, sink);
}

void ResponsesItemReader::OnContentDone(const Value& event, PartKind kind, std::string_view text,
                                        StreamEventSink& sink) {
  Item& item = At(event, Kind::kMessage);
  const int index = IndexAt(event, "content_index");
  if (static_cast<std::size_t>(index) < item.contents) return;
  SayText(item, kind, index, text, sink);
  SayLogprobs(event, sink);
}

void ResponsesItemReader::OnReasoning(const Value& event, Voice voice, std::string_view index_key,
                                      StreamEventSink& sink) {
  SayReasoning(At(event, Kind::kReasoning), voice, IndexAt(event, index_key), TextAt(event, "delta"), sink);
}

void ResponsesItemReader::OnArguments(const Value& event, std::string_view key, StreamEventSink& sink) {
  Item* item = Find(IndexAt(event, "output_index"));
  if (item == nullptr || item->kind != Kind::kCall) return;
  if (key == "delta" || item->said == 0) SayArguments(*item, TextAt(event, key), sink);
}

void ResponsesItemReader::SayText(Item& item, PartKind kind, int content_index, std::string_view text,
                                  StreamEventSink& sink) {
  if (text.empty() || item.kind != Kind::kMessage) return;
  if (item.content_index != content_index) EndPart(item, sink);
  if (item.part < 0) {
    PartBegin begin;
    begin.kind = kind;
    item.part = OpenPart(begin, sink);
    item.content_index = content_index;
    item.annotations = 0;
    item.contents = std::max(item.contents, static_cast<std::size_t>(content_index) + 1);
  }
  sink.OnEvent(TextDelta{item.part, text});
}

// A model's summary and its own words tell the same: the one that comes first is told.
void ResponsesItemReader::SayReasoning(Item& item, Voice voice, int index, std::string_view text,
                                       StreamEventSink& sink) {
  if (text.empty() || item.kind != Kind::kReasoning || (item.voice != Voice::kNone && item.voice != voice)) return;
  item.voice = voice;
  if (item.part < 0) {
    PartBegin begin;
    begin.kind = PartKind::kReasoning;
    item.part = OpenPart(begin, sink);
  }
  if (item.content_index >= 0 && index > item.content_index) sink.OnEvent(TextDelta{item.part, "\n\n"});
  item.content_index = index;
  sink.OnEvent(TextDelta{item.part, text});
}

void ResponsesItemReader::SayArguments(Item& item, std::string_view text, StreamEventSink& sink) {
  if (text.empty() || item.part < 0) return;
  item.said += text.size();
  sink.OnEvent(ArgumentsDelta{item.part, text});
}

// A whole content: its text and log probabilities unless deltas told them, and the annotations that no event told.
void ResponsesItemReader::SayContent(Item& item, int content_index, const Value& content, StreamEventSink& sink) {
  if (static_cast<std::size_t>(content_index) >= item.contents) {
    const bool refusal = TextAt(content, "type") == "refusal";
    SayText(item, refusal ? PartKind::kRefusal : PartKind::kText, content_index,
            TextAt(content, refusal ? "refusal" : "text"), sink);
    SayLogprobs(content, sink);
  }
  if (item.part < 0 || item.content_index != content_index) return;
  const auto annotations = ItemsAt(content, "annotations");
  while (item.annotations < annotations.size()) SayAnnotation(item, annotations[item.annotations], sink);
  EndPart(item, sink);
}

// Row 24: only citations of web pages cross.
void ResponsesItemReader::SayAnnotation(Item& item, const Value& annotation, StreamEventSink& sink) {
  ++item.annotations;
  const std::string_view type = TextAt(annotation, "type");
  if (type != "url_citation" || item.kind != Kind::kMessage || item.part < 0) {
    sink.OnEvent(DropNote("annotations", "citation_without_url", type));
    return;
  }
  UrlCitation citation;
  citation.index = item.part;
  citation.url = TextAt(annotation, "url");
  citation.title = TextAt(annotation, "title");
  citation.start = CountAt(annotation, "start_index").value_or(-1);
  citation.end = CountAt(annotation, "end_index").value_or(-1);
  sink.OnEvent(citation);
}

void ResponsesItemReader::SayLogprobs(const Value& holder, StreamEventSink& sink) {
  const auto values = ItemsAt(holder, "logprobs");
  if (values.empty()) return;
  std::size_t alternatives = 0;
  for (const Value& value : values) alternatives += ItemsAt(value, "top_logprobs").size();
  tokens_.clear();
  top_.clear();
  top_.reserve(alternatives);  // spans into it stay valid
  for (const Value& value : values) {
    const std::size_t first = top_.size();
    for (const Value& other : ItemsAt(value, "top_logprobs")) top_.push_back(ReadToken(other));
    tokens_.push_back(ReadToken(value));
    tokens_.back().top = std::span<const TokenLogprob>(top_).subspan(first);
  }
  LogprobsDelta delta;
  delta.tokens = tokens_;
  sink.OnEvent(delta);
}

// Only calls stay open beside another part.
int ResponsesItemReader::OpenPart(PartBegin begin, StreamEventSink& sink) {
  for (Item& other : items_) {
    if (other.kind != Kind::kCall) EndPart(other, sink);
  }
  begin.index = next_part_++;
  sink.OnEvent(begin);
  return begin.index;
}

}  // namespace ag::wire::openai
