#include "gatewayd/wire/reply_notes.h"

#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire {

ReplyMark ReplyNotes::Error(std::string_view document, const json::RawMember* error) {
  ErrorDetail detail = DetailFromHttpStatus(0);
  if (IsObject(error)) {
    static constexpr std::array<std::string_view, 5> kKeys{"message", "code", "type", "param", "status"};
    MemberPicker<5> found;
    found.Read(error->raw, kKeys, arena_);
    if (const auto status = CountOf(found[1])) detail = DetailFromHttpStatus(static_cast<int>(*status));
    for (const std::size_t key : {1, 4, 2}) {
      if (detail.provider_code.empty()) detail.provider_code = std::string(TextOf(found[key], arena_));
    }
    detail.provider_text = std::string(TextOf(found[0], arena_));
    detail.param = std::string(TextOf(found[3], arena_));
  } else {
    detail.provider_text = std::string(TextOf(error, arena_));
  }
  report_.error = StatusOf(detail);
  report_.stream_error_json = std::string(TrimSpace(document));
  return ReplyMark::kError;
}

void ReplyNotes::Ids(const json::RawMember* id, const json::RawMember* model) {
  if (report_.response_id.empty() && id != nullptr) report_.response_id = std::string(TextOf(id, arena_));
  if (report_.upstream_model.empty() && model != nullptr) report_.upstream_model = std::string(TextOf(model, arena_));
}

void ReplyNotes::Id(std::string_view id) {
  if (report_.response_id.empty()) report_.response_id = std::string(id);
}

void ReplyNotes::Figures(const json::RawMember* usage, ReadUsageFn read) {
  if (!IsObject(usage)) return;
  const auto parsed = json::Parse(usage->raw, arena_);
  if (parsed.ok()) report_.usage = read(**parsed, report_.usage);
}

}  // namespace ag::wire
