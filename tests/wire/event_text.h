#pragma once

#include <absl/strings/str_cat.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "gatewayd/base/strings.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/stream_event.h"

// Canonical events as text, one a line, so that tests can spell a whole reply.
namespace ag::wire {

class EventText final : public StreamEventSink {
 public:
  void OnEvent(const StreamEvent& event) override {
    std::visit([this](const auto& each) { Line(each); }, event);
  }
  std::string text;

 private:
  template <typename... Pieces>
  void Add(const Pieces&... pieces) {
    absl::StrAppend(&text, pieces..., "\n");
  }

  static std::string Figure(std::string_view name, const std::optional<std::int64_t>& value) {
    return value ? absl::StrCat(" ", ToAbsl(name), "=", *value) : std::string();
  }

  static std::string Tokens(std::span<const TokenLogprob> tokens) {
    std::string list;
    for (const TokenLogprob& token : tokens) {
      absl::StrAppend(&list, " ", ToAbsl(token.token), ":", token.logprob);
      if (!token.top.empty()) absl::StrAppend(&list, "[", Tokens(token.top), " ]");
    }
    return list;
  }

  void Line(const Started& started) { Add("started ", ToAbsl(started.id), " ", ToAbsl(started.model)); }
  void Line(const PartBegin& begin) {
    static constexpr const char* kKinds[] = {"text", "reasoning", "redacted", "call", "refusal", "server"};
    Add(begin.index, begin.choice > 0 ? absl::StrCat("/", begin.choice) : "", " begin ",
        kKinds[static_cast<std::size_t>(begin.kind)], begin.tool_id.empty() ? "" : " #", ToAbsl(begin.tool_id),
        begin.tool_name.empty() ? "" : " ", ToAbsl(begin.tool_name), begin.server_type.empty() ? "" : " ",
        ToAbsl(begin.server_type), begin.custom ? " custom" : "");
  }
  void Line(const TextDelta& delta) { Add(delta.index, " text ", ToAbsl(delta.text)); }
  void Line(const SignatureDelta& delta) {
    Add(delta.index, " state ", ToAbsl(NameOf(delta.family)), delta.home == StateHome::kNextPart ? " next " : " own ",
        ToAbsl(delta.bytes));
  }
  void Line(const ArgumentsDelta& delta) { Add(delta.index, " json ", ToAbsl(delta.json)); }
  void Line(const UrlCitation& citation) {
    Add(citation.index, " cite ", citation.start, "-", citation.end, " ", ToAbsl(citation.url),
        citation.title.empty() ? "" : " ", ToAbsl(citation.title));
  }
  void Line(const PartEnd& end) { Add(end.index, " end"); }
  void Line(const LogprobsDelta& delta) { Add("logprobs/", delta.choice, Tokens(delta.tokens)); }
  void Line(const UsageUpdate& update) {
    const Usage& usage = update.usage;
    Add("usage", Figure("in", usage.input), Figure("read", usage.cache_read), Figure("write", usage.cache_write),
        Figure("out", usage.output), Figure("thought", usage.reasoning));
  }
  void Line(const LossNote& note) { Add("lost ", note.loss.field, " ", note.loss.reason.code); }
  void Line(const Finished& finished) {
    Add("finished/", finished.choice, " ", ToAbsl(NameOf(finished.reason)), finished.refusal.empty() ? "" : " ",
        ToAbsl(finished.refusal));
  }
  void Line(const Completed& /*completed*/) { Add("completed"); }
  void Line(const Failed& failed) {
    Add("failed ", ToAbsl(NameOf(failed.error.kind)), " ", failed.error.provider_code, ": ",
        failed.error.provider_text);
  }
};

// What a decoder makes of a plain reply, and of a stream's documents.
inline std::string EventsOfBody(std::unique_ptr<ReplyDecoder> decoder, std::string_view body) {
  EventText events;
  decoder->OnBody(body, events);
  return events.text;
}
inline std::string EventsOfStream(std::unique_ptr<ReplyDecoder> decoder, std::initializer_list<std::string_view> data) {
  EventText events;
  for (const std::string_view each : data) decoder->OnStreamData({}, std::string(each), events);
  decoder->OnStreamEnd(events);
  return events.text;
}

}  // namespace ag::wire
