#include "gatewayd/wire/translated_count.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

constexpr std::size_t kMaxReplyBytes = 1024 * 1024;

class CountTranslation final : public Translation {
 public:
  CountTranslation(const DialectCodec& client, const ChatRequest& canonical, const UpstreamTarget& target, Arena& arena)
      : client_(client), upstream_(CodecOf(target.dialect)), canonical_(canonical), target_(target), arena_(arena) {
    report_.translated = true;
  }

  absl::StatusOr<UpstreamCall> EncodeRequest() override {
    AG_ASSIGN_OR_RETURN(EncodedRequest encoded,
                        upstream_.encode_request(canonical_, target_, EncodePurpose::kCountTokens, arena_));
    body_ = std::move(encoded.body);
    report_.losses = std::move(encoded.losses);
    UpstreamCall call;
    call.dialect = target_.dialect;
    call.operation = Operation::kCountTokens;
    call.model = target_.model;
    call.body = {body_};
    return call;
  }

  void OnUpstreamHead(int /*status*/, std::string_view /*content_type*/) override {}

  Step OnUpstreamBytes(std::string_view in, Sink& /*out*/) override {
    if (!report_.error.ok()) return Step::kFailed;
    if (reply_.size() + in.size() > kMaxReplyBytes) return Fail();
    reply_.append(in);
    return Step::kHold;
  }

  Step OnUpstreamEnd(Sink& out) override {
    if (!report_.error.ok()) return Step::kFailed;
    Arena arena;
    const auto parsed = json::Parse(reply_, arena);
    const json::Value* value = parsed.ok() ? (*parsed)->FindNonNull(upstream_.count_key) : nullptr;
    const std::optional<std::int64_t> count = value == nullptr ? std::nullopt : value->AsInt();
    if (!count) return Fail();
    out.Append(client_.encode_count(*count));
    return Step::kDone;
  }

  void OnUpstreamError(const ErrorDetail& /*error*/, Sink& /*out*/) override {}
  std::string_view ClientContentType() const override { return "application/json"; }
  void KeepAlive(Sink& /*out*/) override {}
  const TranslationReport& Report() const override { return report_; }

 private:
  Step Fail() {
    report_.error = MakeError(ErrorKind::kProtocol, "The provider's reply to the token count holds no count.");
    return Step::kFailed;
  }

  const DialectCodec& client_;
  const DialectCodec& upstream_;
  const ChatRequest& canonical_;
  UpstreamTarget target_;
  Arena& arena_;  // the request's
  std::string body_;
  std::string reply_;
  TranslationReport report_;
};

}  // namespace

std::unique_ptr<Translation> MakeCountTranslation(ClientRequest& request, const ChatRequest& canonical,
                                                  const UpstreamTarget& target) {
  return std::make_unique<CountTranslation>(CodecOf(request.endpoint().dialect), canonical, target, request.arena());
}

}  // namespace ag::wire
