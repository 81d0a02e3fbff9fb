#include "gatewayd/proxy/lessons.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/redaction.h"

namespace ag::proxy {
namespace {

using catalog::ModelFact;

constexpr std::size_t kMaxWords = 300;

// The member at a dotted path ("generationConfig.temperature"), or null.
const json::Value* At(const json::Value& root, std::string_view path) {
  const json::Value* at = &root;
  while (at != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    at = at->FindNonNull(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

std::optional<std::int64_t> WantedOutput(const json::Value& request) {
  constexpr std::array<std::string_view, 4> kNames{"max_tokens", "max_completion_tokens", "max_output_tokens",
                                                   "generationConfig.maxOutputTokens"};
  for (const std::string_view name : kNames) {
    if (const json::Value* value = At(request, name)) return value->AsInt();
  }
  return std::nullopt;
}

bool Disproves(const json::Value& request, const ModelFact& fact) {
  if (fact.kind == ModelFact::Kind::kMaxOutput) return WantedOutput(request).value_or(0) > fact.limit;
  return fact.kind == ModelFact::Kind::kParameterRefused && At(request, fact.parameter) != nullptr;
}

}  // namespace

std::optional<pool::LearnedFact> LessonOf(const RelayCall& call, Family family, std::string_view model,
                                          const ErrorDetail& error, WallTime now) {
  if (model.empty()) return std::nullopt;  // a request for a resource
  auto fact = call.state->catalog->LessonOf(family, error);
  if (!fact) return std::nullopt;
  pool::LearnedFact learned;
  learned.model = std::string(model);
  learned.fact = *std::move(fact);
  learned.words = SafeProviderText(error.provider_text, kMaxWords);
  learned.learned = now;
  return learned;
}

void NoteLesson(RelayCall& call, const pool::Choice& choice, const ErrorDetail& error, WallTime now) {
  auto learned = LessonOf(call, FamilyOf(choice.dialect), choice.model, error, now);
  if (learned) call.services.feedback.OnLearned(choice.account->account.id, *std::move(learned));
}

void NoteContradictions(RelayCall& call, const pool::Account& account, std::string_view model, WallTime started) {
  const json::Value* request = nullptr;
  std::vector<ModelFact> disproved;
  for (const pool::LearnedFact* known : account.facts.Of(model, started)) {
    if (known->fact.bars()) {
      disproved.push_back(known->fact);
      continue;
    }
    const bool untouched = !call.record.attempts.empty() &&
                           call.record.attempts.back().dialect == call.match.endpoint.dialect && call.client;
    if (!untouched) continue;
    if (request == nullptr) {
      const auto parsed = json::Parse(call.client->body(), *call.request.arena);
      if (!parsed.ok()) continue;
      request = *parsed;
    }
    if (Disproves(*request, known->fact)) disproved.push_back(known->fact);
  }
  if (!disproved.empty()) call.services.feedback.OnContradicted(account.id, model, started, std::move(disproved));
}

}  // namespace ag::proxy
