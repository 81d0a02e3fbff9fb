#include "gatewayd/wire/reply_reader.h"

#include <array>
#include <string>

namespace ag::wire {

ReplyMark ReplyReader::OnBody(std::string_view body) {
  notes_.arena().Reset();
  const bool generates = operation_ == Operation::kGenerate || operation_ == Operation::kGenerateStream;
  return generates ? codec_.mark_body(body, notes_) : OtherBody(body);
}

// From its usage member on, the end of a reply reads like a reply.
void ReplyReader::OnTail(std::string_view tail) {
  const auto at = tail.rfind(std::string(1, '"').append(codec_.usage_key) + '"');
  if (at != std::string_view::npos) OnBody("{" + std::string(tail.substr(at)));
}

// Token counts, embeddings, lists and whatever else: no stop reason, usage where there is one.
ReplyMark ReplyReader::OtherBody(std::string_view body) {
  const std::array<std::string_view, 3> keys{"error", codec_.usage_key, "id"};
  MemberPicker<3> found;
  if (!found.Read(body, keys, notes_.arena())) return ReplyMark::kBroken;
  if (operation_ == Operation::kOther) {
    notes_.Ids(found[2], nullptr);
  } else if (found[0] != nullptr) {
    return notes_.Error(body, found[0]);
  }
  notes_.Figures(found[1], codec_.read_usage);
  return ReplyMark::kContent;
}

}  // namespace ag::wire
