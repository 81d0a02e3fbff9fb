#include "gatewayd/keys/client_key.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <chrono>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/money.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::keys {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxModels = 64;

std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }
WallTime FromMillis(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

// "2026-12-01 00:00 UTC".
std::string Text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const auto two = [](auto value) { return absl::Dec(static_cast<std::int64_t>(value), absl::kZeroPad2); };
  return absl::StrCat(static_cast<int>(date.year()), "-", two(static_cast<unsigned>(date.month())), "-",
                      two(static_cast<unsigned>(date.day())), " ", two(clock.hours().count()), ":",
                      two(clock.minutes().count()), " UTC");
}

// Of the budgets that are used up, the one that begins anew last.
struct SpentBudget {
  pool::Measure measure;
  pool::Period period;
  std::int64_t budget;
  WallTime until;
};
std::optional<SpentBudget> FindSpent(const HeldKey& held, WallTime now) {
  std::optional<SpentBudget> spent;
  for (const pool::Measure measure : pool::kMeasures) {
    for (const pool::Period period : pool::kPeriods) {
      const auto& budget = held.key.limits.Of(measure, period);
      if (!budget || held.counters->used.Used(measure, period, now) < *budget) continue;
      const WallTime until = pool::EndOf(period, now);
      if (!spent || spent->until < until) spent = SpentBudget{measure, period, *budget, until};
    }
  }
  return spent;
}

// "1000 requests", "2.50 US dollars".
std::string Amount(const SpentBudget& spent) {
  if (spent.measure != pool::Measure::kCost) return absl::StrCat(spent.budget, " ", ToAbsl(NameOf(spent.measure)));
  constexpr std::int64_t kDollar = 1'000'000;
  const std::int64_t cents = spent.budget % kDollar / 10'000;
  return absl::StrCat(spent.budget / kDollar, ".", absl::Dec(cents, absl::kZeroPad2), " US dollars");
}

absl::Status BudgetError(const ClientKey& key, const SpentBudget& spent, WallTime now) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kClientBudget;
  detail.retry_after = spent.until - now;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(spent.until - now).count();
  return MakeError(std::move(detail),
                   absl::StrCat("The key \"", key.name, "\" has used up its budget of ", Amount(spent), " per ",
                                ToAbsl(NameOf(spent.period)), "; it begins anew at ", Text(spent.until), " (in ",
                                seconds, " s). The gateway's owner can raise it: agctl keys update."));
}

absl::Status ModelError(const ClientKey& key, std::string_view model) {
  const std::string may = absl::StrJoin(key.models, ", ");
  if (model.empty()) {
    return FieldError(
        ErrorKind::kClientAuth, "model",
        absl::StrCat("The key \"", key.name, "\" may only ask for ", may, ", and this request names no model."));
  }
  return FieldError(ErrorKind::kClientAuth, "model",
                    absl::StrCat("The key \"", key.name, "\" may not ask for '", ToAbsl(model), "', only for ", may,
                                 ". The gateway's owner can change that: agctl keys update."));
}

std::string OptionsToJson(const ClientKey& key) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject().Field("revision", key.revision);
  if (!key.hint.empty()) writer.Field("hint", key.hint);
  if (!key.enabled) writer.Field("enabled", false);
  if (key.expires) writer.Field("expires_ms", Millis(*key.expires));
  if (!key.models.empty()) {
    writer.Key("models").BeginArray();
    for (const std::string& model : key.models) writer.String(model);
    writer.EndArray();
  }
  if (key.limits.HasBudget()) writer.Key("limits").Raw(pool::LimitsToJson(key.limits));
  writer.EndObject();
  return out;
}

absl::Status ReadOptions(std::string_view text, ClientKey& key) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* options, json::Parse(text, arena));
  if (const json::Value* revision = options->Find("revision")) key.revision = revision->AsInt().value_or(1);
  if (const json::Value* hint = options->Find("hint")) key.hint = std::string(hint->str());
  if (const json::Value* enabled = options->Find("enabled")) key.enabled = enabled->AsBool(false);
  if (const json::Value* expires = options->Find("expires_ms")) key.expires = FromMillis(expires->AsInt().value_or(0));
  if (const json::Value* models = options->Find("models")) {
    for (const json::Value& model : models->items()) key.models.emplace_back(model.str());
  }
  if (const json::Value* limits = options->Find("limits")) {
    AG_ASSIGN_OR_RETURN(key.limits, pool::LimitsFromJson(limits->raw()));
  }
  return CheckClientKey(key);
}

}  // namespace

