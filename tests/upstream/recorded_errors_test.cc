#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/upstream/provider.h"
#include "tests/support/temp_dir.h"

// Replays what providers are known to answer when something goes wrong. The recordings are not part of this repository:
// AG_RECORDINGS_DIR names their folder, and without it these tests are skipped.
namespace ag::upstream {
namespace {

std::string RecordingsDir() {
  const char* configured = std::getenv("AG_RECORDINGS_DIR");
  return configured != nullptr && *configured != '\0' ? configured : "../shared/recordings";
}

std::string_view Text(const json::Value* object, std::string_view key) {
  const auto* value = object == nullptr ? nullptr : object->Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

struct Recording {
  std::string id;
  Family family = Family::kOpenAi;
  int status = 0;
  std::vector<http::Header> headers;  // views into the arena of the file
  std::string body;
  bool stream_error = false;
  bool transport = false;
  bool benign = false;
  const json::Value* expect = nullptr;
};

class RecordedErrors : public ::testing::Test {
 protected:
  // All records below `folder`; empty when the recordings are absent.
  std::vector<Recording> Load(const std::string& folder) {
    const std::filesystem::path root(RecordingsDir() + "/" + folder);
    std::vector<Recording> records;
    if (!std::filesystem::exists(root)) return records;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      if (file.is_regular_file() && file.path().extension() == ".json") Add(file.path().string(), records);
    }
    return records;
  }

 private:
  void Add(const std::string& path, std::vector<Recording>& records) {
    const auto text = arena_.Copy(test::ReadFile(path));
    const auto root = json::Parse(text, arena_);
    ASSERT_TRUE(root.ok()) << path << ": " << root.status();
    const auto* response = (*root)->Find("response");
    ASSERT_NE(response, nullptr) << path;
    Recording record;
    record.id = std::string(Text(*root, "id"));
    record.status = static_cast<int>(response->Find("status")->AsInt().value_or(0));
    const auto provider = Text(*root, "provider");
    record.family = provider == "openai"      ? Family::kOpenAi
                    : provider == "anthropic" ? Family::kAnthropic
                                              : Family::kGemini;
    if (const auto* headers = response->Find("headers")) {
      for (const auto& member : headers->members()) record.headers.push_back({member.key, member.value.str()});
    }
    const auto* body = response->FindNonNull("body");
    record.body = std::string(body != nullptr ? body->raw() : Text(response, "body_text"));
    record.transport = (*root)->FindNonNull("transport") != nullptr || response->FindNonNull("transport") != nullptr;
    for (const auto& feature : (*root)->Find("features")->items()) {
      record.stream_error = record.stream_error || feature.str() == "stream_error";
      record.benign = record.benign || feature.str() == "benign";
    }
    record.expect = (*root)->FindNonNull("expect");
    records.push_back(std::move(record));
  }

  Arena arena_;
};

// The recordings' names of error kinds.
const std::map<std::string_view, ErrorKind>& Kinds() {
  static const std::map<std::string_view, ErrorKind> kinds{{"InvalidRequest", ErrorKind::kInvalidRequest},
                                                           {"ContextTooLong", ErrorKind::kContextTooLong},
                                                           {"ModelNotFound", ErrorKind::kModelNotFound},
                                                           {"Unsupported", ErrorKind::kUnsupported},
                                                           {"BodyTooLarge", ErrorKind::kBodyTooLarge},
                                                           {"AccountAuth", ErrorKind::kAccountAuth},
                                                           {"AccountForbidden", ErrorKind::kAccountForbidden},
                                                           {"RateMinute", ErrorKind::kRateMinute},
                                                           {"QuotaDay", ErrorKind::kQuotaDay},
                                                           {"Billing", ErrorKind::kBilling},
                                                           {"Overloaded", ErrorKind::kOverloaded},
                                                           {"UpstreamServer", ErrorKind::kUpstreamServer},
                                                           {"Protocol", ErrorKind::kProtocol},
                                                           {"StreamCut", ErrorKind::kStreamCut},
                                                           {"ContentFilter", ErrorKind::kContentFilter},
                                                           {"StateRejected", ErrorKind::kStateRejected}};
  return kinds;
}

// Records that no classifier of error replies is asked about, with the reason.
const std::map<std::string, std::string>& Exceptions() {
  static const std::map<std::string, std::string> exceptions{
      {"spec-anthropic-200-refusal-1", "a complete reply; its stop reason is reported by the translation"}};
  return exceptions;
}

// The error event of a stream: the last JSON text in it that speaks of an error or of an incomplete response.
std::string LastErrorEvent(const std::string& body) {
  std::string last;
  std::size_t start = 0;
  while (start < body.size()) {
    auto end = body.find_first_of("\r\n", start);
    if (end == std::string::npos) end = body.size();
    std::string_view line(body.data() + start, end - start);
    start = end + 1;
    if (line.rfind("data:", 0) != 0) continue;
    line.remove_prefix(5);
    Arena arena;
    const auto event = json::Parse(line, arena);
    if (!event.ok() || !(*event)->is_object()) continue;
    const auto type = Text(*event, "type");
    if ((*event)->FindNonNull("error") != nullptr || type == "error" || type == "response.failed" ||
        type == "response.incomplete") {
      last = std::string(line);
    }
  }
  return last;
}

bool IsSse(const Recording& record) {
  return http::Headers(record.headers).Find("content-type").find("event-stream") != std::string_view::npos;
}

void ExpectAgreement(const Recording& record, const ErrorDetail& detail) {
  SCOPED_TRACE(record.id + ": " + detail.provider_text);
  const auto wanted = Text(record.expect, "error_kind");
  std::set<std::string_view> accepted{wanted};
  if (const auto* also = record.expect->FindNonNull("also_ok")) {
    for (const auto& kind : also->items()) accepted.insert(kind.str());
  }
  bool agrees = false;
  for (const auto name : accepted) agrees = agrees || Kinds().at(name) == detail.kind;
  EXPECT_TRUE(agrees) << "wanted " << wanted << ", got " << NameOf(detail.kind);
  EXPECT_EQ(NameOf(detail.scope), Text(record.expect, "scope"));
  const auto* wait = record.expect->FindNonNull("retry_after_s");
  ASSERT_EQ(detail.retry_after.has_value(), wait != nullptr);
  if (wait != nullptr) {
    EXPECT_NEAR(static_cast<double>(detail.retry_after->count()), *wait->AsDouble() * 1000.0, 1.0);
  }
}

TEST_F(RecordedErrors, AreClassifiedAsSpecified) {
  const auto records = Load("specified/interactions");
  if (records.empty()) GTEST_SKIP() << "no recordings at " << RecordingsDir();
  int replies = 0;
  int events = 0;
  for (const auto& record : records) {
    ASSERT_NE(record.expect, nullptr) << record.id;
    if (record.benign || record.transport || record.expect->FindNonNull("error_kind") == nullptr) continue;
    if (Exceptions().count(record.id) != 0) continue;
    if (record.status < 400 && IsSse(record)) {
      const auto event = LastErrorEvent(record.body);
      if (event.empty()) continue;
      ExpectAgreement(record, ClassifyStreamError(record.family, event, WallTime{}));
      ++events;
      continue;
    }
    ExpectAgreement(record,
                    Classify(record.family, record.status, http::Headers(record.headers), record.body, WallTime{}));
    ++replies;
  }
  RecordProperty("replies", replies);
  RecordProperty("stream_events", events);
  EXPECT_GT(replies, 50);
  EXPECT_GT(events, 5);
}

TEST_F(RecordedErrors, AreNeverCalledInternal) {
  const auto records = Load("open/interactions");
  if (records.empty()) GTEST_SKIP() << "no recordings at " << RecordingsDir();
  int failed = 0;
  for (const auto& record : records) {
    if (record.status < 400) continue;
    ++failed;
    const auto detail = Classify(record.family, record.status, http::Headers(record.headers), record.body, WallTime{});
    EXPECT_NE(detail.kind, ErrorKind::kInternal) << record.id;
    EXPECT_NE(detail.kind, ErrorKind::kProtocol) << record.id;
    EXPECT_EQ(detail.http_status, record.status) << record.id;
    if (record.status == 404) {
      EXPECT_EQ(detail.kind, ErrorKind::kModelNotFound) << record.id << detail.provider_text;
    }
    // A 429 of the recordings is never the request's fault, a 401 always the account's.
    if (record.status == 429) {
      EXPECT_NE(detail.scope, ErrorScope::kRequest) << record.id;
    }
    if (record.status == 401) {
      EXPECT_EQ(detail.scope, ErrorScope::kAccount) << record.id;
    }
  }
  RecordProperty("failed_replies", failed);
  EXPECT_GT(failed, 100);
}

}  // namespace
}  // namespace ag::upstream
