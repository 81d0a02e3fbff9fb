#include "gatewayd/wire/translated_embedding.h"

#include <absl/strings/str_cat.h>

#include <string>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/embedding.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

// 2,048 inputs of 3,072 dimensions, each written with 20 characters.
constexpr std::size_t kMaxReplyBytes = 128 * 1024 * 1024;

class EmbeddingTranslation final : public Translation {
 public:
  EmbeddingTranslation(const ClientRequest& request, const EmbeddingRequest& canonical, const UpstreamTarget& target)
      : client_(CodecOf(FamilyOf(request.endpoint().dialect)).embedding()),
        upstream_(CodecOf(FamilyOf(target.dialect)).embedding()),
        request_(request),
        canonical_(canonical),
        target_(target) {
    report_.translated = true;
  }

  absl::StatusOr<UpstreamCall> EncodeRequest() override {
    for (const UnknownField& unknown : canonical_.unknown) {
      if (unknown.treatment == UnknownField::Treatment::kDrop) continue;
      return FieldError(
          ErrorKind::kUnsupported, unknown.field,
          absl::StrCat("`", ToAbsl(unknown.field), "`: this is not translated from the ",
                       ToAbsl(NameOf(request_.endpoint().dialect)), " API to the ", ToAbsl(NameOf(target_.dialect)),
                       " API. Remove the field, or route the model to "
                       "an account that speaks the former."));
    }
    AG_ASSIGN_OR_RETURN(EncodedRequest encoded, upstream_.encode_request(canonical_, target_));
    for (const UnknownField& unknown : canonical_.unknown) NoteDrop(encoded, unknown.field, "not_in_dialect");
    body_ = std::move(encoded.body);
    report_.losses = std::move(encoded.losses);
    UpstreamCall call;
    call.dialect = target_.dialect;
    call.operation = upstream_.operation_of(canonical_);
    call.model = target_.model;
    call.body = {body_};
    return call;
  }

  void OnUpstreamHead(int /*status*/, std::string_view /*content_type*/) override {}

  Step OnUpstreamBytes(std::string_view in, Sink& /*out*/) override {
    if (!report_.error.ok()) return Step::kFailed;
    if (reply_.size() + in.size() > kMaxReplyBytes) {
      return Fail(MakeError(ErrorKind::kProtocol, "The provider's reply to the embeddings request is too large."));
    }
    reply_.append(in);
    return Step::kHold;
  }

  Step OnUpstreamEnd(Sink& out) override {
    if (!report_.error.ok()) return Step::kFailed;
    Arena arena;
    const auto reply = upstream_.decode_reply(reply_, arena);
    if (!reply.ok()) return Fail(reply.status());
    if (reply->vectors.size() != canonical_.inputs.size()) {
      return Fail(MakeError(ErrorKind::kProtocol, absl::StrCat("The provider gave ", reply->vectors.size(),
                                                               " vectors for ", canonical_.inputs.size(), " inputs.")));
    }
    report_.usage = reply->usage;
    const auto body = client_.encode_reply(canonical_, *reply, request_.envelope().model);
    if (!body.ok()) return Fail(body.status());
    out.Append(*body);
    return Step::kDone;
  }

  void OnUpstreamError(const ErrorDetail& /*error*/, Sink& /*out*/) override {}
  std::string_view ClientContentType() const override { return "application/json"; }
  void KeepAlive(Sink& /*out*/) override {}
  const TranslationReport& Report() const override { return report_; }

 private:
  Step Fail(const absl::Status& error) {
    report_.error = error;
    return Step::kFailed;
  }

  const EmbeddingCodec& client_;
  const EmbeddingCodec& upstream_;
  const ClientRequest& request_;
  const EmbeddingRequest& canonical_;  // in the request's arena
  UpstreamTarget target_;
  std::string body_;
  std::string reply_;
  TranslationReport report_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Translation>> MakeEmbeddingTranslation(ClientRequest& request,
                                                                      const UpstreamTarget& target) {
  AG_ASSIGN_OR_RETURN(const json::Value* body, json::Parse(request.body(), request.arena()));
  const EmbeddingCodec& codec = CodecOf(FamilyOf(request.endpoint().dialect)).embedding();
  AG_ASSIGN_OR_RETURN(const EmbeddingRequest* canonical,
                      codec.decode_request(request.endpoint(), *body, request.arena()));
  return std::make_unique<EmbeddingTranslation>(request, *canonical, target);
}

}  // namespace ag::wire
