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
  const std::array<std::string_view, 5> keys{"error", codec_.usage_key, "id", "name", "file"};
  MemberPicker<5> found;
  if (!found.Read(body, keys, notes_.arena())) return ReplyMark::kBroken;
  if (operation_ == Operation::kOther) {
    notes_.Ids(found[2], nullptr);
    NoteName(found[4], found[3]);
  } else if (found[0] != nullptr) {
    return notes_.Error(body, found[0]);
  }
  notes_.Figures(found[1], codec_.read_usage);
  return ReplyMark::kContent;
}

// Google's resources have names ("cachedContents/abc"), of which the last segment is the id; an uploaded file comes
// inside an object. https://ai.google.dev/api/files
void ReplyReader::NoteName(const json::RawMember* file, const json::RawMember* name) {
  static constexpr std::array<std::string_view, 1> kKeys{"name"};
  MemberPicker<1> inner;
  if (IsObject(file) && inner.Read(file->raw, kKeys, notes_.arena())) name = inner[0];
  const std::string_view text = TextOf(name, notes_.arena());
  if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos) notes_.Id(text.substr(slash + 1));
}

}  // namespace ag::wire
