#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/replay/gateway/specified_fault.h"
#include "tests/replay/recording.h"
#include "tests/support/http_client.h"

// Documented faults of one account while another is well: whether the other is asked, and that its answer is then the
// client's.
namespace ag::test {
namespace {

Dialect DialectOf(const Recording& fault) {
  if (fault.entry().api == "chat.completions") return Dialect::kChat;
  if (fault.entry().provider == "openai") return Dialect::kResponses;
  return fault.entry().provider == "anthropic" ? Dialect::kMessages : Dialect::kGemini;
}

Reply Success(Dialect dialect, bool stream) {
  switch (dialect) {
    case Dialect::kResponses:
      return stream ? OpenAiResponsesStream({"well"}) : OpenAiResponsesUnary("well");
    case Dialect::kMessages:
      return stream ? AnthropicStream({"well"}) : AnthropicUnary("well");
    case Dialect::kGemini:
      return stream ? GeminiStream({"well"}) : GeminiUnary("well");
    default:
      return stream ? OpenAiChatStream({"well"}) : OpenAiChatUnary("well");
  }
}

bool Rotates(const Recording& fault) {
  const json::Value* rotate = fault.expectation()->FindNonNull("rotate");
  return rotate != nullptr && rotate->AsBool(false);
}

class SpecifiedRotation : public ::testing::Test {
 protected:
  // Empty when the fault was dealt with as it should be.
  std::string Play(const Recording& fault) {
    const Dialect dialect = DialectOf(fault);
    const bool stream = fault.entry().stream;
    FakeUpstream sick;
    FakeUpstream well;
    for (FakeUpstream* upstream : {&sick, &well}) {
      upstream->On("GET", "/v1/models", Reply(200).Json(R"({"data":[]})"));
      upstream->On("GET", "/v1beta/models", Reply(200).Json(R"({"models":[]})"));
    }
    sick.Respond([&](const RecordedRequest&) { return FaultReply(fault); });
    well.Respond([&](const RecordedRequest&) { return Success(dialect, stream); });
    const std::string preset = PresetOf(fault);
    const std::string path = preset == "openai-compatible" ? "/v1" : "";
    const std::string first = gateway_.AddAccount(preset, sick.Origin() + path, "sick", 10);
    const std::string second = gateway_.AddAccount(preset, well.Origin() + path, "well", 1);
    const Ask ask = AskIn(dialect, "at-" + preset, stream);
    const HttpResponse reply = HttpPost(gateway_.port(), ask.target, ask.body, {{"content-type", "application/json"}});
    for (const std::string& id : {first, second}) {
      client::v1::DeleteAccountRequest remove;
      remove.set_id(id);
      EXPECT_TRUE(gateway_.control().DeleteAccount(remove).ok());
    }
    const auto requests = well.requests();
    const bool asked = std::any_of(requests.begin(), requests.end(), [](const auto& r) { return r.method == "POST"; });
    if (asked != Rotates(fault)) return asked ? "another account was asked" : "no other account was asked";
    if (asked && (reply.status != 200 || reply.body.find("well") == std::string::npos)) {
      return absl::StrCat("the other account's answer was lost: ", reply.status, " ", reply.body.substr(0, 300));
    }
    return {};
  }

  Gateway gateway_;
};

TEST_F(SpecifiedRotation, AsksAnotherAccountExactlyWhereThatMayHelp) {
  const std::optional<std::string> folder = FindRecordings();
  if (!folder) {
    ASSERT_FALSE(RecordingsRequired()) << "AG_REQUIRE_RECORDINGS is set, but there are no recordings";
    GTEST_SKIP() << "no recordings: set AG_RECORDINGS_DIR";
  }
  const auto entries = ReadIndex(*folder, "specified");
  ASSERT_TRUE(entries.ok()) << entries.status();
  for (const std::string preset : {"openai", "openai-compatible", "anthropic", "gemini"}) {
    gateway_.SetRoute("at-" + preset, preset, "upstream-model");
  }
  std::vector<std::string> failures;
  std::size_t played = 0;
  for (const RecordingEntry& entry : *entries) {
    auto fault = Recording::Load(entry);
    ASSERT_TRUE(fault.ok()) << entry.id << ": " << fault.status();
    const std::string wrong = Play(**fault);
    if (!wrong.empty()) failures.push_back(absl::StrCat(entry.id, ": ", wrong));
    ++played;
  }
  EXPECT_GE(played, 90U);
  EXPECT_THAT(failures, ::testing::IsEmpty());
}

}  // namespace
}  // namespace ag::test
