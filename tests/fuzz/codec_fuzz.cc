#include "tests/fuzz/codec_fuzz.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/registry.h"
#include "tests/wire/reply_trip.h"

namespace ag::wire {
namespace {

constexpr std::uint8_t kIsRequest = 0x80;

UpstreamTarget TargetOf(Dialect dialect, std::uint8_t choice) {
  UpstreamTarget target;
  target.dialect = dialect;
  target.model = "m";
  catalog::ModelInfo& model = target.model_info;
  model.known = (choice & 1) != 0;
  model.thinking = (choice & 2) != 0 ? catalog::ThinkingStyle::kAdaptive : catalog::ThinkingStyle::kBudget;
  model.json_schema = (choice & 4) != 0;
  model.system_amid = (choice & 8) != 0;
  model.prefill = (choice & 16) != 0;
  target.quirks.openai_service = (choice & 32) != 0;
  return target;
}

Endpoint EndpointOf(Dialect dialect) {
  Endpoint endpoint{dialect, Operation::kGenerate, {}, StreamFraming::kNone};
  if (dialect == Dialect::kGemini) endpoint.path_model = "m";
  return endpoint;
}

// What is read of a request can be written in every upstream dialect, and what is written in its own can be read.
void FuzzRequest(Dialect dialect, std::uint8_t choice, std::string_view text) {
  Arena arena;
  const auto body = json::Parse(text, arena);
  if (!body.ok() || !(*body)->is_object()) return;
  const DialectCodec& codec = CodecOf(dialect);
  const auto request = codec.decode_request(EndpointOf(dialect), **body, arena);
  if (!request.ok()) return;
  for (const Dialect upstream : {Dialect::kChat, Dialect::kResponses, Dialect::kMessages, Dialect::kGemini}) {
    const EncodeRequestFn encode = CodecOf(upstream).encode_request;
    if (encode == nullptr) continue;
    const auto encoded = encode(**request, TargetOf(upstream, choice), EncodePurpose::kReply, arena);
    if (!encoded.ok()) continue;
    const auto written = json::Parse(encoded->body, arena);
    AG_CHECK(written.ok() && (*written)->is_object());
    if (upstream == dialect) AG_CHECK(codec.decode_request(EndpointOf(dialect), **written, arena).ok());
  }
}

std::string Reply(Dialect upstream, Dialect client, std::size_t step, std::string_view bytes) {
  ReplyTrip trip(upstream, client);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece(bytes.substr(at, step));
    if (!trip.Feed(piece)) break;
  }
  std::string text = trip.End();
  AG_CHECK(trip.ended_once());
  const std::string_view violation = ReplyTrip::Violation(client, text, trip.completed());
  if (!violation.empty()) std::fprintf(stderr, "%.*s\n", static_cast<int>(violation.size()), violation.data());
  AG_CHECK(violation.empty());
  return text;
}

// Any reply becomes a stream that keeps the client's grammar, the same for every split.
void FuzzReply(Dialect upstream, std::uint8_t choice, std::size_t step, std::string_view bytes) {
  constexpr Dialect kClients[] = {Dialect::kChat, Dialect::kMessages, Dialect::kGemini, Dialect::kCompletions,
                                  Dialect::kResponses};
  const Dialect client = kClients[choice % 5];
  if (CodecOf(client).make_reply_encoder == nullptr) return;
  AG_CHECK(Reply(upstream, client, step, bytes) ==
           Reply(upstream, client, std::max<std::size_t>(bytes.size(), 1), bytes));
}

}  // namespace

void FuzzCodec(Dialect dialect, const std::uint8_t* data, std::size_t size) {
  if (size < 2) return;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if ((data[0] & kIsRequest) != 0) return FuzzRequest(dialect, data[0], text);
  FuzzReply(dialect, data[0], std::size_t{1} + data[1], text);
}

}  // namespace ag::wire
