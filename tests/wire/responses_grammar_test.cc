#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/sse.h"

namespace ag::wire::openai {
namespace {

using Stream = std::vector<std::string>;

// The first thing that the grammar finds wrong; empty = nothing.
std::string Verdict(const Stream& events) {
  const auto grammar = MakeResponsesGrammar();
  for (const std::string& event : events) {
    if (const auto wrong = grammar->OnEvent({}, event); !wrong.empty()) return std::string(wrong);
  }
  return std::string(grammar->OnEnd());
}

std::string Event(const std::string& type, const std::string& members = "") {
  return R"({"type":")" + type + "\"" + members + "}";
}
std::string Response(const std::string& name) { return Event("response." + name, R"(,"response":{"id":"resp_1"})"); }
std::string Added(int index, const std::string& id) {
  return Event("response.output_item.added",
               R"(,"output_index":)" + std::to_string(index) + R"(,"item":{"id":")" + id + R"(","type":"message"})");
}
std::string Done(int index, const std::string& id) {
  return Event("response.output_item.done",
               R"(,"output_index":)" + std::to_string(index) + R"(,"item":{"id":")" + id + R"("})");
}
std::string Of(const std::string& type, int index, const std::string& id, const std::string& members = "") {
  return Event(type, R"(,"output_index":)" + std::to_string(index) + R"(,"item_id":")" + id + "\"" + members);
}
std::string OfText(const std::string& type, int content = 0) {
  return Of("response." + type, 0, "a", R"(,"content_index":)" + std::to_string(content));
}
std::string OfSummary(const std::string& type, int summary = 0) {
  return Of("response." + type, 0, "a", R"(,"summary_index":)" + std::to_string(summary));
}

const std::string kCreated = Response("created");
const std::string kProgress = Response("in_progress");
const std::string kCompleted = Response("completed");
const std::string kError = Event("error", R"(,"code":"server_error","message":"boom")");
const std::string kItem = Added(0, "a");
const std::string kItemDone = Done(0, "a");
const std::string kPart = OfText("content_part.added");
const std::string kDelta = OfText("output_text.delta");
const std::string kText = OfText("output_text.done");
const std::string kPartDone = OfText("content_part.done");
const std::string kSummary = OfSummary("reasoning_summary_part.added");
const std::string kSummaryDelta = OfSummary("reasoning_summary_text.delta");
const std::string kSummaryDone = OfSummary("reasoning_summary_part.done");
const std::string kCallDelta = Of("response.function_call_arguments.delta", 0, "a");
const std::string kCallDone = Of("response.function_call_arguments.done", 0, "a");

const Stream kWhole{kCreated, kProgress, kItem, kPart, kDelta, kDelta, kText, kPartDone, kItemDone, kCompleted};

Stream Without(std::size_t index) {
  Stream stream = kWhole;
  stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(index));
  return stream;
}
Stream Twice(std::size_t index) {
  Stream stream = kWhole;
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(index), kWhole[index]);
  return stream;
}

TEST(ResponsesGrammar, TakesWholeStreams) {
  EXPECT_EQ(Verdict(kWhole), "");
  EXPECT_EQ(Verdict({kCreated, kCompleted}), "");
  EXPECT_EQ(Verdict({kCreated, Response("queued"), Response("in_progress"), Response("incomplete")}), "");
  EXPECT_EQ(Verdict({kCreated, kItem, kSummary, kSummaryDelta, kSummaryDone, kItemDone, kCompleted}), "");
  EXPECT_EQ(Verdict({kCreated, kItem, Added(1, "b"), kCallDelta, Of("response.function_call_arguments.delta", 1, "b"),
                     kCallDone, Done(1, "b"), kItemDone, kCompleted, "[DONE]"}),
            "");
  EXPECT_EQ(Verdict({kCreated, Event("keepalive"), Event("response.of_tomorrow"), kCompleted}), "");
}

TEST(ResponsesGrammar, LetsAStreamFailAnywhere) {
  EXPECT_EQ(Verdict({kError}), "");
  EXPECT_EQ(Verdict({kCreated, kItem, kPart, kError}), "");
  EXPECT_EQ(Verdict({kCreated, kItem, kPart, kDelta, Response("failed")}), "");
}

TEST(ResponsesGrammar, FindsWhatIsMissing) {
  EXPECT_EQ(Verdict(Without(0)), "the stream does not begin with response.created");
  EXPECT_EQ(Verdict(Without(2)), "an event is of no open item");
  EXPECT_EQ(Verdict(Without(3)), "a text stands outside a part");
  EXPECT_EQ(Verdict(Without(7)), "an item is done before a part of it");
  EXPECT_EQ(Verdict(Without(8)), "the response ends before an item of it is done");
  EXPECT_EQ(Verdict(Without(9)), "the stream ended without the response's end");
}

