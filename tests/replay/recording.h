#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "tests/support/http_text.h"

// Recorded exchanges with the real APIs, as replays read them. The folder's own README describes its format.
namespace ag::test {

struct RecordingEntry {
  std::string id;
  std::string provider;  // openai, anthropic, gemini, vertex
  std::string api;       // chat.completions, messages, generateContent, …
  std::string file;      // absolute
  bool stream = false;
  int status = 0;
};

// Which company's API it is; Vertex counts as Gemini.
Family FamilyOf(const RecordingEntry& entry);

// Where recordings lie: AG_RECORDINGS_DIR, else shared/recordings beside the source tree. None when there is no index.
std::optional<std::string> FindRecordings();
// True when their absence is a failure: AG_REQUIRE_RECORDINGS=1.
bool RecordingsRequired();

// The entries of `folder`/`part`/INDEX.json in its order. "open": recorded; "specified": faults and contracts that were
// written from the providers' documentation.
absl::StatusOr<std::vector<RecordingEntry>> ReadIndex(const std::string& folder, std::string_view part = "open");

// One exchange. Views live as long as it.
class Recording {
 public:
  static absl::StatusOr<std::unique_ptr<Recording>> Load(const RecordingEntry& entry);

  const RecordingEntry& entry() const { return entry_; }
  Family family() const { return FamilyOf(entry_); }

  std::string_view method() const { return method_; }
  // What a client of the gateway sends: Vertex paths become Gemini ones.
  const std::string& target() const { return target_; }
  // As recorded, with a content type where there is a body; no credentials.
  const std::vector<Field>& request_headers() const { return request_headers_; }
  std::string_view request_body() const { return request_body_; }
  std::string_view model() const { return model_; }  // of body or path; empty when neither names one

  int status() const { return entry_.status; }
  const std::vector<Field>& response_headers() const { return response_headers_; }
  std::string_view response_body() const { return response_body_; }
  // Verbatim text (SSE) rather than JSON.
  bool is_text() const { return is_text_; }

  // How the connection ends after the reply: "clean_eof", "reset"; empty = as HTTP wants.
  std::string_view transport_end() const { return transport_end_; }
  // What a gateway should conclude of a specified fault; null in recorded exchanges.
  const json::Value* expectation() const { return expectation_; }

  // Why it cannot be replayed through an account of its own provider; empty when it can.
  std::string_view OutOfScope() const;

 private:
  explicit Recording(RecordingEntry entry) : entry_(std::move(entry)) {}
  absl::Status Read();
  void ReadRequest(const json::Value& request);
  void ReadResponse(const json::Value& response);

  RecordingEntry entry_;
  std::string text_;
  Arena arena_;
  std::string method_;
  std::string target_;
  std::vector<Field> request_headers_;
  std::string_view request_body_;
  std::string model_;
  std::vector<Field> response_headers_;
  std::string_view response_body_;
  bool is_text_ = false;
  std::string_view transport_end_;
  const json::Value* expectation_ = nullptr;
};

}  // namespace ag::test
