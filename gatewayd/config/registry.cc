#include "gatewayd/config/registry.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::config {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kTenMinutesMs = 600'000;
constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::array<std::string_view, 3> kOnLoss{"allow", "warn", "reject"};
constexpr std::array<std::string_view, 3> kPoolModes{"cache_first", "balance", "performance_first"};
constexpr std::array<std::string_view, 4> kAuthModes{"off", "strict", "all_except_health", "auto"};

template <typename T>
SettingValue ToValue(const T& member) {
  if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    return static_cast<std::int64_t>(member.count());
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return static_cast<std::int64_t>(member);
  } else {
    return member;
  }
}

template <typename T>
void FromValue(T& member, const SettingValue& value) {
  if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    member = std::chrono::milliseconds(std::get<std::int64_t>(value));
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    member = static_cast<T>(std::get<std::int64_t>(value));
  } else {
    member = std::get<T>(value);
  }
}

// Of a member of Config that is a duration; sizes and days are plain numbers there.
template <typename Section, typename T>
constexpr SettingUnit UnitOf(T Section::* /*member*/) {
  return std::is_same_v<T, std::chrono::milliseconds> ? SettingUnit::kMilliseconds : SettingUnit::kNone;
}

template <auto kSection, auto kMember>
constexpr SettingSpec Row(std::string_view key, std::string_view description, Effect effect = Effect::kAtOnce) {
  SettingSpec spec;
  spec.key = key;
  spec.description = description;
  spec.effect = effect;
  spec.read = [](const Config& config) -> SettingValue { return ToValue((config.*kSection).*kMember); };
  spec.write = [](Config& config, const SettingValue& value) { FromValue((config.*kSection).*kMember, value); };
  return spec;
}

template <auto kSection, auto kMember>
constexpr SettingSpec Number(std::string_view key, std::int64_t min, std::int64_t max, std::string_view description,
                             Effect effect = Effect::kAtOnce) {
  SettingSpec spec = Row<kSection, kMember>(key, description, effect);
  spec.min = min;
  spec.max = max;
  spec.min_as_flag = min;
  spec.unit = UnitOf(kMember);
  return spec;
}

constexpr SettingSpec In(SettingUnit unit, SettingSpec spec) {
  spec.unit = unit;
  return spec;
}

template <auto kSection, auto kMember>
constexpr SettingSpec Choice(std::string_view key, std::span<const std::string_view> choices,
                             std::string_view description) {
  SettingSpec spec = Row<kSection, kMember>(key, description);
  spec.choices = choices;
  return spec;
}

constexpr SettingSpec Port() {
  SettingSpec spec = Number<&Config::proxy, &ProxyConfig::port>("proxy.port", 1, 65535, "Port of the HTTP endpoint");
  spec.min_as_flag = 0;  // any free port
  return spec;
}

