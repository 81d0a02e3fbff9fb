#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>

#include "cli/output/json.h"
#include "cli/session.h"

// What was learned of models, as people and programs read it.
namespace ag::cli {

// "no quota for it on this account, until 2026-12-03 (learned 2026-11-26: …)"
std::string FactText(const v1::LearnedFact& fact);
// The member "facts", into an open object.
void WriteFacts(JsonWriter& json, const google::protobuf::RepeatedPtrField<v1::LearnedFact>& facts);

}  // namespace ag::cli
