#include "gatewayd/upstream/error_facts.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::upstream {
namespace {

constexpr std::size_t kLongestMessage = 2000;
constexpr std::int64_t kEarliestResetMs = 1'500'000'000'000;  // 2017: less is no time in milliseconds
constexpr std::int64_t kLatestResetMs = 4'102'444'800'000;    // 2100
constexpr std::int64_t kLongestWaitSeconds = 366 * 24 * 3600;
constexpr int kDeepestNesting = 2;  // an Anthropic error inside a Google one; no deeper form is known

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view Text(const json::Value& object, std::string_view key) {
  const auto* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

// The JSON part of an SSE frame or of a body with a byte order mark; the text itself when there is none.
std::string_view JsonPart(std::string_view body) {
  const auto first = body.find_first_of("{[");
  if (first == std::string_view::npos) return TrimSpace(body);
  body.remove_prefix(first);
  return TrimSpace(body);
}

// "<title>413 Request Entity Too Large</title>" is what an edge's page says to people.
std::string_view PageTitle(std::string_view body) {
  const auto open = body.find("<title>");
  if (open == std::string_view::npos) return {};
  const auto start = open + std::string_view("<title>").size();
  const auto close = body.find("</title>", start);
  return close == std::string_view::npos ? std::string_view() : TrimSpace(body.substr(start, close - start));
}

void ReadDetail(const json::Value& detail, ErrorFacts& facts) {
  const auto type = Text(detail, "@type");
  if (type.find("ErrorInfo") != std::string_view::npos) {
    facts.reason = std::string(Text(detail, "reason"));
    if (const auto* metadata = detail.FindNonNull("metadata")) {
      facts.quota_reset_delay = std::string(Text(*metadata, "quotaResetDelay"));
    }
  } else if (type.find("RetryInfo") != std::string_view::npos) {
    facts.retry_delay = std::string(Text(detail, "retryDelay"));
  } else if (type.find("QuotaFailure") != std::string_view::npos) {
    const auto* violations = detail.Find("violations");
    if (violations == nullptr) return;
    for (const auto& violation : violations->items()) {
      const auto* value = violation.Find("quotaValue");
      facts.violations.push_back({std::string(Text(violation, "quotaId")), value == nullptr ? std::string()
                                                                           : value->is_string()
                                                                               ? std::string(value->str())
                                                                               : std::string(value->raw())});
    }
  }
}

// https://openrouter.ai/docs/api/reference/errors-and-debugging; its reset is in milliseconds since the epoch.
void ReadMetadata(const json::Value& metadata, ErrorFacts& facts) {
  const auto* reasons = metadata.FindNonNull("reasons");
  facts.flagged = reasons != nullptr && !reasons->items().empty();
  facts.passed_on = !Text(metadata, "provider_name").empty();
  facts.limit_source = std::string(Text(metadata, "limit_source"));
  const auto* headers = metadata.FindNonNull("headers");
  if (headers == nullptr) return;
  const auto reset = Text(*headers, "X-RateLimit-Reset");
  std::int64_t at = 0;  // stays 0 for what is no number
  std::from_chars(reset.data(), reset.data() + reset.size(), at);
  if (at > kEarliestResetMs && at < kLatestResetMs) {
    facts.reset = WallTime(std::chrono::milliseconds(at));
  }
}

void ReadErrorObject(const json::Value& error, ErrorFacts& facts) {
  facts.has_error = true;
  facts.type = std::string(Text(error, "type"));
  facts.message = std::string(Text(error, "message"));
  facts.param = std::string(Text(error, "param"));
  facts.status = std::string(Text(error, "status"));
  if (const auto* code = error.FindNonNull("code")) {
    facts.code = std::string(code->str());
    if (const auto number = code->AsInt()) facts.number = static_cast<int>(std::clamp<std::int64_t>(*number, 0, 999));
  }
  if (const auto* details = error.FindNonNull("details")) {
    if (details->is_object()) facts.code = std::string(Text(*details, "error_code"));
    for (const auto& detail : details->items()) ReadDetail(detail, facts);
  }
  if (facts.code.empty()) facts.code = std::string(Text(error, "error_code"));
  if (const auto* metadata = error.FindNonNull("metadata")) ReadMetadata(*metadata, facts);
  if (const auto* wait = error.FindNonNull("resets_in_seconds")) {
    const auto seconds = wait->AsInt();
    if (seconds && *seconds > 0 && *seconds <= kLongestWaitSeconds) facts.wait = std::chrono::seconds(*seconds);
  }
}

// The forms: {"error": {…}}, {"error": "text"} (Ollama; xAI with a "code" beside it), {"type": "error", "code": …} (a
// Responses event),
// {"type": "response.failed", "response": {"error": {…}}}, {"object": "error", "message": …} (vLLM), {"detail": …}.
void ReadRoot(const json::Value& root, ErrorFacts& facts) {
  const auto type = Text(root, "type");
  facts.enveloped = type == "error";
  if (const auto* error = root.FindNonNull("error"); error != nullptr && error->is_object()) {
    ReadErrorObject(*error, facts);
  } else if (error != nullptr && error->is_string()) {
    facts.has_error = true;
    facts.message = std::string(error->str());
    facts.code = std::string(Text(root, "code"));  // xAI
  } else if (const auto* response = root.FindNonNull("response"); response != nullptr && response->is_object()) {
    if (const auto* failed = response->FindNonNull("error")) {
      ReadErrorObject(*failed, facts);
    } else if (const auto* incomplete = response->FindNonNull("incomplete_details")) {
      facts.has_error = true;
      facts.code = std::string(Text(*incomplete, "reason"));
    }
  } else if (type == "error" || Text(root, "object") == "error") {
    ReadErrorObject(root, facts);
    if (facts.type == "error") facts.type.clear();
  } else if (const auto* detail = root.FindNonNull("detail")) {
    facts.has_error = true;
    facts.message = std::string(detail->is_string() ? detail->str() : detail->raw());
  } else if (!Text(root, "message").empty()) {
    ReadErrorObject(root, facts);
  }
}

void ReadBody(std::string_view body, int depth, ErrorFacts& facts) {
  Arena arena;
  const auto parsed = json::Parse(JsonPart(body), arena);
  if (!parsed.ok()) return;
  const json::Value* root = *parsed;
  // Google wraps errors of non-SSE streams in an array; the last element is the newest.
  if (root->is_array() && !root->items().empty()) root = &root->items().back();
  if (!root->is_object()) return;
  facts.json = true;
  ReadRoot(*root, facts);
  const auto inner = TrimSpace(facts.message);
  if (depth < kDeepestNesting && !inner.empty() && inner.front() == '{') {
    ErrorFacts nested;
    nested.http_status = facts.http_status;
    ReadBody(inner, depth + 1, nested);
    if (nested.has_error) facts = nested;
  }
}

}  // namespace

bool ErrorFacts::Says(std::string_view part) const {
  const auto same = [](char a, char b) { return Lower(a) == Lower(b); };
  return std::search(message.begin(), message.end(), part.begin(), part.end(), same) != message.end();
}

ErrorFacts ReadError(int http_status, std::string_view body) {
  ErrorFacts facts;
  facts.http_status = http_status;
  ReadBody(body, 0, facts);
  if (!facts.json) facts.message = std::string(PageTitle(body));
  if (facts.message.size() > kLongestMessage) {
    // A cut inside a UTF-8 character would make the text invalid.
    std::size_t end = kLongestMessage;
    while (end > 0 && (static_cast<unsigned char>(facts.message[end]) & 0xC0) == 0x80) --end;
    facts.message.resize(end);
  }
  return facts;
}

}  // namespace ag::upstream