// By key.
constexpr std::array kRegistry{
    Row<&Config::control, &ControlConfig::address>(
        "control.address", "HOST:PORT where the control service listens too, with TLS and a token; empty: nowhere",
        Effect::kNextStart),
    Row<&Config::control, &ControlConfig::cert_file>(
        "control.cert_file", "Certificate (PEM) of the control service on control.address", Effect::kNextStart),
    Row<&Config::control, &ControlConfig::key_file>("control.key_file", "Private key (PEM) of control.cert_file",
                                                    Effect::kNextStart),
    Row<&Config::control, &ControlConfig::token_file>(
        "control.token_file", "File with the token that control.address asks for; chmod 600", Effect::kNextStart),
    In(SettingUnit::kDays,
       Number<&Config::log, &LogConfig::max_age_days>(
           "log.max_age_days", 1, 3650, "Days that a line of the request log is kept", Effect::kNextStart)),
    In(SettingUnit::kBytes, Number<&Config::log, &LogConfig::max_bytes>(
                                "log.max_bytes", kMebibyte, std::int64_t{1} << 46,
                                "Size that the request log's file keeps within", Effect::kNextStart)),
    Number<&Config::log, &LogConfig::max_requests>("log.max_requests", 0, 100'000'000,
                                                   "Lines that the request log keeps at most", Effect::kNextStart),
    Row<&Config::pool, &PoolConfig::fixed_account>("pool.fixed_account",
                                                   "Account (id or label) that serves all it can, before any other"),
    Row<&Config::pool, &PoolConfig::fixed_failover>(
        "pool.fixed_failover", "Ask the other accounts when the fixed one cannot serve; false: refuse instead"),
    Choice<&Config::pool, &PoolConfig::mode>(
        "pool.mode", kPoolModes,
        "How an account is chosen: cache_first keeps a conversation on its account, balance takes the less loaded, "
        "performance_first the one that answers soonest"),
    Row<&Config::proxy, &ProxyConfig::allow_lan_access>(
        "proxy.allow_lan_access", "Listen on all interfaces, not on this machine's loopback only; needs an auth_mode"),
    Row<&Config::proxy, &ProxyConfig::allowed_hosts>("proxy.allowed_hosts",
                                                     "Further Host names under which clients may call the gateway"),
    Row<&Config::proxy, &ProxyConfig::allowed_origins>(
        "proxy.allowed_origins", "Web pages and browser extensions that may call the gateway without its key"),
    Choice<&Config::proxy, &ProxyConfig::auth_mode>(
        "proxy.auth_mode", kAuthModes,
        "When clients must send the gateway key; auto: off on loopback, all_except_health on the LAN"),
    Row<&Config::proxy, &ProxyConfig::auto_start>("proxy.auto_start", "Start the endpoint together with the daemon"),
    Number<&Config::proxy, &ProxyConfig::early_commit_after>(
        "proxy.early_commit_after_ms", 0, kTenMinutesMs,
        "A stream that has brought nothing for so long is answered with keep-alives"),
    Row<&Config::proxy, &ProxyConfig::inject_stream_usage>(
        "proxy.inject_stream_usage", "Ask for token counts in streamed chat completions that do not ask themselves"),
    Row<&Config::proxy, &ProxyConfig::listen_addresses>(
        "proxy.listen_addresses", "IP addresses to listen on, in place of loopback or all interfaces"),
    Number<&Config::proxy, &ProxyConfig::max_attempts>("proxy.max_attempts", 1, 50,
                                                       "Attempts on accounts that one request may cost"),
    In(SettingUnit::kBytes,
       Number<&Config::proxy, &ProxyConfig::max_body_bytes>("proxy.max_body_bytes", 1024, 4096 * kMebibyte,
                                                            "Largest request body", Effect::kNextStart)),
    Number<&Config::proxy, &ProxyConfig::max_wait>("proxy.max_wait_ms", 0, kTenMinutesMs,
                                                   "How long a request waits for an account that is cooling down"),
    In(SettingUnit::kBytes, Number<&Config::proxy, &ProxyConfig::memory_budget_bytes>(
                                "proxy.memory_budget_bytes", kMebibyte, std::int64_t{1} << 46,
                                "Memory that all request bodies together may hold", Effect::kNextStart)),
    Port(),
    Number<&Config::proxy, &ProxyConfig::retry_for>("proxy.retry_for_ms", 0, kTenMinutesMs,
                                                    "How long after its arrival a request may still be tried again"),
    Number<&Config::proxy, &ProxyConfig::shards>("proxy.shards", 0, 256, "Threads that serve requests; 0 = one a core",
                                                 Effect::kNextStart),
    Choice<&Config::translation, &TranslationConfig::on_loss>(
        "translation.on_loss", kOnLoss,
        "When a request cannot be said in full on the chosen upstream: allow, warn in a response header, or reject. "
        "With reject no request goes on without reasoning state that another account has refused, either"),
    Row<&Config::upstream, &UpstreamConfig::ca_file>("upstream.ca_file",
                                                     "PEM file of certificates to trust besides the system's"),
    Number<&Config::upstream, &UpstreamConfig::connect_timeout>("upstream.connect_timeout_ms", 100, kTenMinutesMs,
                                                                "Time to connect to a provider"),
    Number<&Config::upstream, &UpstreamConfig::head_timeout>("upstream.head_timeout_ms", 1000, kDayMs,
                                                             "Time that a provider has to begin its answer"),
    Number<&Config::upstream, &UpstreamConfig::idle_timeout>("upstream.idle_timeout_ms", 1000, kDayMs,
                                                             "Longest silence within a provider's answer"),
    Row<&Config::upstream, &UpstreamConfig::no_proxy>("upstream.no_proxy", "Hosts that are reached without proxy_url"),
    Row<&Config::upstream, &UpstreamConfig::proxy_url>(
        "upstream.proxy_url", "Outgoing proxy, http:// or socks5h:// (over the variable HTTPS_PROXY)"),
};

