#include "gui/models/setting_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace ag::gui {
namespace {

struct SettingWords {
  const char* key;
  const char* text;
};

// Marked for the translators here, translated when asked for.
constexpr std::array kSettings{
    SettingWords{
        "control.address",
        QT_TRANSLATE_NOOP("Setting",
                          "HOST:PORT where the control service listens too, with TLS and a token; empty: nowhere")},
    SettingWords{"control.cert_file",
                 QT_TRANSLATE_NOOP("Setting", "Certificate (PEM) of the control service on control.address")},
    SettingWords{"control.key_file", QT_TRANSLATE_NOOP("Setting", "Private key (PEM) of control.cert_file")},
    SettingWords{"control.token_file",
                 QT_TRANSLATE_NOOP("Setting", "File with the token that control.address asks for; chmod 600")},
    SettingWords{"log.max_age_days", QT_TRANSLATE_NOOP("Setting", "Days that a line of the request log is kept")},
    SettingWords{"log.max_bytes", QT_TRANSLATE_NOOP("Setting", "Size that the request log's file keeps within")},
    SettingWords{"log.max_requests", QT_TRANSLATE_NOOP("Setting", "Lines that the request log keeps at most")},
    SettingWords{"pool.fixed_account",
                 QT_TRANSLATE_NOOP("Setting", "Account (id or label) that serves all it can, before any other")},
    SettingWords{
        "pool.fixed_failover",
        QT_TRANSLATE_NOOP("Setting", "Ask the other accounts when the fixed one cannot serve; false: refuse instead")},
    SettingWords{"pool.mode",
                 QT_TRANSLATE_NOOP("Setting",
                                   "How an account is chosen: cache_first keeps a conversation on its account, balance "
                                   "takes the less loaded, performance_first the one that answers soonest")},
    SettingWords{"proxy.allow_lan_access",
                 QT_TRANSLATE_NOOP(
                     "Setting", "Listen on all interfaces, not on this machine's loopback only; needs an auth_mode")},
    SettingWords{"proxy.allowed_hosts",
                 QT_TRANSLATE_NOOP("Setting", "Further Host names under which clients may call the gateway")},
    SettingWords{
        "proxy.allowed_origins",
        QT_TRANSLATE_NOOP("Setting", "Web pages and browser extensions that may call the gateway without its key")},
    SettingWords{
        "proxy.api_key",
        QT_TRANSLATE_NOOP("Setting",
                          "The key that clients present when proxy.auth_mode asks for one; generated at first start")},
    SettingWords{
        "proxy.auth_mode",
        QT_TRANSLATE_NOOP(
            "Setting", "When clients must send the gateway key; auto: off on loopback, all_except_health on the LAN")},
    SettingWords{"proxy.auto_start", QT_TRANSLATE_NOOP("Setting", "Start the endpoint together with the daemon")},
    SettingWords{
        "proxy.early_commit_after_ms",
        QT_TRANSLATE_NOOP("Setting", "A stream that has brought nothing for so long is answered with keep-alives")},
    SettingWords{
        "proxy.inject_stream_usage",
        QT_TRANSLATE_NOOP("Setting", "Ask for token counts in streamed chat completions that do not ask themselves")},
    SettingWords{"proxy.listen_addresses",
                 QT_TRANSLATE_NOOP("Setting", "IP addresses to listen on, in place of loopback or all interfaces")},
    SettingWords{"proxy.max_attempts", QT_TRANSLATE_NOOP("Setting", "Attempts on accounts that one request may cost")},
    SettingWords{"proxy.max_body_bytes", QT_TRANSLATE_NOOP("Setting", "Largest request body")},
    SettingWords{"proxy.max_wait_ms",
                 QT_TRANSLATE_NOOP("Setting", "How long a request waits for an account that is cooling down")},
    SettingWords{"proxy.memory_budget_bytes",
                 QT_TRANSLATE_NOOP("Setting", "Memory that all request bodies together may hold")},
    SettingWords{"proxy.port", QT_TRANSLATE_NOOP("Setting", "Port of the HTTP endpoint")},
    SettingWords{"proxy.retry_for_ms",
                 QT_TRANSLATE_NOOP("Setting", "How long after its arrival a request may still be tried again")},
    SettingWords{"proxy.shards", QT_TRANSLATE_NOOP("Setting", "Threads that serve requests; 0 = one a core")},
    SettingWords{"translation.on_loss", QT_TRANSLATE_NOOP("Setting",
                                                          "When a request cannot be said in full on the chosen "
                                                          "upstream: allow, warn in a response header, or reject")},
    SettingWords{"upstream.ca_file",
                 QT_TRANSLATE_NOOP("Setting", "PEM file of certificates to trust besides the system's")},
    SettingWords{"upstream.connect_timeout_ms", QT_TRANSLATE_NOOP("Setting", "Time to connect to a provider")},
    SettingWords{"upstream.head_timeout_ms",
                 QT_TRANSLATE_NOOP("Setting", "Time that a provider has to begin its answer")},
    SettingWords{"upstream.idle_timeout_ms",
                 QT_TRANSLATE_NOOP("Setting", "Longest silence within a provider's answer")},
    SettingWords{"upstream.no_proxy", QT_TRANSLATE_NOOP("Setting", "Hosts that are reached without proxy_url")},
    SettingWords{"upstream.proxy_url",
                 QT_TRANSLATE_NOOP("Setting", "Outgoing proxy, http:// or socks5h:// (over the variable HTTPS_PROXY)")},
};

}  // namespace

QString SettingText(const QString& key) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(),
                                  [&key](const SettingWords& setting) { return key == QLatin1String(setting.key); });
  return found == kSettings.end() ? QString() : QCoreApplication::translate("Setting", found->text);
}

}  // namespace ag::gui
