#include <absl/strings/str_cat.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/openai/responses_error.h"
#include "gatewayd/wire/openai/responses_item_reader.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::openai {
namespace {

using json::Value;

class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view name, std::string_view data, StreamEventSink& sink) override {
    if (ended_ || data == "[DONE]") return;  // some compatible servers add the latter
    const Value* event = Parse(data, sink);
    if (event == nullptr) return;
    std::string_view type = TextAt(*event, "type");
    if (type.empty()) type = event->FindNonNull("error") == nullptr ? name : std::string_view("error");
    if (type == "error") return Fail(ErrorOfEvent(*event), sink);
    if (type == "keepalive") return;
    if (const Value* response = event->FindNonNull("response"); response != nullptr && response->is_object()) {
      OnResponse(type, *event, *response, sink);
    } else {
      Start(nullptr, sink);
      items_.OnEvent(type, *event, sink);
    }
  }

  void OnBody(std::string_view body, StreamEventSink& sink) override {
    const Value* response = Parse(body, sink);
    if (response == nullptr) return;
    if (response->FindNonNull("output") == nullptr && response->FindNonNull("error") != nullptr) {
      return Fail(ErrorOfEvent(*response), sink);
    }
    Start(response, sink);
    const std::string_view status = TextAt(*response, "status");
    if (status == "failed" || status == "cancelled") return Fail(ErrorOfResponse(*response, *response), sink);
    if (status == "queued" || status == "in_progress") {
      return Fail(ProtocolFailure("the response is not finished: it runs in the background"), sink);
    }
    Finish(*response, sink);
  }

  void OnStreamEnd(StreamEventSink& sink) override {
    if (!ended_) Fail(StreamCutFailure(), sink);
  }

 private:
  const Value* Parse(std::string_view text, StreamEventSink& sink) {
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (parsed.ok() && (*parsed)->is_object()) return *parsed;
    Fail(ProtocolFailure("a response or one of its events is not a JSON object"), sink);
    return nullptr;
  }

  void Fail(const Failed& failed, StreamEventSink& sink) {
    ended_ = true;
    sink.OnEvent(failed);
  }

  // With the response that begins the stream or is all of it; null when a server left the beginning out.
  void Start(const Value* response, StreamEventSink& sink) {
    if (std::exchange(started_, true)) return;
    Started started;
    if (response != nullptr) started = {TextAt(*response, "id"), TextAt(*response, "model"), {}};
    // A response that is only begun repeats the tier that was asked for.
    if (response != nullptr && TextAt(*response, "status") == "completed") {
      started.service_tier = TextAt(*response, "service_tier");
    }
    sink.OnEvent(started);
  }

  // An event that carries the whole response: its first, or its last.
  void OnResponse(std::string_view type, const Value& event, const Value& response, StreamEventSink& sink) {
    Start(&response, sink);
    if (type == "response.failed" || type == "response.cancelled") return Fail(ErrorOfResponse(event, response), sink);
    if (type == "response.completed" || type == "response.incomplete") Finish(response, sink);
  }

  void Finish(const Value& response, StreamEventSink& sink) {
    // What a stream said already is not said again; servers that send only the end say all here.
    if (const Value* output = response.FindNonNull("output"); output != nullptr) {
      int index = 0;
      for (const Value& item : output->items()) items_.OnWholeItem(index++, item, sink);
    }
    items_.Close(sink);
    if (const Value* usage = response.FindNonNull("usage"); usage != nullptr && usage->is_object()) {
      sink.OnEvent(UsageUpdate{ReadUsage(*usage, Usage())});
    }
    Finished finished;
    finished.reason = StopOf(response, sink);
    ended_ = true;
    sink.OnEvent(finished);
    sink.OnEvent(Completed{});
  }

  // Row 8. A complete tool call outweighs the status; a refusal in words is a part of its own.
  StopReason StopOf(const Value& response, StreamEventSink& sink) const {
    if (TextAt(response, "status") != "incomplete") {
      return items_.tool_called() ? StopReason::kToolUse : StopReason::kEndTurn;
    }
    const Value* details = response.FindNonNull("incomplete_details");
    const std::string_view why = details == nullptr ? std::string_view() : TextAt(*details, "reason");
    if (const StopReason known = ReadStop(why); known != StopReason::kUnknown) return known;
    sink.OnEvent(LossNote{LossOf("incomplete_details.reason", "unknown_stop_reason", {{"value", std::string(why)}})});
    return StopReason::kEndTurn;
  }

  Arena arena_;
  ResponsesItemReader items_;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeResponsesReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::openai