TEST(ResponsesGrammar, FindsWhatComesTwice) {
  EXPECT_EQ(Verdict(Twice(0)), "the response begins twice");
  EXPECT_EQ(Verdict(Twice(2)), "an item's index is not the next one");
  EXPECT_EQ(Verdict(Twice(3)), "a part begins before the one before it is done");
  EXPECT_EQ(Verdict(Twice(6)), "a text goes on after it is done");
  EXPECT_EQ(Verdict(Twice(7)), "a part that is not open is done");
  EXPECT_EQ(Verdict(Twice(8)), "an event is of no open item");
  EXPECT_EQ(Verdict(Twice(9)), "an event follows the end");
  EXPECT_EQ(Verdict({kCreated, kItem, kCallDone, kCallDone}), "a call's input goes on after it is done");
  EXPECT_EQ(Verdict({kCreated, kError, kCompleted}), "an event follows the end");
}

TEST(ResponsesGrammar, FindsWhatIsInTheWrongPlace) {
  EXPECT_EQ(Verdict({kCreated, kItem, kProgress}), "the response is in progress after its first item");
  EXPECT_EQ(Verdict({kCreated, Added(1, "a")}), "an item's index is not the next one");
  EXPECT_EQ(Verdict({kCreated, kItem, OfText("content_part.added", 1)}), "a part's index is not the next one");
  EXPECT_EQ(Verdict({kCreated, kItem, kPart, OfText("output_text.delta", 1)}), "a text stands outside a part");
  EXPECT_EQ(Verdict({kCreated, kItem, kSummary, kItemDone}), "an item is done before a part of it");
  EXPECT_EQ(Verdict({kCreated, kItem, kSummaryDelta}), "a text stands outside a part");
  EXPECT_EQ(Verdict({kCreated, kItem, Of("response.function_call_arguments.delta", 0, "b")}),
            "an event names another item than its index");
}

TEST(ResponsesGrammar, CountsTheEvents) {
  const auto numbered = [](const std::string& name, int number) {
    return Event("response." + name, R"(,"sequence_number":)" + std::to_string(number));
  };
  EXPECT_EQ(Verdict({numbered("created", 0), numbered("in_progress", 1), numbered("completed", 2)}), "");
  EXPECT_EQ(Verdict({numbered("created", 0), numbered("completed", 2)}), "a sequence_number is not the next one");
  EXPECT_EQ(Verdict({numbered("created", 0), numbered("completed", 0)}), "a sequence_number is not the next one");
}

TEST(ResponsesGrammar, ReadsNoNonsense) {
  EXPECT_EQ(Verdict({"nonsense"}), "an event is no JSON object");
  EXPECT_EQ(Verdict({kCreated, Event("response.output_item.added", R"(,"output_index":0,"item":7)")}),
            "an item is no object");
}

TEST(ResponsesGrammar, FindsOneFaultAStream) {
  const auto grammar = MakeResponsesGrammar();
  EXPECT_FALSE(grammar->OnEvent({}, kItem).empty());
  EXPECT_EQ(grammar->OnEvent({}, kDelta), "");
  EXPECT_EQ(grammar->OnEnd(), "");
}

class Events final : public SseHandler {
 public:
  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty()) list.emplace_back(event.data);
    return true;
  }
  Stream list;
};

TEST(ResponsesGrammar, TakesEveryRecordedStream) {
  const char* folder = std::getenv("AG_RECORDINGS_DIR");
  if (folder == nullptr || !std::filesystem::exists(folder)) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
  int streams = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(folder) + "/open/interactions/openai")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Arena arena;
    const auto parsed = json::Parse(text, arena);
    ASSERT_TRUE(parsed.ok()) << entry.path();
    const json::Value* bytes = (*parsed)->Find("response")->FindNonNull("body_text");
    if ((*parsed)->Find("api")->str() != "responses" || bytes == nullptr) continue;
    if (bytes->str().substr(0, 6) != "event:") continue;
    Events events;
    SseParser parser;
    ASSERT_TRUE(parser.Feed(bytes->str(), events).ok() && parser.End(events).ok());
    EXPECT_EQ(Verdict(events.list), "") << entry.path();
    ++streams;
  }
  EXPECT_GT(streams, 100);
}

}  // namespace
}  // namespace ag::wire::openai
