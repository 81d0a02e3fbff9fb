#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/catalog/model_info.h"

// What definitive answers teach of a model. Which answers are definitive is data (data/lessons.json), since most
// providers have a code for few of them and a published sentence for the rest.
namespace ag::catalog {

// What one answer of a provider says for good of a model on an account.
struct ModelFact {
  enum class Kind : std::uint8_t {
    kNoQuota,           // the account's plan has no quota for the model: no wait gives it any
    kNotGranted,        // the model is not there for the account
    kParameterRefused,  // the model takes requests, but not with this parameter
    kMaxOutput,         // the model writes no more tokens than that
  };
  Kind kind = Kind::kNoQuota;
  std::string parameter;   // kParameterRefused: as its dialect writes it
  std::int64_t limit = 0;  // kMaxOutput: tokens

  // Whether the account cannot serve the model at all.
  bool bars() const { return kind == Kind::kNoQuota || kind == Kind::kNotGranted; }

  friend bool operator==(const ModelFact&, const ModelFact&) = default;
};
std::string_view NameOf(ModelFact::Kind kind);  // "no_quota", …
std::optional<ModelFact::Kind> ModelFactKindFromName(std::string_view name);

// Makes what is known of a model and of its server agree with the fact. A parameter that no field stands for changes
// nothing: the fact is shown to people all the same.
void Apply(const ModelFact& fact, ModelInfo& model, ChatQuirks& quirks);

// One kind of answer. Absent members match every answer.
struct LessonRule {
  std::string name;
  ModelFact::Kind teaches = ModelFact::Kind::kNoQuota;
  Family family = Family::kOpenAi;  // of the endpoint that answered
  ErrorKind kind = ErrorKind::kInvalidRequest;
  std::optional<ErrorScope> scope;
  std::string code;  // the provider's own
  // A part of the provider's message. "{limit}" stands for a number (with or without commas), "{parameter}" for a name,
  // "{any}" for whatever stands between its neighbours.
  std::string text;
  std::string parameter;   // that the answer is about, where neither its text nor its `param` names it
  bool exclusive = false;  // {limit} is the first number that is refused
  std::string source;      // page that documents or quotes the answer
  std::string date;
};

// The fact that `error` teaches by `rule`, if it does. An error of our own teaches nothing.
std::optional<ModelFact> Learn(const LessonRule& rule, Family family, const ErrorDetail& error);

}  // namespace ag::catalog
