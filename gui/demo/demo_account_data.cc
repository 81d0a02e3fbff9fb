#include "gui/demo/demo_account_data.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <algorithm>
#include <utility>

namespace ag::gui {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;

DemoProvider MakeProvider(const char* name, const char* display_name, v1::Family family, v1::Dialect dialect,
                          const char* base_url, std::vector<std::string> prefixes, std::vector<std::string> models) {
  DemoProvider made;
  made.provider.set_name(name);
  made.provider.set_display_name(display_name);
  made.provider.set_family(family);
  auto& endpoint = *made.provider.add_endpoints();
  endpoint.set_dialect(dialect);
  endpoint.set_base_url(base_url);
  for (std::string& prefix : prefixes) made.provider.add_api_key_prefixes(std::move(prefix));
  made.provider.set_api_key_required(!made.provider.api_key_prefixes().empty());
  made.models = std::move(models);
  return made;
}

std::vector<DemoProvider> MakeProviders() {
  std::vector<DemoProvider> made{
      MakeProvider("openai", "OpenAI", v1::FAMILY_OPENAI, v1::DIALECT_RESPONSES, "https://api.openai.com/v1",
                   {"sk-", "sk-proj-"}, {"gpt-5.2", "gpt-5-mini", "gpt-5-nano"}),
      MakeProvider("anthropic", "Anthropic", v1::FAMILY_ANTHROPIC, v1::DIALECT_MESSAGES, "https://api.anthropic.com/v1",
                   {"sk-ant-"}, {"claude-opus-5", "claude-sonnet-5", "claude-haiku-5"}),
      MakeProvider("gemini", "Google Gemini", v1::FAMILY_GEMINI, v1::DIALECT_GEMINI,
                   "https://generativelanguage.googleapis.com/v1beta", {"AIza"}, {"gemini-3-pro", "gemini-3-flash"}),
      MakeProvider("vertex", "Google Vertex AI", v1::FAMILY_GEMINI, v1::DIALECT_GEMINI,
                   "https://europe-west4-aiplatform.googleapis.com/v1/projects/lab-7/locations/europe-west4/"
                   "publishers/google",
                   {"ya29."}, {"gemini-3-pro", "gemini-3-flash"}),
      MakeProvider("deepseek", "DeepSeek", v1::FAMILY_OPENAI, v1::DIALECT_CHAT, "https://api.deepseek.com", {},
                   {"deepseek-chat", "deepseek-reasoner"}),
      MakeProvider("openai-compatible", "OpenAI-compatible server", v1::FAMILY_OPENAI, v1::DIALECT_CHAT, "", {},
                   {"qwen3:8b"}),
  };
  made[0].provider.set_docs_url("https://platform.openai.com/api-keys");
  made[2].provider.set_sign_in_supported(true);
  made[2].provider.set_docs_url("https://aistudio.google.com/apikey");
  made[2].provider.set_sign_in_docs_url("https://developers.google.com/identity/protocols/oauth2/native-app");
  made[3].provider.set_sign_in_supported(true);
  made[3].provider.set_api_key_required(false);
  made[4].provider.set_api_key_required(true);
  made[5].provider.set_base_url_required(true);
  return made;
}

v1::Account Make(const char* provider, const char* label, const char* key_hint, std::int64_t requests) {
  v1::Account account;
  account.set_provider(provider);
  account.set_label(label);
  account.set_api_key_hint(key_hint);
  account.set_enabled(true);
  account.set_state(v1::ACCOUNT_STATE_READY);
  account.set_credential_kind(v1::CREDENTIAL_KIND_API_KEY);
  account.set_request_count(requests);
  return account;
}

void AddLimit(v1::Account& account, const char* model, v1::LimitKind kind, std::int64_t limit, std::int64_t left,
              std::int64_t reset) {
  auto& remaining = *account.add_remaining_limits();
  remaining.set_model(model);
  remaining.set_kind(kind);
  remaining.set_limit(limit);
  remaining.set_remaining(left);
  SetTime(*remaining.mutable_reset_time(), reset);
}

void AddTokensPerDay(v1::Account& account, std::int64_t limit, std::int64_t used) {
  account.mutable_limits()->set_tokens_per_day(limit);
  auto& budget = *account.add_budgets();
  budget.set_kind(v1::LIMIT_KIND_TOKENS);
  budget.set_period(v1::BUDGET_PERIOD_DAY);
  budget.set_limit(limit);
  budget.set_used(used);
  SetTime(*budget.mutable_reset_time(), 9 * kHour);
}

void AddPause(v1::Account& account, const char* model, v1::ErrorKind cause, std::int64_t seconds) {
  auto& pause = *account.add_cooldowns();
  pause.set_model(model);
  pause.set_cause(cause);
  pause.set_provider_hint(seconds > kMinute);
  SetTime(*pause.mutable_end_time(), seconds);
}

v1::AccountEvent Event(std::int64_t seconds_ago, v1::AccountCondition from, v1::AccountCondition to,
                       v1::AccountSignal signal) {
  v1::AccountEvent event;
  SetTime(*event.mutable_event_time(), -seconds_ago);
  event.set_from_condition(from);
  event.set_to_condition(to);
  event.set_signal(signal);
  return event;
}

v1::AccountEvent Event(std::int64_t seconds_ago, v1::AccountCondition from, v1::AccountCondition to,
                       v1::AccountSignal signal, const v1::ProviderError& error) {
  v1::AccountEvent event = Event(seconds_ago, from, to, signal);
  *event.mutable_error() = error;
  return event;
}

DemoAccount WorkAnthropic() {
  DemoAccount made{Make("anthropic", "work-anthropic", "sk-ant-…4fQA", 4'812), {}};
  AddLimit(made.account, "claude-sonnet-5", v1::LIMIT_KIND_INPUT_TOKENS, 400'000, 268'000, 31);
  AddLimit(made.account, "claude-sonnet-5", v1::LIMIT_KIND_REQUESTS, 1'000, 941, 12);
  made.account.set_in_flight_count(2);
  SetTime(*made.account.mutable_last_use_time(), -3);
  return made;
}

DemoAccount TeamOpenAi() {
  DemoAccount made{Make("openai", "team-openai", "sk-proj-…9cX2", 3'204), {}};
  AddLimit(made.account, "gpt-5.2", v1::LIMIT_KIND_TOKENS, 2'000'000, 1'610'000, 44);
  made.account.set_weight(2);
  SetTime(*made.account.mutable_last_use_time(), -48);
  return made;
}

DemoAccount SpareOpenAi() {
  DemoAccount made{Make("openai", "spare-openai", "sk-…77ab", 611), {}};
  made.account.set_priority(-1);
  AddPause(made.account, "", v1::ERROR_KIND_RATE_MINUTE, 95);
  AddLimit(made.account, "gpt-5.2", v1::LIMIT_KIND_TOKENS, 200'000, 1'800, 95);
  SetTime(*made.account.mutable_last_use_time(), -25);
  const auto limited = MakeDemoError(v1::ERROR_KIND_RATE_MINUTE, 429, "rate_limit_exceeded",
                                     "Rate limit reached for gpt-5.2 in organization on tokens per min");
  made.history = {
      Event(25, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_COOLING, v1::ACCOUNT_SIGNAL_RATE_LIMITED, limited),
      Event(7'280, v1::ACCOUNT_CONDITION_PROBING, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_SIGNAL_SUCCESS),
      Event(7'281, v1::ACCOUNT_CONDITION_HALF_OPEN, v1::ACCOUNT_CONDITION_PROBING, v1::ACCOUNT_SIGNAL_PROBE_TAKEN),
      Event(7'300, v1::ACCOUNT_CONDITION_COOLING, v1::ACCOUNT_CONDITION_HALF_OPEN, v1::ACCOUNT_SIGNAL_DEADLINE_PASSED),
      Event(7'360, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_COOLING, v1::ACCOUNT_SIGNAL_RATE_LIMITED,
            limited),
  };
  return made;
}

DemoAccount HomeGemini() {
  DemoAccount made{Make("gemini", "home-gemini", "", 1'920), {}};
  made.account.set_credential_kind(v1::CREDENTIAL_KIND_OAUTH);
  made.account.set_subject("lin@example.com");
  made.account.set_quota_group("project-1138");
  // Besides those that Gemini's accounts list in the demo.
  for (const char* model :
       {"gemini-2.5-pro", "gemini-3-flash-lite", "gemini-embedding-001", "gemini-4-preview", "imagen-5"}) {
    made.account.add_models(model);
  }
  AddLimit(made.account, "gemini-3-pro", v1::LIMIT_KIND_REQUESTS, 100, 9, 7 * kHour);
  AddPause(made.account, "gemini-3-pro", v1::ERROR_KIND_OVERLOADED, 38);
  SetTime(*made.account.mutable_last_use_time(), -9);
  const auto busy =
      MakeDemoError(v1::ERROR_KIND_OVERLOADED, 503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
  made.history = {
      Event(9, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_COOLING, v1::ACCOUNT_SIGNAL_OVERLOADED, busy)};
  made.history.front().set_model("gemini-3-pro");
  return made;
}

DemoAccount LabGemini() {
  DemoAccount made{Make("gemini", "lab-gemini", "AIza…Q0d4", 77), {}};
  made.account.set_state(v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  auto& reason = *made.account.mutable_state_reason();
  reason.set_code("provider_refused");
  auto& text = *reason.add_args();
  text.set_name("text");
  text.set_value("API key not valid. Please pass a valid API key.");
  SetTime(*made.account.mutable_last_use_time(), -90 * kMinute);
  const auto refused = MakeDemoError(v1::ERROR_KIND_ACCOUNT_AUTH, 400, "API_KEY_INVALID",
                                     "API key not valid. Please pass a valid API key.");
  made.history = {Event(90 * kMinute, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN,
                        v1::ACCOUNT_SIGNAL_SIGN_IN_REFUSED, refused)};
  return made;
}

DemoAccount NightAnthropic() {
  DemoAccount made{Make("anthropic", "night-anthropic", "sk-ant-…c01d", 388), {}};
  AddTokensPerDay(made.account, 500'000, 500'000);
  SetTime(*made.account.mutable_last_use_time(), -12 * kMinute);
  made.history = {Event(12 * kMinute, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_EXHAUSTED,
                        v1::ACCOUNT_SIGNAL_BUDGET_SPENT)};
  return made;
}

DemoAccount DeepSeek() {
  DemoAccount made{Make("deepseek", "deepseek", "sk-…d02e", 902), {}};
  AddTokensPerDay(made.account, 3'000'000, 1'240'000);
  SetTime(*made.account.mutable_last_use_time(), -610);
  return made;
}

DemoAccount OldOpenAi() {
  DemoAccount made{Make("openai", "old-openai", "sk-…1f0e", 0), {}};
  made.account.set_enabled(false);
  made.history = {
      Event(50 * kHour, v1::ACCOUNT_CONDITION_READY, v1::ACCOUNT_CONDITION_DISABLED, v1::ACCOUNT_SIGNAL_DISABLED)};
  return made;
}

DemoAccount LabVertex() {
  DemoAccount made{Make("vertex", "lab-vertex", "", 214), {}};
  made.account.set_credential_kind(v1::CREDENTIAL_KIND_SERVICE_ACCOUNT);
  made.account.set_subject("gateway@lab-7.iam.gserviceaccount.com");
  made.account.set_project("lab-7");
  made.account.set_location("europe-west4");
  SetTime(*made.account.mutable_last_use_time(), -4 * kMinute);
  return made;
}

DemoAccount HomeOllama() {
  DemoAccount made{Make("openai-compatible", "home-ollama", "", 1'377), {}};
  made.account.set_credential_kind(v1::CREDENTIAL_KIND_NONE);
  made.account.set_base_url("http://127.0.0.1:11434/v1");
  SetTime(*made.account.mutable_last_use_time(), -2 * kMinute);
  return made;
}

}  // namespace

v1::AccountCondition ConditionOf(const v1::Account& account) {
  if (!account.enabled()) return v1::ACCOUNT_CONDITION_DISABLED;
  if (account.state() == v1::ACCOUNT_STATE_NEEDS_SIGN_IN) return v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN;
  if (account.state() == v1::ACCOUNT_STATE_FORBIDDEN) return v1::ACCOUNT_CONDITION_FORBIDDEN;
  for (const v1::Budget& budget : account.budgets()) {
    if (budget.used() >= budget.limit()) return v1::ACCOUNT_CONDITION_EXHAUSTED;
  }
  for (const v1::Cooldown& cooldown : account.cooldowns()) {
    if (cooldown.model().empty()) return v1::ACCOUNT_CONDITION_COOLING;
  }
  return v1::ACCOUNT_CONDITION_READY;
}

void SetTime(google::protobuf::Timestamp& time, std::int64_t seconds_from_now) {
  time.set_seconds(absl::ToUnixSeconds(absl::Now()) + seconds_from_now);
}

v1::Egress StoredEgress(v1::Egress egress) {
  const std::string& url = egress.proxy_url();
  const std::size_t at = url.find('@');
  const std::size_t colon = url.find(':', url.find("://") + 3);
  if (at != std::string::npos && colon < at) egress.set_proxy_url(url.substr(0, colon) + url.substr(at));
  return egress;
}

v1::ProviderError MakeDemoError(v1::ErrorKind kind, int status, const char* code, const char* text) {
  v1::ProviderError error;
  error.set_kind(kind);
  error.set_http_status(status);
  error.set_code(code);
  error.set_text(text);
  return error;
}

std::string KeyHint(const std::string& key) {
  constexpr std::size_t kShown = 4;
  return key.size() <= kShown ? "" : absl::StrCat(key.substr(0, 3), "…", key.substr(key.size() - kShown));
}

const std::vector<DemoProvider>& DemoProviders() {
  static const std::vector<DemoProvider> providers = MakeProviders();
  return providers;
}

const DemoProvider* FindDemoProvider(const std::string& name) {
  const auto found = std::find_if(DemoProviders().begin(), DemoProviders().end(),
                                  [&name](const DemoProvider& made) { return name == made.provider.name(); });
  return found == DemoProviders().end() ? nullptr : &*found;
}

std::vector<DemoAccount> MakeDemoAccounts() {
  return {WorkAnthropic(), TeamOpenAi(),     SpareOpenAi(), HomeGemini(), LabGemini(),
          DeepSeek(),      NightAnthropic(), OldOpenAi(),   LabVertex(),  HomeOllama()};
}

std::string DemoAccountId(int number) { return absl::StrCat("acc_demo", number); }

}  // namespace ag::gui
