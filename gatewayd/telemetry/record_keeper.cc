#include "gatewayd/telemetry/record_keeper.h"

#include <cstddef>
#include <span>
#include <string_view>

#include "gatewayd/base/redaction.h"

namespace ag::telemetry {
namespace {

constexpr std::size_t kBlockBytes = 32 * 1024;
constexpr std::size_t kRecordBytes = 1024;  // what most records need: a block with less room is left
constexpr std::size_t kMaxModelName = 200;

ReasonView Copy(const ReasonView& reason, Arena& arena) {
  const std::span<ReasonArg> args = arena.CopySpan(reason.args);
  for (ReasonArg& arg : args) arg = {arena.Copy(arg.name), arena.Copy(arg.value)};
  return {arena.Copy(reason.code), args};
}

const ErrorView* Copy(const ErrorView* error, Arena& arena) {
  if (error == nullptr) return nullptr;
  auto* copy = arena.New<ErrorView>(*error);
  copy->provider_code = arena.Copy(error->provider_code);
  copy->provider_text = arena.Copy(SafeProviderText(error->provider_text, kMaxProviderText));
  copy->param = arena.Copy(error->param);
  return copy;
}

std::span<const AttemptRecord> Copy(std::span<const AttemptRecord> attempts, Arena& arena) {
  const std::span<AttemptRecord> copies = arena.CopySpan(attempts);
  for (AttemptRecord& attempt : copies) {
    attempt.account = arena.Copy(attempt.account);
    attempt.account_label = arena.Copy(attempt.account_label);
    attempt.model = arena.Copy(attempt.model);
    attempt.error = Copy(attempt.error, arena);
    attempt.chosen = Copy(attempt.chosen, arena);
  }
  return copies;
}

std::span<const LossView> Copy(std::span<const LossView> losses, Arena& arena) {
  const std::span<LossView> copies = arena.CopySpan(losses);
  for (LossView& loss : copies) {
    loss.field = arena.Copy(loss.field);
    loss.reason = Copy(loss.reason, arena);
  }
  return copies;
}

std::span<const PassedOverView> Copy(std::span<const PassedOverView> rows, Arena& arena) {
  const std::span<PassedOverView> copies = arena.CopySpan(rows);
  for (PassedOverView& row : copies) {
    row.account = arena.Copy(row.account);
    row.account_label = arena.Copy(row.account_label);
    row.model = arena.Copy(row.model.substr(0, kMaxModelName));
  }
  return copies;
}

}  // namespace

RecordPtr RecordKeeper::Keep(const RequestRecord& record) {
  if (block_ == nullptr || block_->room() < kRecordBytes) block_ = std::make_shared<Arena>(kBlockBytes);
  Arena& arena = *block_;
  auto* copy = arena.New<RequestRecord>(record);
  copy->id = arena.Copy(record.id);
  copy->trace_id = arena.Copy(record.trace_id);
  copy->routed = Copy(record.routed, arena);
  copy->model = arena.Copy(record.model.substr(0, kMaxModelName));
  copy->user_agent = PrintableAscii(record.user_agent, kMaxUserAgent, arena);
  copy->client_key = arena.Copy(record.client_key);
  copy->error = Copy(record.error, arena);
  if (!record.error_text.empty()) copy->error_text = arena.Copy(SafeProviderText(record.error_text, kMaxErrorText));
  copy->attempts = Copy(record.attempts, arena);
  copy->losses = Copy(record.losses, arena);
  copy->passed_over = Copy(record.passed_over, arena);
  return {block_, copy};
}

}  // namespace ag::telemetry
