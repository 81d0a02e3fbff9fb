#include "gui/models/setting_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace ag::gui {
namespace {

constexpr std::array kLanguages{
    ChoiceWords{"", QT_TRANSLATE_NOOP("Setting", "System"), ""},
    // Each in itself, so that one can find back.
    ChoiceWords{"en", "English", ""},
    ChoiceWords{"zh_CN", "简体中文", ""},
};
constexpr std::array kThemes{
    ChoiceWords{"system", QT_TRANSLATE_NOOP("Setting", "System"), ""},
    ChoiceWords{"light", QT_TRANSLATE_NOOP("Setting", "Light"), ""},
    ChoiceWords{"dark", QT_TRANSLATE_NOOP("Setting", "Dark"), ""},
};
constexpr std::array kOnQuit{
    ChoiceWords{"ask", QT_TRANSLATE_NOOP("Setting", "Ask"), ""},
    ChoiceWords{"keep", QT_TRANSLATE_NOOP("Setting", "Keeps running"), ""},
    ChoiceWords{"stop", QT_TRANSLATE_NOOP("Setting", "Stops"), ""},
};
constexpr std::array kAuthModes{
    ChoiceWords{
        "off", QT_TRANSLATE_NOOP("Setting", "Off"),
        QT_TRANSLATE_NOOP("Setting", "Off: programs on this machine need no key. Web pages are still refused.")},
    ChoiceWords{"auto", QT_TRANSLATE_NOOP("Setting", "Auto"),
                QT_TRANSLATE_NOOP("Setting", "Auto: programs on this machine need no key, others in the network do.")},
    ChoiceWords{
        "all_except_health", QT_TRANSLATE_NOOP("Setting", "All except health check"),
        QT_TRANSLATE_NOOP("Setting", "All except health check: every request needs the key, health checks do not.")},
    ChoiceWords{"strict", QT_TRANSLATE_NOOP("Setting", "Strict"),
                QT_TRANSLATE_NOOP("Setting", "Strict: every request needs the key, health checks too.")},
};
constexpr std::array kPoolModes{
    ChoiceWords{"cache_first", QT_TRANSLATE_NOOP("Setting", "Cache first"),
                QT_TRANSLATE_NOOP("Setting",
                                  "Cache first: a conversation stays on its account, which has its prompt in cache.")},
    ChoiceWords{"balance", QT_TRANSLATE_NOOP("Setting", "Balanced"),
                QT_TRANSLATE_NOOP("Setting", "Balanced: the account with the least load serves next.")},
    ChoiceWords{"performance_first", QT_TRANSLATE_NOOP("Setting", "Fastest answer"),
                QT_TRANSLATE_NOOP("Setting", "Fastest answer: the account that answers soonest serves next.")},
};
constexpr std::array kOnLoss{
    ChoiceWords{"allow", QT_TRANSLATE_NOOP("Setting", "Allow"),
                QT_TRANSLATE_NOOP("Setting", "Allow: it is sent without that part, and the log says so.")},
    ChoiceWords{"warn", QT_TRANSLATE_NOOP("Setting", "Warn"),
                QT_TRANSLATE_NOOP("Setting", "Warn: it is sent without that part, and a response header says so.")},
    ChoiceWords{"reject", QT_TRANSLATE_NOOP("Setting", "Reject"),
                QT_TRANSLATE_NOOP("Setting", "Reject: the client gets an error that names the part.")},
};

constexpr std::array kWords{
    SettingWords{"app.language", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Language"),
                 QT_TRANSLATE_NOOP("Setting", "Of this app. What providers say stays as it is."), kLanguages, true},
    SettingWords{"app.theme", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Theme"),
                 QT_TRANSLATE_NOOP("Setting", "Light or dark colours, or those of the desktop."), kThemes, true},
    SettingWords{"app.start_at_login", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Start at login"),
                 QT_TRANSLATE_NOOP("Setting", "The app starts in the tray when you log in.")},
    SettingWords{"app.start_gateway", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Start the gateway with the app"),
                 QT_TRANSLATE_NOOP("Setting", "Starts gatewayd on this machine when none runs there.")},
    SettingWords{"app.close_to_tray", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Close to the tray"),
                 QT_TRANSLATE_NOOP("Setting", "Closing the window leaves the app in the tray.")},
    SettingWords{"app.notifications", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "Notifications"),
                 QT_TRANSLATE_NOOP("Setting", "Tell me when an account needs me.")},
    SettingWords{"app.on_quit", SettingCard::kApp, QT_TRANSLATE_NOOP("Setting", "When the app quits"),
                 QT_TRANSLATE_NOOP("Setting", "What becomes of a gateway that this app has started."), kOnQuit, true},

