#include "gatewayd/wire/reply_parts.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "gatewayd/base/strings.h"

namespace ag::wire {

void PartTracker::Text(int choice, PartKind kind, std::string_view text, StreamEventSink& sink) {
  if (text.empty()) return;
  const auto same_choice = [choice](const Open& part) { return part.choice == choice; };
  auto open = std::find_if(open_.begin(), open_.end(), same_choice);
  if (open != open_.end() && open->kind != kind) {
    Close(choice, sink);
    open = open_.end();
  }
  if (open == open_.end()) {
    PartBegin begin;
    begin.index = next_index_++;
    begin.choice = choice;
    begin.kind = kind;
    sink.OnEvent(begin);
    open_.push_back({choice, begin.index, kind});
    open = open_.end() - 1;
  }
  sink.OnEvent(TextDelta{open->index, text});
}

void PartTracker::Close(int choice, StreamEventSink& sink) {
  for (auto part = open_.begin(); part != open_.end(); ++part) {
    if (part->choice != choice) continue;
    sink.OnEvent(PartEnd{part->index});
    open_.erase(part);
    return;
  }
}

void PartTracker::CloseAll(StreamEventSink& sink) {
  while (!open_.empty()) Close(open_.front().choice, sink);
}

int PartTracker::OpenPart(int choice, PartKind kind) const {
  for (const Open& part : open_) {
    if (part.choice == choice && part.kind == kind) return part.index;
  }
  return -1;
}

ErrorDetail DetailFromHttpStatus(int status) {
  ErrorDetail detail;
  detail.http_status = status;
  detail.scope = ErrorScope::kRequest;
  switch (status) {
    case 400:
    case 422:
      detail.kind = ErrorKind::kInvalidRequest;
      return detail;
    case 413:
      detail.kind = ErrorKind::kBodyTooLarge;
      return detail;
    case 404:
      detail.kind = ErrorKind::kModelNotFound;
      detail.scope = ErrorScope::kModel;
      return detail;
    case 401:
      detail.kind = ErrorKind::kAccountAuth;
      detail.scope = ErrorScope::kAccount;
      return detail;
    case 402:
      detail.kind = ErrorKind::kBilling;
      detail.scope = ErrorScope::kAccount;
      return detail;
    case 403:
      detail.kind = ErrorKind::kAccountForbidden;
      detail.scope = ErrorScope::kAccount;
      return detail;
    case 429:
      detail.kind = ErrorKind::kRateMinute;
      detail.scope = ErrorScope::kModel;
      return detail;
    case 503:
    case 529:
      detail.kind = ErrorKind::kOverloaded;
      detail.scope = ErrorScope::kProvider;
      return detail;
    default:
      detail.kind = ErrorKind::kUpstreamServer;
      detail.scope = ErrorScope::kProvider;
      return detail;
  }
}

Failed ProtocolFailure(std::string_view what) {
  Failed failed;
  failed.error.kind = ErrorKind::kProtocol;
  failed.error.scope = ErrorScope::kProvider;
  failed.error.provider_text = std::string(what);
  return failed;
}

Failed StreamCutFailure() {
  Failed failed;
  failed.error.kind = ErrorKind::kStreamCut;
  failed.error.scope = ErrorScope::kProvider;
  return failed;
}

absl::Status StatusOf(const ErrorDetail& error) {
  if (error.kind == ErrorKind::kStreamCut && error.provider_text.empty()) {
    return MakeError(error, "The provider's stream ended before its reply was complete.");
  }
  if (error.kind == ErrorKind::kProtocol) {
    return MakeError(error, absl::StrCat("The provider's reply cannot be read: ", error.provider_text));
  }
  if (error.provider_text.empty()) {
    return MakeError(error, absl::StrCat("The provider's reply failed (", ToAbsl(NameOf(error.kind)), ")."));
  }
  return MakeError(error, absl::StrCat("The provider's reply failed: ", error.provider_text));
}

}  // namespace ag::wire
