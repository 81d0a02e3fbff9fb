#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/replay/gateway/specified_fault.h"
#include "tests/replay/recording.h"
#include "tests/support/http_client.h"

// Faults and contracts that providers document, for a client of each dialect: what failed is classed as it should be,
// the client learns of it in its own dialect, and what was delivered before is whole.
namespace ag::test {
namespace {

// What a client understood of a reply.
struct Understood {
  std::string text;
  bool error = false;          // in its dialect's shape, with a message
  bool ended = false;          // the reply's proper end
  std::string unintelligible;  // the first thing that is no JSON object
};

std::string_view Text(const json::Value* object, std::string_view key) {
  const json::Value* value = object == nullptr ? nullptr : object->FindNonNull(key);
  return value == nullptr ? std::string_view() : value->str();
}

bool HasMessage(const json::Value* error) { return !Text(error, "message").empty(); }

class Reader {
 public:
  explicit Reader(Dialect dialect) : dialect_(dialect) {}

  Understood Read(const HttpResponse& response) {
    const bool sse = response.Header("content-type").starts_with("text/event-stream");
    if (sse) {
      ReadEvents(response.body);
    } else {
      ReadDocument(response.body);
    }
    return understood_;
  }

 private:
  void ReadEvents(std::string_view body) {
    while (!body.empty()) {
      const std::size_t end = body.find('\n');
      std::string_view line = body.substr(0, end);
      body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.starts_with("data:")) continue;
      const std::string_view data = TrimSpace(line.substr(5));
      if (data == "[DONE]") continue;
      ReadDocument(data);
    }
  }

  void ReadDocument(std::string_view document) {
    const auto parsed = json::Parse(document, arena_);
    if (!parsed.ok() || (*parsed)->type() == json::Type::kArray) {
      for (const json::Value& element : parsed.ok() ? (*parsed)->items() : std::span<const json::Value>()) {
        Take(element);
      }
      if (!parsed.ok()) understood_.unintelligible = document;
      return;
    }
    Take(**parsed);
  }

  void Take(const json::Value& value) {
    switch (dialect_) {
      case Dialect::kChat:
      case Dialect::kCompletions:
        return TakeChat(value);
      case Dialect::kResponses:
        return TakeResponses(value);
      case Dialect::kMessages:
        return TakeMessages(value);
      case Dialect::kGemini:
        return TakeGemini(value);
    }
  }

  void TakeChat(const json::Value& value) {
    understood_.error = understood_.error || HasMessage(value.FindNonNull("error"));
    const json::Value* choices = value.FindNonNull("choices");
    if (choices == nullptr) return;
    for (const json::Value& choice : choices->items()) {
      const json::Value* delta = choice.FindNonNull("delta");
      if (delta == nullptr) delta = choice.FindNonNull("message");
      understood_.text += Text(delta == nullptr ? &choice : delta, delta == nullptr ? "text" : "content");
      understood_.ended = understood_.ended || choice.FindNonNull("finish_reason") != nullptr;
    }
  }

  void TakeResponses(const json::Value& value) {
    const std::string_view type = Text(&value, "type");
    if (type == "response.output_text.delta") understood_.text += Text(&value, "delta");
    const json::Value* response = value.FindNonNull("response");
    if (type == "response.failed") understood_.error = HasMessage(response->FindNonNull("error"));
    if (type == "error") understood_.error = HasMessage(&value) || HasMessage(value.FindNonNull("error"));
    if (type.empty() && HasMessage(value.FindNonNull("error"))) understood_.error = true;
    if (type == "response.completed" || type == "response.incomplete") understood_.ended = true;
    if (Text(&value, "object") != "response") return;
    understood_.ended = true;
    for (const json::Value& item : value.Find("output")->items()) TakeContent(item.FindNonNull("content"));
  }

  void TakeContent(const json::Value* content) {
    if (content == nullptr) return;
    for (const json::Value& part : content->items()) understood_.text += Text(&part, "text");
  }