void KeyCounters::CountRequest(WallTime now) {
  requests.fetch_add(1, std::memory_order_relaxed);
  last_used_ms.store(Millis(now), std::memory_order_relaxed);
  used.Add(pool::Measure::kRequests, 1, now);
}

void KeyCounters::CountTokens(std::int64_t count, WallTime now) {
  tokens.fetch_add(count, std::memory_order_relaxed);
  used.Add(pool::Measure::kTokens, count, now);
}

void KeyCounters::CountCost(std::int64_t nano_usd, WallTime now) {
  cost.fetch_add(nano_usd, std::memory_order_relaxed);
  used.Add(pool::Measure::kCost, MicroUsd(nano_usd), now);
}

KeyState StateOf(const HeldKey& held, WallTime now) {
  if (!held.key.enabled) return KeyState::kDisabled;
  if (held.key.expires && *held.key.expires <= now) return KeyState::kExpired;
  return FindSpent(held, now) ? KeyState::kBudgetSpent : KeyState::kReady;
}

absl::Status CheckUsable(const ClientKey& key, WallTime now) {
  if (!key.enabled) {
    return MakeError(ErrorKind::kClientAuth, absl::StrCat("The key \"", key.name,
                                                          "\" is switched off. The gateway's owner can switch it on: "
                                                          "agctl keys update --enable."));
  }
  if (!key.expires || now < *key.expires) return absl::OkStatus();
  return MakeError(ErrorKind::kClientAuth,
                   absl::StrCat("The key \"", key.name, "\" expired at ", Text(*key.expires),
                                ". The gateway's owner can prolong it: agctl keys update --expires."));
}

bool MayAsk(const HeldKey& held, std::string_view model) {
  if (held.models.empty()) return true;
  if (model.empty()) return false;
  return std::any_of(held.models.begin(), held.models.end(),
                     [&](const routing::Pattern& pattern) { return pattern.Matches(model); });
}

absl::Status Admit(const HeldKey& held, std::string_view model, WallTime now) {
  if (!MayAsk(held, model)) return ModelError(held.key, model);
  if (const auto spent = FindSpent(held, now)) return BudgetError(held.key, *spent, now);
  held.counters->CountRequest(now);
  return absl::OkStatus();
}

absl::Status CheckClientKey(const ClientKey& key) {
  const bool plain = std::none_of(key.name.begin(), key.name.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\x7f';
  });
  if (key.name.empty() || key.name.size() > kMaxName || !plain) {
    return FieldError(
        ErrorKind::kInvalidRequest, "name",
        absl::StrCat("a key needs a name of 1 to ", kMaxName, " bytes without quotes and control characters"));
  }
  if (key.models.size() > kMaxModels) {
    return FieldError(ErrorKind::kInvalidRequest, "models",
                      absl::StrCat("a key may name at most ", kMaxModels, " models or patterns"));
  }
  for (const std::string& model : key.models) {
    const auto pattern = routing::Pattern::Parse(model);
    if (!pattern.ok()) return FieldError(ErrorKind::kInvalidRequest, "models", ToStd(pattern.status().message()));
  }
  return pool::CheckLimits(key.limits);
}

store::ClientKeyRow ToRow(const ClientKey& key) {
  store::ClientKeyRow row;
  row.id = key.id.value();
  row.name = key.name;
  row.sha256_hex = key.sha256_hex;
  row.created_ms = Millis(key.created);
  row.options_json = OptionsToJson(key);
  return row;
}

absl::StatusOr<ClientKey> FromRow(const store::ClientKeyRow& row) {
  ClientKey key;
  key.id = ClientKeyId(row.id);
  key.name = row.name;
  key.sha256_hex = row.sha256_hex;
  key.created = FromMillis(row.created_ms);
  const absl::Status read = ReadOptions(row.options_json, key);
  if (read.ok()) return key;
  return MakeError(ErrorKind::kInvalidRequest,
                   absl::StrCat("the client key \"", row.name, "\" in gateway.db cannot be read: ", read.message()));
}

}  // namespace ag::keys