    SettingWords{"proxy.port", SettingCard::kEndpoint, QT_TRANSLATE_NOOP("Setting", "Port"),
                 QT_TRANSLATE_NOOP("Setting", "Where clients reach the gateway.")},
    SettingWords{"proxy.auth_mode", SettingCard::kEndpoint, QT_TRANSLATE_NOOP("Setting", "Authentication"),
                 QT_TRANSLATE_NOOP("Setting", "When clients must present the gateway key."), kAuthModes},
    SettingWords{"proxy.api_key", SettingCard::kEndpoint, QT_TRANSLATE_NOOP("Setting", "Gateway key"),
                 QT_TRANSLATE_NOOP("Setting",
                                   "What clients present when authentication is on. Made at the first start; after a "
                                   "change, clients need the new one.")},
    SettingWords{
        "proxy.allow_lan_access", SettingCard::kEndpoint, QT_TRANSLATE_NOOP("Setting", "Other machines may use it"),
        QT_TRANSLATE_NOOP("Setting",
                          "Listens on all interfaces, not on this machine's loopback only. Needs authentication.")},
    SettingWords{"proxy.auto_start", SettingCard::kEndpoint, QT_TRANSLATE_NOOP("Setting", "Start with the gateway"),
                 QT_TRANSLATE_NOOP("Setting", "The endpoint listens as soon as gatewayd runs.")},

    SettingWords{"pool.mode", SettingCard::kAccounts, QT_TRANSLATE_NOOP("Setting", "Strategy"),
                 QT_TRANSLATE_NOOP("Setting", "How an account is chosen among those that can serve a request."),
                 kPoolModes},
    SettingWords{"pool.fixed_account", SettingCard::kAccounts, QT_TRANSLATE_NOOP("Setting", "Fixed account"),
                 QT_TRANSLATE_NOOP("Setting", "Its name: it serves all that it can, before any other. Empty: none.")},
    SettingWords{"pool.fixed_failover", SettingCard::kAccounts,
                 QT_TRANSLATE_NOOP("Setting", "Others stand in for the fixed account"),
                 QT_TRANSLATE_NOOP("Setting", "When it cannot serve. Off: such a request is refused.")},

    SettingWords{"proxy.max_attempts", SettingCard::kRetries, QT_TRANSLATE_NOOP("Setting", "Attempts"),
                 QT_TRANSLATE_NOOP("Setting", "How many calls to providers one request may cost at most.")},
    SettingWords{"proxy.max_wait_ms", SettingCard::kRetries, QT_TRANSLATE_NOOP("Setting", "Longest wait"),
                 QT_TRANSLATE_NOOP("Setting", "How long a request waits for an account that is cooling down.")},
    SettingWords{"proxy.retry_for_ms", SettingCard::kRetries, QT_TRANSLATE_NOOP("Setting", "Time for new attempts"),
                 QT_TRANSLATE_NOOP("Setting", "How long after its arrival a request may still be tried again.")},

    SettingWords{"translation.on_loss", SettingCard::kTranslation, QT_TRANSLATE_NOOP("Setting", "Unsupported fields"),
                 QT_TRANSLATE_NOOP("Setting", "When part of a request cannot be said to the chosen provider."), kOnLoss,
                 true},
    SettingWords{"proxy.inject_stream_usage", SettingCard::kTranslation,
                 QT_TRANSLATE_NOOP("Setting", "Count the tokens of all streams"),
                 QT_TRANSLATE_NOOP("Setting", "Asks for the counts where a client's chat completion does not.")},

    SettingWords{"log.max_age_days", SettingCard::kLog, QT_TRANSLATE_NOOP("Setting", "Kept for"),
                 QT_TRANSLATE_NOOP("Setting", "Older requests leave the request log.")},
    SettingWords{"log.max_requests", SettingCard::kLog, QT_TRANSLATE_NOOP("Setting", "Requests kept"),
                 QT_TRANSLATE_NOOP("Setting", "At most so many; the oldest leave first.")},
    SettingWords{"log.max_bytes", SettingCard::kLog, QT_TRANSLATE_NOOP("Setting", "Space on disk"),
                 QT_TRANSLATE_NOOP("Setting", "The request log's file keeps within it.")},

    SettingWords{"upstream.proxy_url", SettingCard::kEgress, QT_TRANSLATE_NOOP("Setting", "Outgoing proxy"),
                 QT_TRANSLATE_NOOP("Setting",
                                   "http:// or socks5h://, on the way to providers. Goes before the variable "
                                   "HTTPS_PROXY; an account's own goes before both.")},
    SettingWords{"upstream.no_proxy", SettingCard::kEgress, QT_TRANSLATE_NOOP("Setting", "Reached without the proxy"),
                 QT_TRANSLATE_NOOP("Setting", "Hosts, one per line.")},
    SettingWords{"upstream.ca_file", SettingCard::kEgress, QT_TRANSLATE_NOOP("Setting", "Certificates to trust"),
                 QT_TRANSLATE_NOOP("Setting", "A PEM file, besides the system's certificates.")},

    SettingWords{
        "proxy.listen_addresses", SettingCard::kAccess, QT_TRANSLATE_NOOP("Setting", "Addresses to listen on"),
        QT_TRANSLATE_NOOP("Setting", "IP addresses, one per line, in place of loopback or of all interfaces.")},
    SettingWords{"proxy.allowed_hosts", SettingCard::kAccess, QT_TRANSLATE_NOOP("Setting", "Names of the gateway"),
                 QT_TRANSLATE_NOOP("Setting", "Further host names that clients may call it by, one per line.")},
    SettingWords{"proxy.allowed_origins", SettingCard::kAccess, QT_TRANSLATE_NOOP("Setting", "Web pages"),
                 QT_TRANSLATE_NOOP("Setting",
                                   "Origins of pages and browser extensions that may call it without its key, one a "
                                   "line.")},