std::string_view LeafOf(std::string_view key) { return key.substr(key.find('.') + 1); }

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({diagonal + 1, row[j] + 1, substituted});
    }
  }
  return row.back();
}

std::string Allowed(const SettingSpec& spec, Source source) {
  const SettingValue kind = spec.read(Config());
  if (std::holds_alternative<bool>(kind)) return "true or false";
  if (std::holds_alternative<std::int64_t>(kind)) {
    const std::int64_t min = source == Source::kFlag ? spec.min_as_flag : spec.min;
    return absl::StrCat("a whole number from ", min, " to ", spec.max);
  }
  if (std::holds_alternative<std::vector<std::string>>(kind)) return "a list of texts";
  if (spec.choices.empty()) return "a text";
  return absl::StrCat("one of ", absl::StrJoin(spec.choices, ", ",
                                               [](std::string* out, std::string_view choice) { out->append(choice); }));
}

absl::Status Refuse(const SettingSpec& spec, std::string_view shown, Source source, std::string_view where) {
  std::string message = absl::StrCat(ToAbsl(spec.key), " cannot be ", ToAbsl(shown.substr(0, 200)));
  if (!where.empty()) absl::StrAppend(&message, " (", ToAbsl(where), ")");
  absl::StrAppend(&message, ": it must be ", Allowed(spec, source));
  return FieldError(ErrorKind::kInvalidRequest, spec.key, message);
}

bool InRange(const SettingSpec& spec, std::int64_t number, Source source) {
  return number >= (source == Source::kFlag ? spec.min_as_flag : spec.min) && number <= spec.max;
}

