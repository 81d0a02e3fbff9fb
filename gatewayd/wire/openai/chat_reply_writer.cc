#include "gatewayd/wire/openai/chat_reply_writer.h"

#include <algorithm>

#include "gatewayd/base/arena.h"

namespace ag::wire::openai {

std::string_view FinishName(StopReason reason, bool calls) {
  switch (reason) {
    case StopReason::kMaxTokens:
    case StopReason::kContextWindow:
      return "length";
    case StopReason::kRefusal:
      return "content_filter";
    case StopReason::kToolUse:
      return "tool_calls";
    case StopReason::kUnknown:
    case StopReason::kEndTurn:
    case StopReason::kStopSequence:
    case StopReason::kPauseTurn:
      break;
  }
  return calls ? "tool_calls" : "stop";
}

void WriteUsage(const Usage& usage, json::Writer& writer) {
  writer.BeginObject().Field("prompt_tokens", usage.InputTotal()).Field("completion_tokens", usage.OutputTotal());
  writer.Field("total_tokens", usage.InputTotal() + usage.OutputTotal());
  if (usage.cache_read || usage.cache_write) {
    writer.Key("prompt_tokens_details").BeginObject();
    if (usage.cache_read) writer.Field("cached_tokens", *usage.cache_read);
    if (usage.cache_write) writer.Field("cache_write_tokens", *usage.cache_write);
    writer.EndObject();
  }
  if (usage.reasoning) {
    writer.Key("completion_tokens_details").BeginObject().Field("reasoning_tokens", *usage.reasoning).EndObject();
  }
  writer.EndObject();
}

void WriteTokenLogprob(const TokenLogprob& token, json::Writer& writer) {
  const auto write_head = [&writer](const TokenLogprob& each) {
    writer.BeginObject().Field("token", each.token).Key("logprob").Double(each.logprob).Key("bytes").BeginArray();
    for (const char c : each.token) writer.Int(static_cast<unsigned char>(c));
    writer.EndArray();
  };
  write_head(token);
  writer.Key("top_logprobs").BeginArray();
  for (const TokenLogprob& top : token.top) {
    write_head(top);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
}

std::string_view TierName(std::string_view upstream_tier) {
  static constexpr std::string_view kNames[] = {"auto", "default", "flex", "scale", "priority", "fast"};
  if (upstream_tier == "standard") return "default";
  return std::find(std::begin(kNames), std::end(kNames), upstream_tier) != std::end(kNames) ? upstream_tier
                                                                                            : std::string_view();
}

void WriteAnnotations(std::span<const Annotation> annotations, json::Writer& writer) {
  writer.BeginArray();
  for (const Annotation& each : annotations) {
    writer.BeginObject().Field("type", "url_citation").Key("url_citation").BeginObject();
    writer.Field("end_index", each.end).Field("start_index", each.start);
    writer.Field("title", each.title).Field("url", each.url).EndObject().EndObject();
  }
  writer.EndArray();
}

std::int64_t CountCharacters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string CustomInput(std::string_view arguments) {
  Arena arena;
  const auto parsed = json::Parse(arguments, arena);
  const json::Value* input = parsed.ok() ? (*parsed)->Find("input") : nullptr;
  return std::string(input != nullptr && input->is_string() ? input->str() : arguments);
}

ChatReplyParts::Part& ChatReplyParts::Begin(const PartBegin& begin) {
  Part part;
  part.index = begin.index;
  part.choice = begin.choice;
  part.kind = begin.kind;
  part.base = ChoiceOf(begin.choice).characters;
  if (begin.kind == PartKind::kToolCall) {
    part.call = Count(begin.choice, PartKind::kToolCall);
    part.custom = begin.custom;
    if (request_ != nullptr && !begin.custom) {
      part.custom = std::any_of(request_->tools.begin(), request_->tools.end(), [&](const ToolSpec& tool) {
        return tool.kind == ToolSpec::Kind::kCustom && tool.name == begin.tool_name;
      });
      part.wrapped = part.custom;
    }
  }
  return parts_.emplace_back(std::move(part));
}

ChatReplyParts::Part* ChatReplyParts::Find(int index) {
  const auto found =
      std::find_if(parts_.rbegin(), parts_.rend(), [index](const Part& part) { return part.index == index; });
  return found == parts_.rend() ? nullptr : &*found;
}

ChatReplyParts::Choice& ChatReplyParts::ChoiceOf(int index) {
  const auto found =
      std::find_if(choices_.begin(), choices_.end(), [index](const Choice& choice) { return choice.index == index; });
  return found == choices_.end() ? choices_.emplace_back(Choice{index, 0}) : *found;
}

void ChatReplyParts::CountText(const Part& part, std::string_view text) {
  if (part.kind == PartKind::kText) ChoiceOf(part.choice).characters += CountCharacters(text);
}

void ChatReplyParts::Cite(Part& part, const UrlCitation& citation) {
  Annotation& annotation = part.annotations.emplace_back();
  annotation.url = std::string(citation.url);
  annotation.title = std::string(citation.title);
  annotation.start = citation.start < 0 ? -1 : part.base + citation.start;
  annotation.end = citation.end < 0 ? -1 : part.base + citation.end;
}

std::span<const Annotation> ChatReplyParts::Annotations(Part& part) {
  for (Annotation& annotation : part.annotations) {
    if (annotation.start >= 0 && annotation.end >= 0) continue;
    annotation.start = part.base;
    annotation.end = ChoiceOf(part.choice).characters;
  }
  return part.annotations;
}

int ChatReplyParts::Count(int choice, PartKind kind) const {
  return static_cast<int>(std::count_if(parts_.begin(), parts_.end(),
                                        [&](const Part& part) { return part.choice == choice && part.kind == kind; }));
}

bool WantsFunctionCall(const ChatRequest* request) {
  return request != nullptr && request->raw != nullptr && request->dialect == Dialect::kChat &&
         request->raw->FindNonNull("functions") != nullptr && request->raw->FindNonNull("tools") == nullptr;
}

}  // namespace ag::wire::openai
