#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/translation.h"
#include "gatewayd/wire/turns.h"

namespace ag::wire::gemini {

// Writes systemInstruction and contents. https://ai.google.dev/api/caching#Content
class ContentEncoder {
 public:
  // All references outlive it; `request` is FittingHistory's.
  ContentEncoder(const ChatRequest& request, const UpstreamTarget& target, Arena& arena, EncodedRequest& out,
                 json::Writer& writer)
      : request_(request), target_(target), arena_(arena), out_(out), writer_(writer) {}

  absl::Status Write();

 private:
  absl::Status WriteSystem();
  absl::Status WriteTurn(const Turn& turn, bool current);
  absl::Status WritePart(const TurnPart& part, bool current);
  absl::Status WriteReasoning(const ReasoningPart& reasoning);
  absl::Status WriteCall(const TurnPart& part, const ToolCallPart& call, bool current);
  absl::Status WriteResult(const TurnPart& part);
  absl::Status WriteMedium(const MediaSource& source, std::string_view modality, std::string_view type,
                           std::string_view field);
  absl::Status WriteDocument(const DocumentPart& document, std::string_view field);
  absl::Status WriteResultMedia();
  absl::Status WritePlain(const Part& part);
  void WriteText(std::string_view text);

  // The signature that waits for the part it belongs to.
  void WriteSignature();
  void FlushSignature();
  // Whether functionResponse may hold media.
  bool ResultsHoldMedia() const;

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  Arena& arena_;
  EncodedRequest& out_;
  json::Writer& writer_;
  std::string_view signature_;
  bool called_ = false;                    // the turn has had a call
  std::vector<const Part*> result_media_;  // of results that cannot hold them; they follow the results
};

// "MEDIA_RESOLUTION_LOW" or "…_HIGH" when all images of the request ask for the same `detail`; else empty, and each
// detail that is not automatic is noted as dropped.
std::string_view MediaResolution(const ChatRequest& request, EncodedRequest& out);

}  // namespace ag::wire::gemini
