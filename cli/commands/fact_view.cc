#include "cli/commands/fact_view.h"

#include <absl/strings/str_cat.h>

#include "cli/output/text.h"

namespace ag::cli {
namespace {

std::string DateOf(const google::protobuf::Timestamp& time) { return Rfc3339(time).substr(0, 10); }

std::string Statement(const v1::LearnedFact& fact) {
  switch (fact.kind()) {
    case v1::MODEL_FACT_KIND_NO_QUOTA:
      return "no quota for it on this account";
    case v1::MODEL_FACT_KIND_NOT_GRANTED:
      return "not there for this account";
    case v1::MODEL_FACT_KIND_PARAMETER_REFUSED:
      return absl::StrCat("does not take ", fact.parameter());
    case v1::MODEL_FACT_KIND_MAX_OUTPUT:
      return absl::StrCat("writes at most ", Grouped(fact.limit()), " tokens");
    default:
      return NameOf(fact.kind());
  }
}

}  // namespace

std::string FactText(const v1::LearnedFact& fact) {
  return absl::StrCat(Statement(fact), ", until ", DateOf(fact.expire_time()), " (learned ", DateOf(fact.learn_time()),
                      fact.words().empty() ? "" : ": ", fact.words(), ")");
}

void WriteFacts(JsonWriter& json, const google::protobuf::RepeatedPtrField<v1::LearnedFact>& facts) {
  json.Key("facts").BeginArray();
  for (const auto& fact : facts) {
    json.BeginObject().Field("model", fact.model()).Field("kind", NameOf(fact.kind()));
    if (!fact.parameter().empty()) json.Field("parameter", fact.parameter());
    if (fact.limit() != 0) json.Field("limit", fact.limit());
    json.Field("words", fact.words()).Field("learned_at", Rfc3339(fact.learn_time()));
    json.Field("expires_at", Rfc3339(fact.expire_time())).EndObject();
  }
  json.EndArray();
}

}  // namespace ag::cli
