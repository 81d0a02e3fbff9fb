#include "tests/replay/replay.h"

#include <absl/strings/str_cat.h>

#include "gatewayd/base/strings.h"
#include "tests/replay/compare.h"

namespace ag::test {
namespace {

Reply RecordedReply(const Recording& recording, const ReplayOptions& options) {
  Reply reply(recording.status());
  for (const Field& field : recording.response_headers()) reply.Header(field.name, field.value);
  if (recording.entry().stream && recording.status() == 200) {
    reply.Chunked().Piece(std::string(recording.response_body())).SplitAtRandom(options.average_chunk, options.seed);
  } else {
    reply.Body(std::string(recording.response_body()));
  }
  return reply;
}

bool IsModelList(const Recording& recording) { return recording.entry().api == "models"; }

}  // namespace

Field ClientKey(Family family) {
  switch (family) {
    case Family::kOpenAi:
      return {"Authorization", "Bearer sk-client"};
    case Family::kAnthropic:
      return {"x-api-key", "sk-client"};
    case Family::kGemini:
      return {"x-goog-api-key", "sk-client"};
  }
  return {};
}

std::string ReplayResult::Summary() const {
  std::size_t count = 0;
  std::string reasons;
  for (const auto& [reason, times] : skipped) {
    count += times;
    absl::StrAppend(&reasons, reasons.empty() ? " (" : ", ", times, " ", reason);
  }
  return absl::StrCat(passed, " passed, ", count, " skipped", reasons, reasons.empty() ? "" : ")", ", ",
                      failures.size(), " failed");
}

std::string ReplayOne(const Recording& recording, const ReplayTargetFactory& make_target,
                      const ReplayOptions& options) {
  FakeUpstream upstream;
  // A gateway may list models on its own account before the client asks: only the exchange itself is counted below.
  upstream.Respond([&](const RecordedRequest& request) -> std::optional<Reply> {
    const bool list = request.method == "GET" && request.Path().ends_with("/models");
    if (list && !IsModelList(recording)) return Reply(200).Json(R"({"data":[],"models":[]})");
    return RecordedReply(recording, options);
  });
  const std::unique_ptr<ReplayTarget> target = make_target(recording, upstream);
  if (!target) return "the gateway did not start";

  std::vector<Field> headers = recording.request_headers();
  headers.push_back(ClientKey(recording.family()));
  if (recording.family() == Family::kAnthropic && FindField(headers, "anthropic-version").empty()) {
    headers.push_back({"anthropic-version", "2023-06-01"});
  }
  HttpConnection client(target->port());
  const HttpResponse response =
      client.Exchange(recording.method(), recording.target(), headers, recording.request_body());

  if (options.exception) {
    if (const std::optional<std::string> verdict = options.exception(recording, response)) return *verdict;
  }
  std::string difference = CompareResponse(recording, response);
  if (!difference.empty() || IsModelList(recording)) return difference;
  for (const RecordedRequest& request : upstream.requests()) {
    if (request.method != recording.method() || request.Path().ends_with("/models")) continue;
    return CompareRequestBody(recording, request.body);
  }
  return "the provider was not asked";
}

ReplayResult ReplayAll(const std::vector<RecordingEntry>& entries, const ReplayTargetFactory& make_target,
                       const ReplayOptions& options) {
  ReplayResult result;
  for (const RecordingEntry& entry : entries) {
    if (options.filter && !options.filter(entry)) continue;
    const absl::StatusOr<std::unique_ptr<Recording>> recording = Recording::Load(entry);
    if (!recording.ok()) {
      result.failures.push_back(absl::StrCat(entry.id, ": ", recording.status().message()));
      continue;
    }
    if (const std::string_view reason = (*recording)->OutOfScope(); !reason.empty()) {
      ++result.skipped[std::string(reason)];
      continue;
    }
    const std::string difference = ReplayOne(**recording, make_target, options);
    if (difference.empty()) {
      ++result.passed;
    } else {
      result.failures.push_back(absl::StrCat(entry.id, " (seed ", options.seed, "): ", difference));
    }
  }
  return result;
}

}  // namespace ag::test