bool IsChoice(const SettingSpec& spec, std::string_view text) {
  return spec.choices.empty() || std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end();
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  for (const absl::string_view part : absl::StrSplit(ToAbsl(text), ',')) {
    const std::string_view item = TrimSpace(ToStd(part));
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::optional<bool> ParseBool(std::string_view text) {
  for (const std::string_view yes : {"true", "on", "yes", "1"}) {
    if (EqualsIgnoreCase(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "off", "no", "0"}) {
    if (EqualsIgnoreCase(text, no)) return false;
  }
  return std::nullopt;
}

}  // namespace

std::span<const SettingSpec> Registry() { return kRegistry; }

const SettingSpec* FindSpec(std::string_view key) {
  for (const SettingSpec& spec : kRegistry) {
    if (spec.key == key) return &spec;
  }
  return nullptr;
}

absl::StatusOr<const SettingSpec*> ResolveKey(std::string_view key) {
  if (const SettingSpec* exact = FindSpec(key)) return exact;
  std::vector<const SettingSpec*> found;
  for (const SettingSpec& spec : kRegistry) {
    if (LeafOf(spec.key) == key) found.push_back(&spec);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return FieldError(
        ErrorKind::kInvalidRequest, key,
        absl::StrCat("There is no setting ", ToAbsl(key), DidYouMean(key), ". All settings: agctl config get"));
  }
  const std::string names =
      absl::StrJoin(found, ", ", [](std::string* out, const SettingSpec* spec) { out->append(spec->key); });
  return FieldError(ErrorKind::kInvalidRequest, key,
                    absl::StrCat("The setting ", ToAbsl(key), " is ambiguous: write one of ", names));
}

std::string DidYouMean(std::string_view key) {
  const SettingSpec* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(2, key.size() / 4) + 1;
  const std::string_view leaf = LeafOf(key);
  const std::size_t wrong_section = leaf.size() == key.size() ? 0 : 1;
  for (const SettingSpec& spec : kRegistry) {
    // The right name in the wrong section is near as well.
    const std::size_t distance =
        std::min(EditDistance(key, spec.key), EditDistance(leaf, LeafOf(spec.key)) + wrong_section);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = &spec;
  }
  return best == nullptr ? std::string() : absl::StrCat(" (did you mean ", ToAbsl(best->key), "?)");
}

SettingKind KindOf(const SettingSpec& spec) {
  const SettingValue value = spec.read(Config());
  if (std::holds_alternative<bool>(value)) return SettingKind::kBoolean;
  if (std::holds_alternative<std::int64_t>(value)) return SettingKind::kNumber;
  return std::holds_alternative<std::string>(value) ? SettingKind::kText : SettingKind::kList;
}

std::string EnvironmentName(const SettingSpec& spec) {
  return absl::StrCat("AG_", absl::StrReplaceAll(absl::AsciiStrToUpper(ToAbsl(spec.key)), {{".", "_"}}));
}

std::string DefaultAsJson(const SettingSpec& spec) { return ToJson(spec.read(Config())); }

std::string ToJson(const SettingValue& value) {
  std::string text;
  json::Writer writer(text);
  if (const auto* boolean = std::get_if<bool>(&value)) writer.Bool(*boolean);
  if (const auto* number = std::get_if<std::int64_t>(&value)) writer.Int(*number);
  if (const auto* string = std::get_if<std::string>(&value)) writer.String(*string);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    writer.BeginArray();
    for (const std::string& item : *list) writer.String(item);
    writer.EndArray();
  }
  return text;
}

absl::StatusOr<SettingValue> FromJson(const SettingSpec& spec, const json::Value& value, std::string_view where) {
  const SettingValue kind = spec.read(Config());
  const auto refuse = [&] { return Refuse(spec, value.raw(), Source::kFile, where); };
  if (std::holds_alternative<bool>(kind)) {
    if (!value.is_bool()) return refuse();
    return SettingValue(value.AsBool(false));
  }
  if (std::holds_alternative<std::int64_t>(kind)) {
    const auto number = value.AsInt();
    if (!number || !InRange(spec, *number, Source::kFile)) return refuse();
    return SettingValue(*number);
  }
  if (std::holds_alternative<std::string>(kind)) {
    if (!value.is_string() || !IsChoice(spec, value.str())) return refuse();
    return SettingValue(std::string(value.str()));
  }
  if (!value.is_array()) return refuse();
  std::vector<std::string> items;
  for (const json::Value& item : value.items()) {
    if (!item.is_string()) return refuse();
    items.emplace_back(item.str());
  }
  return SettingValue(std::move(items));
}

absl::StatusOr<SettingValue> FromText(const SettingSpec& spec, std::string_view text, Source source,
                                      std::string_view where) {
  text = TrimSpace(text);
  const SettingValue kind = spec.read(Config());
  const auto refuse = [&] { return Refuse(spec, json::Quote(text), source, where); };
  if (std::holds_alternative<bool>(kind)) {
    const auto boolean = ParseBool(text);
    if (!boolean) return refuse();
    return SettingValue(*boolean);
  }
  if (std::holds_alternative<std::int64_t>(kind)) {
    std::int64_t number = 0;
    if (!absl::SimpleAtoi(ToAbsl(text), &number) || !InRange(spec, number, source)) return refuse();
    return SettingValue(number);
  }
  const bool is_list = std::holds_alternative<std::vector<std::string>>(kind);
  if (text.starts_with(is_list ? '[' : '"')) {
    Arena arena;
    const auto parsed = json::Parse(text, arena);
    if (!parsed.ok()) return refuse();
    return FromJson(spec, **parsed, where);
  }
  if (is_list) return SettingValue(SplitList(text));
  if (!IsChoice(spec, text)) return refuse();
  return SettingValue(std::string(text));
}

}  // namespace ag::config
