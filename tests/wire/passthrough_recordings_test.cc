#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/wire/passthrough.h"
#include "tests/support/temp_dir.h"

// Every recorded exchange through passthrough, its reply cut at random: the client gets the very bytes.
namespace ag::wire {
namespace {

class StringSink final : public Sink {
 public:
  void Append(std::string_view bytes) override { text += bytes; }
  void Borrow(std::string_view bytes) override { text += bytes; }
  std::string text;
};

std::string_view TextAt(const json::Value& object, std::string_view key) {
  const auto* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::optional<Endpoint> EndpointOf(const json::Value& record) {
  Endpoint endpoint;
  const auto api = TextAt(record, "api");
  endpoint.path_model = "some-model";
  if (api == "chat.completions") {
    endpoint.dialect = Dialect::kChat;
  } else if (api == "completions") {
    endpoint.dialect = Dialect::kCompletions;
  } else if (api == "responses") {
    endpoint.dialect = Dialect::kResponses;
  } else if (api == "messages") {
    endpoint.dialect = Dialect::kMessages;
  } else if (api == "generateContent") {
    endpoint.dialect = Dialect::kGemini;
  } else if (api == "streamGenerateContent") {
    endpoint.dialect = Dialect::kGemini;
    endpoint.operation = Operation::kGenerateStream;
    const bool sse = TextAt(*record.Find("request"), "path").find("alt=sse") != std::string_view::npos;
    endpoint.framing = sse ? StreamFraming::kSse : StreamFraming::kJsonArray;
  } else {
    return std::nullopt;
  }
  return endpoint;
}

struct Outcome {
  Step step = Step::kHold;
  std::string text;
  TranslationReport report;
};

// The relay's part: pieces of random size until the reply is done.
Outcome Replay(const Endpoint& endpoint, std::string_view body, std::string_view reply, std::string_view content_type,
               RandomSource& random) {
  Arena arena;
  Outcome outcome;
  auto request = ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  if (!request.ok()) return outcome;
  UpstreamTarget target;
  target.dialect = endpoint.dialect;
  target.model = "some-model";
  target.inject_usage = false;
  auto translation = *MakePassthrough(*request, target);
  EXPECT_TRUE(translation->EncodeRequest().ok());
  translation->OnUpstreamHead(200, content_type);
  StringSink sink;
  const std::uint64_t largest = 1 + random.Next() % 4000;
  while (!reply.empty() && outcome.step != Step::kDone && outcome.step != Step::kFailed) {
    const std::string piece(reply.substr(0, 1 + random.Next() % largest));
    reply.remove_prefix(piece.size());
    outcome.step = translation->OnUpstreamBytes(piece, sink);
  }
  if (outcome.step != Step::kDone && outcome.step != Step::kFailed) outcome.step = translation->OnUpstreamEnd(sink);
  outcome.text = std::move(sink.text);
  outcome.report = translation->Report();
  return outcome;
}

bool Has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool SaysOutput(std::string_view reply) {
  return Has(reply, "\"output_tokens\":") || Has(reply, "\"completion_tokens\":") ||
         Has(reply, "\"candidatesTokenCount\":");
}

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("AG_RECORDINGS_DIR");
    if (folder == nullptr || !std::filesystem::is_directory(folder)) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(folder) + "/open/interactions")) {
      if (entry.path().extension() == ".json") files_.push_back(entry.path().string());
    }
    std::sort(files_.begin(), files_.end());
    ASSERT_FALSE(files_.empty());
  }

  std::vector<std::string> files_;
};

TEST_F(Recordings, PassByteForByteInAnySplit) {
  FastRandom random(2026);
  int replayed = 0;
  int no_input = 0;
  int no_stop = 0;
  for (const auto& file : files_) {
    Arena arena;
    const std::string text = test::ReadFile(file);
    const auto record = json::Parse(text, arena);
    ASSERT_TRUE(record.ok()) << file << record.status();
    const auto endpoint = EndpointOf(**record);
    const auto& response = *(*record)->Find("response");
    if (!endpoint || response.Find("status")->AsInt() != 200) continue;
    const auto* request_body = (*record)->Find("request")->Find("body");
    const auto* body_text = response.Find("body_text");
    const std::string reply(body_text != nullptr ? body_text->str() : response.Find("body")->raw());
    const auto content_type = TextAt(*response.Find("headers"), "content-type");
    if (request_body == nullptr || !request_body->is_object()) continue;
    const auto outcome = Replay(*endpoint, request_body->raw(), reply, content_type, random);
    ++replayed;
    if (Has(text, "\"stream_error\"")) {
      EXPECT_EQ(outcome.step, Step::kFailed) << file;
      EXPECT_FALSE(outcome.report.error.ok()) << file;
      continue;
    }
    EXPECT_EQ(outcome.step, Step::kDone) << file << " " << outcome.report.error;
    EXPECT_EQ(outcome.text, reply) << file;
    const auto& usage = outcome.report.usage;
    if (SaysOutput(reply)) {
      EXPECT_TRUE(usage.output.has_value()) << file;
    } else {
      EXPECT_EQ(usage.output.value_or(0), 0) << file;  // zero where Gemini's total says so
    }
    no_input += usage.output && !usage.input ? 1 : 0;
    no_stop += outcome.report.stop_reason == StopReason::kUnknown ? 1 : 0;
  }
  EXPECT_GT(replayed, 1500);
  EXPECT_LE(no_input * 200, replayed);  // Gemini leaves promptTokenCount out now and then
  EXPECT_LE(no_stop * 100, replayed);   // background responses, audio chats, broken tool calls
}

}  // namespace
}  // namespace ag::wire
