#include "gatewayd/wire/gemini/gemini_candidate.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <span>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/loss_rules.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

void NoteLost(std::string_view field, std::string_view code, ReplyContext& context) {
  context.sink.OnEvent(LossNote{LossOf(field, code)});
}

TokenLogprob LogprobOf(const Value& candidate) {
  TokenLogprob token;
  token.token = TextAt(candidate, "token");
  const Value* value = FindKey(candidate, "logProbability");
  token.logprob = value == nullptr ? 0 : value->AsDouble().value_or(0);
  return token;
}

std::span<TokenLogprob> LogprobsOf(std::span<const Value> candidates, Arena& arena) {
  const auto tokens = arena.NewSpan<TokenLogprob>(candidates.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = LogprobOf(candidates[i]);
  return tokens;
}

const Value* QueriesOf(const Value& candidate) {
  const Value* grounding = FindKey(candidate, "groundingMetadata");
  return grounding == nullptr ? nullptr : FindKey(*grounding, "webSearchQueries");
}

std::span<const Value> PartsOf(const Value& candidate) {
  const Value* content = FindKey(candidate, "content");
  const Value* parts = content == nullptr ? nullptr : FindKey(*content, "parts");
  return parts == nullptr ? std::span<const Value>() : parts->items();
}

// Whether the part is a web search that Google ran.
bool IsSearch(const Value& part) {
  const Value* call = FindKey(part, "toolCall");
  return call != nullptr && TextAt(*call, "toolType") == "GOOGLE_SEARCH_WEB";
}

}  // namespace

void CandidateReader::Read(const Value& candidate, ReplyContext& context) {
  citations_.Read(candidate, context.sink);
  const Value* queries = QueriesOf(candidate);
  const std::span<const Value> parts = PartsOf(candidate);
  // A whole reply tells what was searched before what was found, if no part tells it; a stream tells it last.
  const bool told = std::any_of(parts.begin(), parts.end(), IsSearch);
  if (!searched_ && !told && !citations_.any_text() && open_ < 0) EmitSearches(queries, {}, context);
  for (const Value& part : parts) ReadPart(part, context);
  citations_.Settle(open_kind_ == PartKind::kText ? open_ : -1, context.sink);
  if (!searched_ && queries != nullptr && !queries->items().empty()) {
    Close(context);
    EmitSearches(queries, {}, context);
  }
  if (const Value* urls = FindKey(candidate, "urlContextMetadata"); urls != nullptr && !urls->members().empty()) {
    NoteLost("urlContextMetadata", "server_tool_reply", context);
  }
  if (const Value* logprobs = FindKey(candidate, "logprobsResult"); logprobs != nullptr) {
    ReadLogprobs(*logprobs, context);
  }
}

void CandidateReader::Close(ReplyContext& context) {
  EndPieces(context);
  if (open_ < 0) return;
  if (open_kind_ == PartKind::kText) citations_.Place(open_, context.sink);
  context.sink.OnEvent(PartEnd{open_});
  open_ = -1;
}

void CandidateReader::ReadPart(const Value& part, ReplyContext& context) {
  const std::string_view signature = TextAt(part, "thoughtSignature");
  if (const Value* text = FindKey(part, "text"); text != nullptr) {
    if (FlagAt(part, "thought")) return ReadThought(text->str(), signature, context);
    return ReadText(text->str(), signature, context);
  }
  if (const Value* call = FindKey(part, "functionCall"); call != nullptr) return ReadCall(*call, signature, context);
  if (IsSearch(part)) return ReadServerCall(*FindKey(part, "toolCall"), context);
  ReadOther(part, context);
}

void CandidateReader::ReadText(std::string_view text, std::string_view signature, ReplyContext& context) {
  if (signature.empty()) return Delta(PartKind::kText, text, context);
  // Of a text that has begun, state can only follow; so it goes back on an empty text behind it, as Google's own
  // streams send it.
  const bool begun = open_ >= 0 && open_kind_ == PartKind::kText;
  if (!text.empty() && !begun) {
    StateBefore(signature, context);
    return Delta(PartKind::kText, text, context);
  }
  Delta(PartKind::kText, text, context);
  StateAlone(signature, StateHome::kOwnPart, context);
}

void CandidateReader::ReadThought(std::string_view text, std::string_view signature, ReplyContext& context) {
  Delta(PartKind::kReasoning, text, context);
  if (signature.empty()) return;
  if (open_ < 0 || open_kind_ != PartKind::kReasoning) return StateAlone(signature, StateHome::kOwnPart, context);
  context.sink.OnEvent(SignatureDelta{open_, Family::kGemini, signature, StateHome::kOwnPart});
  Close(context);
}

void CandidateReader::ReadCall(const Value& call, std::string_view signature, ReplyContext& context) {
  const std::string_view name = TextAt(call, "name");
  const bool in_pieces = FindKey(call, "partialArgs") != nullptr || FlagAt(call, "willContinue");
  if (in_pieces || (pieces_.open && name.empty())) return ReadPiece(call, signature, context);
  EndPieces(context);
  if (!signature.empty()) StateBefore(signature, context);
  const Value* args = FindKey(call, "args");
  EmitCall(TextAt(call, "id"), name, args == nullptr ? std::string_view("{}") : args->raw(), context);
}