  void TakeMessages(const json::Value& value) {
    const std::string_view type = Text(&value, "type");
    if (type == "error") understood_.error = HasMessage(value.FindNonNull("error"));
    if (type == "content_block_delta") understood_.text += Text(value.FindNonNull("delta"), "text");
    if (type == "message") TakeContent(value.FindNonNull("content"));
    if (type == "message" || type == "message_stop") understood_.ended = true;
  }

  void TakeGemini(const json::Value& value) {
    understood_.error = understood_.error || HasMessage(value.FindNonNull("error"));
    const json::Value* candidates = value.FindNonNull("candidates");
    if (candidates == nullptr) return;
    for (const json::Value& candidate : candidates->items()) {
      understood_.ended = understood_.ended || candidate.FindNonNull("finishReason") != nullptr;
      const json::Value* content = candidate.FindNonNull("content");
      const json::Value* parts = content == nullptr ? nullptr : content->FindNonNull("parts");
      if (parts == nullptr) continue;
      for (const json::Value& part : parts->items()) {
        if (part.FindNonNull("thought") == nullptr) understood_.text += Text(&part, "text");
      }
    }
  }

  Dialect dialect_;
  Arena arena_;
  Understood understood_;
};

// "RateMinute" → RATE_MINUTE, as the control service names it.
std::string ProtoName(std::string_view kind) {
  std::string name;
  for (const char c : kind) {
    if (c >= 'A' && c <= 'Z' && !name.empty()) name += '_';
    name += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return "ERROR_KIND_" + name;
}

// The kinds that the fault may be classed as; "ERROR_KIND_UNSPECIFIED" = it is no fault.
std::set<std::string> AllowedKinds(const Recording& fault) {
  const json::Value& expected = *fault.expectation();
  const json::Value* kind = expected.FindNonNull("error_kind");
  if (kind == nullptr) return {"ERROR_KIND_UNSPECIFIED"};
  std::set<std::string> kinds{ProtoName(kind->str())};
  if (const json::Value* also = expected.FindNonNull("also_ok")) {
    for (const json::Value& other : also->items()) kinds.insert(ProtoName(other.str()));
  }
  // A refusal is a complete answer.
  if (fault.status() == 200 && kind->str() == "ContentFilter") kinds.insert("ERROR_KIND_UNSPECIFIED");
  return kinds;
}

// False where the account has an endpoint of the client's own, so that the fault's dialect would not be asked.
bool Meets(Dialect client, const Recording& fault) {
  if (fault.entry().provider != "openai") return true;
  const bool chat = fault.entry().api == "chat.completions";
  if (client == Dialect::kCompletions) return false;
  return client == Dialect::kChat ? chat : true;
}

class SpecifiedFaults : public ::testing::TestWithParam<Dialect> {
 protected:
  // What a client of this dialect gets when its account's provider fails so.
  HttpResponse Play(const Recording& fault) {
    FakeUpstream upstream;
    upstream.On("GET", "/v1/models", Reply(200).Json(R"({"data":[]})"));
    upstream.On("GET", "/v1beta/models", Reply(200).Json(R"({"models":[]})"));
    upstream.Respond([&](const RecordedRequest&) { return FaultReply(fault); });
    const std::string preset = PresetOf(fault);
    const bool compatible = preset == "openai-compatible";
    const std::string id = gateway_.AddAccount(preset, upstream.Origin() + (compatible ? "/v1" : ""));
    const Ask ask = AskIn(GetParam(), "at-" + preset, fault.entry().stream);
    HttpResponse reply = HttpPost(gateway_.port(), ask.target, ask.body, {{"content-type", "application/json"}});
    client::v1::DeleteAccountRequest remove;
    remove.set_id(id);
    EXPECT_TRUE(gateway_.control().DeleteAccount(remove).ok());
    return reply;
  }

  // Empty when that and what is recorded of it are as they should be.
  std::string Check(const Recording& fault, const HttpResponse& reply) {
    const client::v1::RequestRecord record = gateway_.WaitForRecordOf(reply.Header("x-ag-request-id"));
    const std::string wrong = Judge(fault, reply, client::v1::ErrorKind_Name(record.error_kind()));
    return wrong.empty() ? wrong : absl::StrCat(wrong, "; ", record.error_message(), "\n", reply.body.substr(0, 600));
  }

  std::string Judge(const Recording& fault, const HttpResponse& reply, const std::string& kind) {
    const std::set<std::string> allowed = AllowedKinds(fault);
    if (!allowed.contains(kind)) return absl::StrCat("classed as ", kind, ", not ", *allowed.begin());
    // A client of the provider itself gets what it would have got without a gateway, be it a page of HTML.
    if (fault.status() != 200 && reply.status == fault.status() && reply.body == fault.response_body()) {
      return fault.family() == FamilyOf(GetParam()) ? "" : "another provider's error";
    }
    const Understood got = Reader(GetParam()).Read(reply);
    if (!got.unintelligible.empty()) return "the client cannot read: " + got.unintelligible;
    const std::string expected(Text(fault.expectation(), "text"));
    if (kind == "ERROR_KIND_UNSPECIFIED") {
      if (reply.status != 200 || got.error || !got.ended) return absl::StrCat("no good reply, status ", reply.status);
      return expected.empty() || got.text == expected ? "" : "the text is: " + got.text;
    }
    if (!got.error) return absl::StrCat("no error in the client's shape, status ", reply.status);
    if (got.ended) return "the reply ends as if it were whole";
    if (reply.status == 200) return expected.starts_with(got.text) && !got.text.empty() ? "" : "text: " + got.text;
    return JudgeStatus(kind, reply.status);
  }

  // What SDKs act on: whose fault it is, and whether to try again.
  static std::string JudgeStatus(const std::string& kind, int status) {
    const auto is = [&kind](std::string_view name) { return kind == absl::StrCat("ERROR_KIND_", ToAbsl(name)); };
    bool good = status >= 500;
    if (is("RATE_MINUTE") || is("QUOTA_DAY")) good = status == 429;
    if (is("BILLING")) good = status == 402 || status == 429 || status >= 500 || status == 400;
    if (is("OVERLOADED")) good = status == 503 || status == 529 || status == 429;
    if (is("MODEL_NOT_FOUND")) good = status == 404;
    if (is("BODY_TOO_LARGE")) good = status == 413;
    const bool request = is("INVALID_REQUEST") || is("CONTEXT_TOO_LONG") || is("UNSUPPORTED") || is("STATE_REJECTED");
    if (request || is("CONTENT_FILTER")) good = status >= 400 && status < 500 && status != 429 && status != 401;
    return good ? "" : absl::StrCat("status ", status, " for ", kind);
  }

  Gateway gateway_{{{"proxy.max_attempts", "1"}}};
};

TEST_P(SpecifiedFaults, AreToldInTheClientsDialect) {
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
  // Records are written a while after the reply: they are looked at in the end.
  std::vector<std::pair<std::unique_ptr<Recording>, HttpResponse>> played;
  for (const RecordingEntry& entry : *entries) {
    auto fault = Recording::Load(entry);
    ASSERT_TRUE(fault.ok()) << entry.id << ": " << fault.status();
    if (!Meets(GetParam(), **fault)) continue;
    HttpResponse reply = Play(**fault);
    played.emplace_back(*std::move(fault), std::move(reply));
  }
  std::vector<std::string> failures;
  for (const auto& [fault, reply] : played) {
    const std::string wrong = Check(*fault, reply);
    if (!wrong.empty()) failures.push_back(absl::StrCat(fault->entry().id, ": ", wrong));
  }
  EXPECT_GE(played.size(), 50U);
  EXPECT_THAT(failures, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Clients, SpecifiedFaults,
                         ::testing::Values(Dialect::kChat, Dialect::kCompletions, Dialect::kResponses,
                                           Dialect::kMessages, Dialect::kGemini),
                         [](const auto& dialect) { return std::string(NameOf(dialect.param)); });

}  // namespace
}  // namespace ag::test
