#include "gatewayd/wire/openai/chat_tool_calls.h"

#include <algorithm>

#include "gatewayd/wire/openai/json_members.h"

namespace ag::wire::openai {
namespace {

constexpr std::int64_t kFunctionCall = -1;  // the key of a `function_call`, which has no index

// Arguments are text; some servers write the object itself.
std::string_view ArgumentsOf(const json::Value& function, std::string_view key) {
  const json::Value* value = function.FindNonNull(key);
  if (value == nullptr) return {};
  return value->is_string() ? value->str() : value->raw();
}

}  // namespace

void ChatToolCalls::Extent::Feed(std::string_view text) {
  for (const char c : text) {
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = c != '"';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
      begun_ = true;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
}

void ChatToolCalls::OnDelta(int choice, const json::Value& delta, StreamEventSink& sink) {
  const json::Value* custom = delta.FindNonNull("custom");
  const json::Value* function = custom != nullptr ? custom : delta.FindNonNull("function");
  const std::string_view name = function == nullptr ? std::string_view() : TextAt(*function, "name");
  Call& call = Find(choice, delta, name, sink);
  call.custom = call.custom || custom != nullptr || TextAt(delta, "type") == "custom";
  Name(call, TextAt(delta, "id"), name);
  if (function != nullptr) Arguments(call, ArgumentsOf(*function, call.custom ? "input" : "arguments"), sink);
}

void ChatToolCalls::OnFunctionCall(int choice, const json::Value& delta, StreamEventSink& sink) {
  auto call = std::find_if(calls_.begin(), calls_.end(),
                           [choice](const Call& each) { return each.choice == choice && each.key == kFunctionCall; });
  if (call == calls_.end()) {
    OnOtherPart(choice, sink);
    call = calls_.insert(calls_.end(), Call{.choice = choice, .key = kFunctionCall});
  }
  Name(*call, {}, TextAt(delta, "name"));
  Arguments(*call, ArgumentsOf(delta, "arguments"), sink);
}

// The call that a delta goes on with. A new name under another id is another call, whatever its index says: some
// servers give every call the index 0, or none.
ChatToolCalls::Call& ChatToolCalls::Find(int choice, const json::Value& delta, std::string_view name,
                                         StreamEventSink& sink) {
  const auto key = CountAt(delta, "index");
  const std::string_view id = TextAt(delta, "id");
  const auto last = std::find_if(calls_.rbegin(), calls_.rend(), [&](const Call& call) {
    return call.choice == choice && (!key || !call.key || call.key == key);
  });
  if (last != calls_.rend()) {
    const bool other_id = !id.empty() && !last->id.empty() && id != last->id;
    const bool after_whole = id.empty() && !key && last->extent.whole();
    if (name.empty() || !(other_id || after_whole)) return *last;
  }
  OnOtherPart(choice, sink);
  return calls_.emplace_back(Call{.choice = choice, .key = key});
}

void ChatToolCalls::Name(Call& call, std::string_view id, std::string_view name) {
  if (call.id.empty()) call.id = std::string(id);
  if (call.part < 0 && name != call.name) call.name.append(name);
}

void ChatToolCalls::Arguments(Call& call, std::string_view text, StreamEventSink& sink) {
  if (text.empty() || call.ended) return;
  Begin(call, sink);
  if (broken_) return;
  if (!call.custom) call.extent.Feed(text);
  sink.OnEvent(ArgumentsDelta{call.part, text});
}

void ChatToolCalls::Begin(Call& call, StreamEventSink& sink) {
  broken_ = broken_ || call.name.empty();
  if (call.part >= 0 || broken_) return;
  parts_.Close(call.choice, sink);
  call.part = parts_.NewIndex();
  PartBegin begin;
  begin.index = call.part;
  begin.choice = call.choice;
  begin.kind = PartKind::kToolCall;
  begin.tool_id = call.id;
  begin.tool_name = call.name;
  begin.custom = call.custom;
  sink.OnEvent(begin);
}

void ChatToolCalls::End(Call& call, StreamEventSink& sink) {
  if (call.ended || broken_) return;
  call.ended = true;
  sink.OnEvent(PartEnd{call.part});
}

// Calls begin in the order in which the server named them.
void ChatToolCalls::OnOtherPart(int choice, StreamEventSink& sink) {
  for (Call& call : calls_) {
    if (call.choice != choice) continue;
    Begin(call, sink);
    if (call.extent.whole()) End(call, sink);
  }
}

void ChatToolCalls::CloseAll(int choice, StreamEventSink& sink) {
  for (Call& call : calls_) {
    if (call.choice != choice) continue;
    Begin(call, sink);
    End(call, sink);
  }
}

bool ChatToolCalls::Any(int choice) const {
  return std::any_of(calls_.begin(), calls_.end(), [choice](const Call& call) { return call.choice == choice; });
}

}  // namespace ag::wire::openai
