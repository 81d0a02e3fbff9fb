#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/replay/recording.h"
#include "tests/support/http_client.h"

namespace ag::test {

// A gateway with one fresh account of the recording's provider that points to the fake upstream.
class ReplayTarget {
 public:
  virtual ~ReplayTarget() = default;
  virtual std::uint16_t port() const = 0;
};
using ReplayTargetFactory = std::function<std::unique_ptr<ReplayTarget>(const Recording&, const FakeUpstream&)>;

struct ReplayResult {
  std::size_t passed = 0;
  std::map<std::string, std::size_t> skipped;  // by reason
  std::vector<std::string> failures;           // "id: difference"
  std::string Summary() const;                 // "2461 passed, 5 skipped (…), 0 failed"
};

// What a reply to the client must be where it differs from the recording on purpose; the empty string is "as it must".
// None: compare with the recording.
using ReplayException = std::function<std::optional<std::string>(const Recording&, const HttpResponse&)>;

struct ReplayOptions {
  unsigned seed = 1;                                  // of the re-chunking; a failure's message repeats it
  std::size_t average_chunk = 50;                     // bytes of a re-chunked SSE piece
  std::function<bool(const RecordingEntry&)> filter;  // empty = all
  ReplayException exception;                          // empty = none
};

// Plays one recording: the fake provider answers with the recorded reply (SSE cut at random), the client sends the
// recorded request. Empty = as recorded, else the first difference.
std::string ReplayOne(const Recording& recording, const ReplayTargetFactory& make_target, const ReplayOptions& options);
ReplayResult ReplayAll(const std::vector<RecordingEntry>& entries, const ReplayTargetFactory& make_target,
                       const ReplayOptions& options);

// The credential header that a client of this family sends.
Field ClientKey(Family family);

}  // namespace ag::test
