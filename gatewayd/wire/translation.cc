#include "gatewayd/wire/translation.h"

#include "gatewayd/wire/passthrough.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/translated.h"

namespace ag::wire {
namespace {

// Whether requests of `client` can be written for `upstream` and its replies read.
bool Joins(Dialect client, Dialect upstream) {
  const DialectCodec& from = CodecOf(client);
  const DialectCodec& to = CodecOf(upstream);
  return from.decode_request != nullptr && from.make_reply_encoder != nullptr && to.encode_request != nullptr &&
         to.make_reply_decoder != nullptr;
}

}  // namespace

std::size_t UpstreamCall::BodySize() const {
  std::size_t size = 0;
  for (const auto piece : body) size += piece.size();
  return size;
}

bool CanTranslate(Dialect client, Operation operation, Dialect upstream) {
  if (client == upstream) return true;
  switch (operation) {
    case Operation::kGenerate:
    case Operation::kGenerateStream:
      return Joins(client, upstream);
    case Operation::kCountTokens:
      return Joins(client, upstream) && CodecOf(client).encode_count != nullptr && !CodecOf(upstream).count_key.empty();
    case Operation::kEmbed:
    case Operation::kBatchEmbed:
      if (FamilyOf(client) != FamilyOf(upstream)) {
        return CodecOf(FamilyOf(client)).embedding != nullptr && CodecOf(FamilyOf(upstream)).embedding != nullptr;
      }
      return true;
    case Operation::kListModels:
    case Operation::kGetModel:
    case Operation::kOther:
      // Below generation an API is one for all its dialects.
      return FamilyOf(client) == FamilyOf(upstream);
  }
  return false;
}

absl::StatusOr<std::unique_ptr<Translation>> MakeTranslation(ClientRequest& request, const UpstreamTarget& target,
                                                             const TranslationContext& context) {
  const Endpoint& endpoint = request.endpoint();
  const bool generates = endpoint.operation == Operation::kGenerate ||
                         endpoint.operation == Operation::kGenerateStream ||
                         endpoint.operation == Operation::kCountTokens;
  const bool same =
      generates ? endpoint.dialect == target.dialect : FamilyOf(endpoint.dialect) == FamilyOf(target.dialect);
  if (same) return MakePassthrough(request, target, context.without_state ? StateCut::kAll : StateCut::kEnvelopes);
  return MakeTranslated(request, target, context);
}

}  // namespace ag::wire