// Of a call that Vertex AI streams, the first piece has the name, the following ones arguments, and the last does not
// say that it continues.
void CandidateReader::ReadPiece(const Value& call, std::string_view signature, ReplyContext& context) {
  const std::string_view name = TextAt(call, "name");
  if (!name.empty()) EndPieces(context);
  if (!signature.empty()) StateBefore(signature, context);
  if (!pieces_.open) {
    pieces_.open = true;
    pieces_.name = std::string(name);
    pieces_.id.clear();
  }
  if (const std::string_view id = TextAt(call, "id"); !id.empty()) pieces_.id = std::string(id);
  const Value* arguments = FindKey(call, "partialArgs");
  if (arguments != nullptr && !pieces_.arguments.Add(*arguments)) broken_ = true;
  if (!FlagAt(call, "willContinue")) EndPieces(context);
}

void CandidateReader::EndPieces(ReplyContext& context) {
  if (!pieces_.open) return;
  pieces_.open = false;
  const std::string arguments = pieces_.arguments.TakeJson();
  EmitCall(pieces_.id, pieces_.name, arguments, context);
}

void CandidateReader::EmitCall(std::string_view id, std::string_view name, std::string_view arguments,
                               ReplyContext& context) {
  Close(context);
  PartBegin begin;
  begin.kind = PartKind::kToolCall;
  begin.tool_id = id;
  begin.tool_name = name;
  const int index = Begin(begin, context);
  context.sink.OnEvent(ArgumentsDelta{index, arguments});
  context.sink.OnEvent(PartEnd{index});
  called_tool_ = true;
}

// A search that Google ran. Its result comes as a toolResponse, whose pages the citations name.
void CandidateReader::ReadServerCall(const Value& call, ReplyContext& context) {
  const Value* args = FindKey(call, "args");
  Close(context);
  EmitSearches(args == nullptr ? nullptr : FindKey(*args, "queries"), TextAt(call, "id"), context);
}

void CandidateReader::ReadOther(const Value& part, ReplyContext& context) {
  for (const auto& [key, value] : part.members()) {
    const std::string name = CamelCase(key);
    if (name == "inlineData" || name == "fileData") return NoteLost(name, "reply_media", context);
    if (name == "thoughtSignature" || name == "thought" || value.is_null()) continue;
    // The result of a search is in the citations; of the others the answer's text tells.
    if (name == "toolResponse" && searched_) continue;
    NoteLost(name, "server_tool_reply", context);
  }
}

void CandidateReader::ReadLogprobs(const Value& result, ReplyContext& context) {
  const Value* chosen = FindKey(result, "chosenCandidates");
  if (chosen == nullptr || chosen->items().empty()) return;
  const std::span<TokenLogprob> tokens = LogprobsOf(chosen->items(), context.arena);
  if (const Value* top = FindKey(result, "topCandidates"); top != nullptr) {
    for (std::size_t i = 0; i < tokens.size() && i < top->items().size(); ++i) {
      const Value* candidates = FindKey(top->items()[i], "candidates");
      if (candidates != nullptr) tokens[i].top = LogprobsOf(candidates->items(), context.arena);
    }
  }
  context.sink.OnEvent(LogprobsDelta{choice_, tokens});
}

void CandidateReader::StateBefore(std::string_view signature, ReplyContext& context) {
  if (open_ < 0 || open_kind_ != PartKind::kReasoning) return StateAlone(signature, StateHome::kNextPart, context);
  context.sink.OnEvent(SignatureDelta{open_, Family::kGemini, signature, StateHome::kNextPart});
  Close(context);
}

void CandidateReader::StateAlone(std::string_view signature, StateHome home, ReplyContext& context) {
  Close(context);
  PartBegin begin;
  begin.kind = PartKind::kRedactedReasoning;
  const int index = Begin(begin, context);
  context.sink.OnEvent(SignatureDelta{index, Family::kGemini, signature, home});
  context.sink.OnEvent(PartEnd{index});
}

// One call for each query.
void CandidateReader::EmitSearches(const Value* queries, std::string_view id, ReplyContext& context) {
  if (queries == nullptr) return;
  int count = 0;
  for (const Value& query : queries->items()) {
    if (!query.is_string()) continue;
    searched_ = true;
    const std::string own_id = id.empty() || count > 0 ? absl::StrCat("search_", context.next_index) : std::string(id);
    PartBegin begin;
    begin.kind = PartKind::kServerTool;
    begin.server_type = "web_search";
    begin.tool_id = own_id;
    const int index = Begin(begin, context);
    scratch_ = absl::StrCat("{\"query\":", ToAbsl(query.raw()), "}");
    context.sink.OnEvent(ArgumentsDelta{index, scratch_});
    context.sink.OnEvent(PartEnd{index});
    ++count;
  }
}

void CandidateReader::Delta(PartKind kind, std::string_view text, ReplyContext& context) {
  if (text.empty()) return;
  EndPieces(context);
  if (open_ >= 0 && open_kind_ != kind) Close(context);
  if (open_ < 0) {
    PartBegin begin;
    begin.kind = kind;
    open_ = Begin(begin, context);
    open_kind_ = kind;
    if (kind == PartKind::kText) citations_.BeginPart();
  }
  if (kind == PartKind::kText) citations_.AddText(text);
  context.sink.OnEvent(TextDelta{open_, text});
}

int CandidateReader::Begin(PartBegin begin, ReplyContext& context) {
  begin.index = context.next_index++;
  begin.choice = choice_;
  context.sink.OnEvent(begin);
  return begin.index;
}

}  // namespace ag::wire::gemini
