#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "tests/support/temp_dir.h"

namespace ag::wire {

// A recorded reply of server-sent events.
struct RecordedStream {
  std::string name;  // of its file
  Dialect dialect = Dialect::kChat;
  std::string body;
  bool failed = false;  // the provider reported an error in it
};

inline std::optional<Dialect> DialectOfApi(std::string_view api) {
  if (api == "chat.completions" || api == "openai_compat.chat.completions") return Dialect::kChat;
  if (api == "completions") return Dialect::kCompletions;
  if (api == "responses") return Dialect::kResponses;
  if (api == "messages" || api == "anthropic.streamRawPredict") return Dialect::kMessages;
  if (api == "streamGenerateContent") return Dialect::kGemini;
  return std::nullopt;
}

// All of AG_RECORDINGS_DIR, in the order of their names; nothing where it is not set. Replies without a recorded
// request were edited by hand in part and are left out.
inline std::vector<RecordedStream> RecordedStreams() {
  std::vector<RecordedStream> streams;
  const char* folder = std::getenv("AG_RECORDINGS_DIR");
  if (folder == nullptr || !std::filesystem::is_directory(folder)) return streams;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(folder) + "/open/interactions")) {
    if (entry.path().extension() != ".json") continue;
    const std::string text = test::ReadFile(entry.path().string());
    Arena arena;
    const auto record = json::Parse(text, arena);
    if (!record.ok()) continue;
    const json::Value* api = (*record)->Find("api");
    const json::Value* response = (*record)->FindNonNull("response");
    const json::Value* body = response == nullptr ? nullptr : response->FindNonNull("body_text");
    const auto dialect = DialectOfApi(api == nullptr ? std::string_view() : api->str());
    if (body == nullptr || !dialect) continue;
    const std::string_view bytes = body->str();
    if (!bytes.starts_with("data:") && !bytes.starts_with("event:") && !bytes.starts_with(":")) continue;
    const bool failed = text.find("\"stream_error\"") != std::string::npos;
    streams.push_back({entry.path().stem().string(), *dialect, std::string(bytes), failed});
  }
  std::sort(streams.begin(), streams.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return streams;
}

}  // namespace ag::wire
