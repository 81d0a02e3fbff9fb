#include "tests/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/replay/compare.h"
#include "tests/replay/recording.h"

namespace ag::test {
namespace {

// An account that lives for one recording, in a gateway that serves many.
class FreshAccount final : public ReplayTarget {
 public:
  FreshAccount(Gateway& gateway, Family family, const FakeUpstream& upstream)
      : gateway_(gateway), id_(gateway.AddAccount(NameOf(family), upstream.Origin())) {}
  ~FreshAccount() override {
    client::v1::DeleteAccountRequest request;
    request.set_id(id_);
    const auto deleted = gateway_.control().DeleteAccount(request);
    EXPECT_TRUE(deleted.ok()) << deleted.status();
  }
  std::uint16_t port() const override { return gateway_.port(); }

 private:
  Gateway& gateway_;
  const std::string id_;
};

// A 400 with which a provider refuses the account rather than the request.
bool BlamesTheAccount(std::string_view body) {
  for (const std::string_view sign : {"API_KEY_INVALID", "credit balance is too low", "User location is not"}) {
    if (body.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

// A streamed chat completion that did not ask for usage gets it asked for, and the chunk that only carries usage is
// withheld (docs/architecture.md, fidelity).
std::optional<std::string> WithheldUsage(const Recording& recording, const HttpResponse& actual) {
  constexpr std::string_view kEmptyChoices = "\"choices\":[],";
  const std::string_view body = recording.response_body();
  const bool chat_stream = recording.entry().api == "chat.completions" && recording.entry().stream;
  const bool asked = recording.request_body().find("include_usage") != std::string_view::npos;
  const auto chunk = body.find(kEmptyChoices);
  if (!chat_stream || asked || chunk == std::string_view::npos) return std::nullopt;
  const auto begin = body.rfind("data: ", chunk);
  const auto end = body.find("\n\n", chunk);
  if (body.substr(begin, end - begin).find("\"usage\"") == std::string_view::npos) return std::nullopt;
  return CompareBytes(std::string(body.substr(0, begin)) + std::string(body.substr(end + 2)), actual.body);
}

// An account's own refusal must not tell the client that its key is wrong: it becomes a 502 with an error in the
// dialect's shape. A model list is answered from the catalogue, and is then just empty.
std::optional<std::string> AccountRefusal(const Recording& recording, const HttpResponse& actual) {
  const bool refused = recording.status() == 401 || recording.status() == 403 ||
                       (recording.status() == 400 && BlamesTheAccount(recording.response_body()));
  if (!refused) return std::nullopt;
  if (recording.entry().api == "models") {
    return actual.status == 200 || actual.status == 502 ? std::string() : "status " + std::to_string(actual.status);
  }
  if (actual.status != 502)
    return "an account's refusal reached the client with status " + std::to_string(actual.status);
  Arena arena;
  const absl::StatusOr<const json::Value*> body = json::Parse(actual.body, arena);
  if (!body.ok() || (*body)->Find("error") == nullptr) return "no error object: " + actual.body;
  return std::string();
}

std::string OneOf(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? std::string() : value;
}

// The ways in which a reply differs from the recording on purpose; there are no others.
std::optional<std::string> DeclaredDifference(const Recording& recording, const HttpResponse& actual) {
  if (auto verdict = WithheldUsage(recording, actual)) return verdict;
  return AccountRefusal(recording, actual);
}

class ReplayTest : public ::testing::TestWithParam<Family> {};

// AG_REPLAY_SEED and AG_REPLAY_ID repeat one failure.
TEST_P(ReplayTest, GivesTheClientWhatTheProviderSent) {
  const std::optional<std::string> folder = FindRecordings();
  if (!folder) {
    ASSERT_FALSE(RecordingsRequired()) << "AG_REQUIRE_RECORDINGS is set, but there are no recordings";
    GTEST_SKIP() << "no recordings: set AG_RECORDINGS_DIR";
  }
  const absl::StatusOr<std::vector<RecordingEntry>> entries = ReadIndex(*folder);
  ASSERT_TRUE(entries.ok()) << entries.status();

  Gateway gateway;
  gateway.SetRoute("*", NameOf(GetParam()));
  ReplayOptions options;
  options.seed = std::random_device()();
  if (const std::string seed = OneOf("AG_REPLAY_SEED"); !seed.empty()) {
    options.seed = static_cast<unsigned>(std::stoul(seed));
  }
  options.filter = [only = OneOf("AG_REPLAY_ID"), family = GetParam()](const RecordingEntry& entry) {
    return (only.empty() || entry.id == only) && FamilyOf(entry) == family;
  };
  options.exception = DeclaredDifference;
  const ReplayResult result = ReplayAll(
      *entries,
      [&](const Recording& recording, const FakeUpstream& upstream) -> std::unique_ptr<ReplayTarget> {
        return std::make_unique<FreshAccount>(gateway, recording.family(), upstream);
      },
      options);
  std::cout << NameOf(GetParam()) << ": " << result.Summary() << '\n';
  EXPECT_THAT(result.failures, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Families, ReplayTest, ::testing::Values(Family::kOpenAi, Family::kAnthropic, Family::kGemini),
                         [](const auto& family) { return std::string(NameOf(family.param)); });

}  // namespace
}  // namespace ag::test