    SettingWords{"upstream.connect_timeout_ms", SettingCard::kTimeouts, QT_TRANSLATE_NOOP("Setting", "Connection"),
                 QT_TRANSLATE_NOOP("Setting", "Time to connect to a provider.")},
    SettingWords{"upstream.head_timeout_ms", SettingCard::kTimeouts, QT_TRANSLATE_NOOP("Setting", "Start of an answer"),
                 QT_TRANSLATE_NOOP("Setting", "Time that a provider has to begin its answer.")},
    SettingWords{"upstream.idle_timeout_ms", SettingCard::kTimeouts,
                 QT_TRANSLATE_NOOP("Setting", "Silence within an answer"),
                 QT_TRANSLATE_NOOP("Setting", "After so long a provider's answer counts as broken off.")},
    SettingWords{"proxy.early_commit_after_ms", SettingCard::kTimeouts,
                 QT_TRANSLATE_NOOP("Setting", "Keep-alives after"),
                 QT_TRANSLATE_NOOP("Setting", "A stream that has brought nothing for so long gets keep-alives.")},

    SettingWords{"proxy.shards", SettingCard::kResources, QT_TRANSLATE_NOOP("Setting", "Threads"),
                 QT_TRANSLATE_NOOP("Setting", "That serve requests; 0: one for each core.")},
    SettingWords{"proxy.max_body_bytes", SettingCard::kResources, QT_TRANSLATE_NOOP("Setting", "Largest request"),
                 QT_TRANSLATE_NOOP("Setting", "A larger body is refused.")},
    SettingWords{"proxy.memory_budget_bytes", SettingCard::kResources,
                 QT_TRANSLATE_NOOP("Setting", "Memory for requests"),
                 QT_TRANSLATE_NOOP("Setting", "All request bodies together keep within it.")},

    SettingWords{"control.address", SettingCard::kRemote, QT_TRANSLATE_NOOP("Setting", "Control address"),
                 QT_TRANSLATE_NOOP("Setting",
                                   "HOST:PORT where apps and agctl of other machines reach the gateway, with TLS and a "
                                   "token. Empty: nowhere.")},
    SettingWords{"control.cert_file", SettingCard::kRemote, QT_TRANSLATE_NOOP("Setting", "Certificate"),
                 QT_TRANSLATE_NOOP("Setting", "The PEM file that is shown at the control address.")},
    SettingWords{"control.key_file", SettingCard::kRemote, QT_TRANSLATE_NOOP("Setting", "Private key"),
                 QT_TRANSLATE_NOOP("Setting", "The certificate's, a PEM file.")},
    SettingWords{"control.token_file", SettingCard::kRemote, QT_TRANSLATE_NOOP("Setting", "Token file"),
                 QT_TRANSLATE_NOOP("Setting", "Holds the token that is asked for; only its owner may read it.")},
};

// By SettingCard.
constexpr std::array<const char*, kSettingCards> kTitles{
    QT_TRANSLATE_NOOP("Setting", "This app"),
    QT_TRANSLATE_NOOP("Setting", "API endpoint"),
    QT_TRANSLATE_NOOP("Setting", "Choice of accounts"),
    QT_TRANSLATE_NOOP("Setting", "Waiting and trying again"),
    QT_TRANSLATE_NOOP("Setting", "Translation between dialects"),
    QT_TRANSLATE_NOOP("Setting", "Request log"),
    QT_TRANSLATE_NOOP("Setting", "The way to providers"),
    QT_TRANSLATE_NOOP("Setting", "Who may call"),
    QT_TRANSLATE_NOOP("Setting", "Time limits"),
    QT_TRANSLATE_NOOP("Setting", "Resources"),
    QT_TRANSLATE_NOOP("Setting", "Control from other machines"),
    QT_TRANSLATE_NOOP("Setting", "Other"),
};

}  // namespace

QString SettingTr(const char* text) { return *text == '\0' ? QString() : QCoreApplication::translate("Setting", text); }

const char* TitleOf(SettingCard card) { return kTitles[static_cast<std::size_t>(card)]; }

std::span<const SettingWords> AllSettingWords() { return kWords; }

const SettingWords* WordsOf(const QString& key) {
  const auto* found =
      std::ranges::find_if(kWords, [&key](const SettingWords& words) { return key == QLatin1String(words.key); });
  return found == kWords.end() ? nullptr : found;
}

const ChoiceWords* ChoiceOf(const SettingWords& words, const QString& value) {
  const auto found = std::ranges::find_if(
      words.choices, [&value](const ChoiceWords& choice) { return value == QLatin1String(choice.value); });
  return found == words.choices.end() ? nullptr : &*found;
}

}  // namespace ag::gui
