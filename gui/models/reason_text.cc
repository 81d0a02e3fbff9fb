#include "gui/models/reason_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <array>

#include "ag/gateway/v1/common.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

struct ReasonWords {
  const char* code;
  const char* text;  // {name} stands for the argument of that name
};

// Why an account was not asked.
struct RejectWords {
  v1::RejectReason reason;
  const char* text;
};
constexpr std::array kRejects{
    RejectWords{v1::REJECT_REASON_DISABLED, QT_TRANSLATE_NOOP("Reject", "switched off")},
    RejectWords{v1::REJECT_REASON_NEEDS_SIGN_IN, QT_TRANSLATE_NOOP("Reject", "needs sign-in")},
    RejectWords{v1::REJECT_REASON_FORBIDDEN, QT_TRANSLATE_NOOP("Reject", "not allowed by its provider")},
    RejectWords{v1::REJECT_REASON_OTHER_PROVIDER, QT_TRANSLATE_NOOP("Reject", "another provider")},
    RejectWords{v1::REJECT_REASON_MODEL_NOT_LISTED, QT_TRANSLATE_NOOP("Reject", "does not offer the model")},
    RejectWords{v1::REJECT_REASON_NO_DIALECT, QT_TRANSLATE_NOOP("Reject", "speaks nothing that fits")},
    RejectWords{v1::REJECT_REASON_COOLING, QT_TRANSLATE_NOOP("Reject", "cooling down")},
    RejectWords{v1::REJECT_REASON_HALF_OPEN_TAKEN, QT_TRANSLATE_NOOP("Reject", "being tried right now")},
    RejectWords{v1::REJECT_REASON_NOT_FIXED, QT_TRANSLATE_NOOP("Reject", "another account is fixed in Settings")},
    RejectWords{v1::REJECT_REASON_LIMIT_REACHED, QT_TRANSLATE_NOOP("Reject", "its limit is used up")},
    RejectWords{v1::REJECT_REASON_BUDGET_SPENT, QT_TRANSLATE_NOOP("Reject", "its budget is spent")},
    RejectWords{v1::REJECT_REASON_NO_QUOTA,
                QT_TRANSLATE_NOOP("Reject", "its provider gives it no quota for this model")},
    RejectWords{v1::REJECT_REASON_NOT_GRANTED,
                QT_TRANSLATE_NOOP("Reject", "its provider does not grant it this model")},
    RejectWords{v1::REJECT_REASON_TRIED, QT_TRANSLATE_NOOP("Reject", "has failed for this request")},
    RejectWords{v1::REJECT_REASON_NOT_PINNED,
                QT_TRANSLATE_NOOP("Reject", "what the request refers to is kept elsewhere")},
};

// Where a request goes: routing, and the choice among accounts.
constexpr std::array kWhere{
    ReasonWords{"account_lists_it", QT_TRANSLATE_NOOP("Reason", "An account of {provider} lists this model")},
    ReasonWords{"affinity", QT_TRANSLATE_NOOP("Reason", "Its conversation keeps to this account")},
    ReasonWords{"affinity_stand_in",
                QT_TRANSLATE_NOOP("Reason", "Stands in: the conversation's own account could not serve")},
    ReasonWords{"back_first", QT_TRANSLATE_NOOP("Reason", "None was ready; this one was to be back first")},
    ReasonWords{"after_fixed_account",
                QT_TRANSLATE_NOOP("Reason", "Asked when the account that is fixed in Settings cannot serve")},
    ReasonWords{"background_route",
                QT_TRANSLATE_NOOP("Reason", "The route {pattern} for background tasks sends it to {model}")},
    ReasonWords{"background_route_matches",
                QT_TRANSLATE_NOOP("Reason", "The route {pattern} for background tasks matches")},
    ReasonWords{"by_conversation",
                QT_TRANSLATE_NOOP("Reason", "Conversations are spread over this rank, each keeps to its account")},
    ReasonWords{"by_load", QT_TRANSLATE_NOOP("Reason", "This rank shares the requests by load")},
    ReasonWords{"catalogue", QT_TRANSLATE_NOOP("Reason", "{provider} is known to make this model")},
    ReasonWords{"client_dialect",
                QT_TRANSLATE_NOOP("Reason",
                                  "Nobody is known to make it: it goes to the API that the client speaks ({family})")},
    ReasonWords{"destination_has_no_account",
                QT_TRANSLATE_NOOP("Reason", "{provider} is left out: no account of it is set up")},
    ReasonWords{"effort_set_by_route", QT_TRANSLATE_NOOP("Reason", "The route sets the reasoning effort: {effort}")},
    ReasonWords{"fixed_account", QT_TRANSLATE_NOOP("Reason", "This account is fixed in Settings")},
    ReasonWords{"found_ready", QT_TRANSLATE_NOOP("Reason", "The first that could serve")},
    ReasonWords{"half_open", QT_TRANSLATE_NOOP("Reason", "Its pause was over: this request tried it")},
    ReasonWords{"highest_priority",
                QT_TRANSLATE_NOOP("Reason", "No other ready account has its priority ({priority})")},
    ReasonWords{"holds_state", QT_TRANSLATE_NOOP("Reason", "It holds what the request refers to")},
    ReasonWords{"later_answers", QT_TRANSLATE_NOOP("Reason", "Its answers begin later")},
    ReasonWords{"later_in_chain", QT_TRANSLATE_NOOP("Reason", "Asked when the places before it cannot serve")},
    ReasonWords{"least_loaded", QT_TRANSLATE_NOOP("Reason", "The least busy of {of} equal accounts")},
    ReasonWords{"less_loaded", QT_TRANSLATE_NOOP("Reason", "Less busy than another that was drawn with it")},
    ReasonWords{"lower_priority", QT_TRANSLATE_NOOP("Reason", "Asked when those of higher priority cannot serve")},
    ReasonWords{"model_not_found", QT_TRANSLATE_NOOP("Reason", "{text}")},
    ReasonWords{"model_not_listed", QT_TRANSLATE_NOOP("Reason", "No account of {provider} lists {model}")},
    ReasonWords{"model_prefix", QT_TRANSLATE_NOOP("Reason", "The name is one of {provider}")},
    ReasonWords{"no_account_lists_it", QT_TRANSLATE_NOOP("Reason", "No account lists {model}")},
    ReasonWords{"no_account_of_the_client_dialect",
                QT_TRANSLATE_NOOP("Reason", "No account speaks the client's API ({family})")},
    ReasonWords{"no_provider_owns_the_name", QT_TRANSLATE_NOOP("Reason", "No provider is known for the name {model}")},
    ReasonWords{"no_route_matches", QT_TRANSLATE_NOOP("Reason", "No route matches (of {routes})")},
    ReasonWords{"none_ready", QT_TRANSLATE_NOOP("Reason", "No account can serve now")},
    ReasonWords{"only_account", QT_TRANSLATE_NOOP("Reason", "The only account")},
    ReasonWords{"only_candidate", QT_TRANSLATE_NOOP("Reason", "The only account there is for it")},
    ReasonWords{"only_of_priority", QT_TRANSLATE_NOOP("Reason", "No other account of its priority was ready")},
    ReasonWords{"only_ready", QT_TRANSLATE_NOOP("Reason", "The only one of {of} accounts that is ready")},
    ReasonWords{"owner_has_no_account",
                QT_TRANSLATE_NOOP("Reason", "{provider} makes it, but no account of it is set up")},
    ReasonWords{"pause_ended", QT_TRANSLATE_NOOP("Reason", "Its pause ended at that moment")},
    ReasonWords{"provider_owns_the_name", QT_TRANSLATE_NOOP("Reason", "{provider} makes this model")},
    ReasonWords{"route", QT_TRANSLATE_NOOP("Reason", "The route {pattern} sends it to {model}")},
    ReasonWords{"route_is_for_background_tasks",
                QT_TRANSLATE_NOOP("Reason", "The route {pattern} matches, but is for background tasks alone")},
    ReasonWords{"route_is_less_specific",
                QT_TRANSLATE_NOOP("Reason", "The route {pattern} matches too, but less closely")},
    ReasonWords{"route_matches", QT_TRANSLATE_NOOP("Reason", "The route {pattern} matches")},
    ReasonWords{"sooner_answers", QT_TRANSLATE_NOOP("Reason", "Its answers begin sooner than the others'")},
    ReasonWords{"soonest_answer", QT_TRANSLATE_NOOP("Reason", "The fastest of {of} equal accounts")},
    ReasonWords{"target", QT_TRANSLATE_NOOP("Reason", "It goes to {provider} as {model}")},
    ReasonWords{"tested", QT_TRANSLATE_NOOP("Reason", "Its owner asked what it can do")},
    ReasonWords{"thinking_budget_set_by_route",
                QT_TRANSLATE_NOOP("Reason", "The route gives it {tokens} tokens to think")},
};

// What an account needs of its owner.
constexpr std::array kAccount{
    ReasonWords{"credential_kind_unknown",
                QT_TRANSLATE_NOOP("Reason", "Its kind of credential is of a newer version ({detail})")},
    ReasonWords{"credential_unreadable",
                QT_TRANSLATE_NOOP("Reason", "Its stored credential cannot be read: “{detail}”")},
    ReasonWords{"egress_unreadable",
                QT_TRANSLATE_NOOP("Reason", "Its stored outgoing proxy cannot be read: “{detail}”")},
    ReasonWords{"endpoints_unreadable", QT_TRANSLATE_NOOP("Reason", "Its stored endpoints cannot be read: “{detail}”")},
    ReasonWords{"key_refused", QT_TRANSLATE_NOOP("Reason", "The key is refused: “{text}”")},
    ReasonWords{"provider_refused",
                QT_TRANSLATE_NOOP("Reason", "Its provider has refused it (HTTP {status}): “{text}”")},
    ReasonWords{"secret_unreadable", QT_TRANSLATE_NOOP("Reason", "Its stored secret cannot be opened: “{detail}”")},
    ReasonWords{"sign_in_ended", QT_TRANSLATE_NOOP("Reason", "The sign-in has ended: “{text}”")},
    ReasonWords{"sign_in_refused", QT_TRANSLATE_NOOP("Reason", "The sign-in is refused: “{text}”")},
};

// What a translation between two APIs left out or said otherwise.
constexpr std::array kLosses{
    ReasonWords{"affinity_only",
                QT_TRANSLATE_NOOP("Reason", "Helps the gateway choose an account and is not sent to another company")},
    ReasonWords{"allowed_subset",
                QT_TRANSLATE_NOOP("Reason", "Only the allowed tools are sent: there is no choice among some")},
    ReasonWords{"citation_without_text",
                QT_TRANSLATE_NOOP("Reason", "Citations belong to text, and the reply has none")},
    ReasonWords{"citation_without_url",
                QT_TRANSLATE_NOOP("Reason", "A citation of something that is no web page is left out")},
    ReasonWords{"clamped", QT_TRANSLATE_NOOP("Reason", "Lowered to the most that the model or its API takes")},
    ReasonWords{"custom_grammar",
                QT_TRANSLATE_NOOP("Reason",
                                  "The custom tool is offered as a function with one text, not bound by its grammar")},
    ReasonWords{"document_as_text", QT_TRANSLATE_NOOP("Reason", "The document is sent as plain text")},
    ReasonWords{"document_citation", QT_TRANSLATE_NOOP("Reason", "A citation of a place in a document is left out")},
    ReasonWords{"empty_message_removed", QT_TRANSLATE_NOOP("Reason", "A message without content is left out")},
    ReasonWords{"forced_call_no_thinking",
                QT_TRANSLATE_NOOP("Reason", "A forced tool call and thinking do not go together: thinking is off")},
    ReasonWords{"image_detail", QT_TRANSLATE_NOOP("Reason", "How closely an image is looked at cannot be said")},
    ReasonWords{"invalid_arguments", QT_TRANSLATE_NOOP("Reason", "Arguments that are no JSON object are sent as text")},
    ReasonWords{"json_by_tool", QT_TRANSLATE_NOOP("Reason", "JSON output is asked for by way of a tool call")},
    ReasonWords{
        "lost_state_no_thinking",
        QT_TRANSLATE_NOOP("Reason", "The turn began without thinking that this model can go on from: thinking is off")},
    ReasonWords{"matched_locally", QT_TRANSLATE_NOOP("Reason", "The gateway itself looks for these stop sequences")},
    ReasonWords{"missing_result", QT_TRANSLATE_NOOP("Reason", "A tool call that nobody answered gets an error result")},
    ReasonWords{"no_room_to_think",
                QT_TRANSLATE_NOOP("Reason", "The limit of output tokens leaves no room to think: thinking is off")},
    ReasonWords{"not_in_dialect", QT_TRANSLATE_NOOP("Reason", "The target's API has no such field")},
    ReasonWords{"not_in_model", QT_TRANSLATE_NOOP("Reason", "The target's model does not take it")},
    ReasonWords{"only_text", QT_TRANSLATE_NOOP("Reason", "Only text can be said here: other content is left out")},
    ReasonWords{"orphan_result", QT_TRANSLATE_NOOP("Reason", "A tool result without its call is left out")},
    ReasonWords{"other_provider", QT_TRANSLATE_NOOP("Reason", "Names a service of another provider")},
    ReasonWords{"other_provider_reasoning",
                QT_TRANSLATE_NOOP("Reason", "One provider's reasoning is not sent to another's model")},
    ReasonWords{"other_provider_tool", QT_TRANSLATE_NOOP("Reason", "A tool that another provider runs is not offered")},
    ReasonWords{"out_of_range", QT_TRANSLATE_NOOP("Reason", "Out of the range that the target takes")},
    ReasonWords{"pause_turn_ended", QT_TRANSLATE_NOOP("Reason", "A paused turn is given as an ended one")},
    ReasonWords{"raised_to_minimum", QT_TRANSLATE_NOOP("Reason", "Raised to the least that the target's API takes")},
    ReasonWords{"reasoning_not_asked_for",
                QT_TRANSLATE_NOOP("Reason", "The reasoning is not shown: the client did not ask for it")},
    ReasonWords{"refused_reasoning",
                QT_TRANSLATE_NOOP("Reason", "The provider refused earlier reasoning: it was asked again without it")},
    ReasonWords{"reply_arguments", QT_TRANSLATE_NOOP("Reason", "Arguments that are no JSON object are given as text")},
    ReasonWords{"reply_media",
                QT_TRANSLATE_NOOP("Reason", "Media that the model made have no place in the client's API")},
    ReasonWords{"reply_not_translated",
                QT_TRANSLATE_NOOP("Reason", "The client's API has no place for this part of the reply")},
    ReasonWords{"required_default", QT_TRANSLATE_NOOP("Reason", "The target demands a limit: the model's own is sent")},
    ReasonWords{"result_media_moved",
                QT_TRANSLATE_NOOP("Reason", "Media of a tool result follow it in a message of their own")},
    ReasonWords{"schema_keyword", QT_TRANSLATE_NOOP("Reason", "The target's JSON schemas do not take {pointer}")},
    ReasonWords{"schema_not_sent",
                QT_TRANSLATE_NOOP("Reason", "Only the function's description is sent, not its schema")},
    ReasonWords{"second_result", QT_TRANSLATE_NOOP("Reason", "A second result of the same tool call is left out")},
    ReasonWords{"server_tool_history",
                QT_TRANSLATE_NOOP("Reason", "What another provider's tool did is left out of the history")},
    ReasonWords{"server_tool_reply",
                QT_TRANSLATE_NOOP("Reason", "The client's API has no word for what the provider's tool did")},
    ReasonWords{
        "signature_placeholder",
        QT_TRANSLATE_NOOP("Reason", "A call whose thought signature is unknown gets the documented placeholder")},
    ReasonWords{"strict_not_expressible",
                QT_TRANSLATE_NOOP("Reason", "The model is asked to keep to the schema, but not held to it")},
    ReasonWords{"system_in_place",
                QT_TRANSLATE_NOOP("Reason", "A system message amid the conversation is sent as a marked user's text")},
    ReasonWords{"temperature_wins",
                QT_TRANSLATE_NOOP("Reason", "The model takes only one of both: temperature is kept")},
    ReasonWords{"texts_joined", QT_TRANSLATE_NOOP("Reason", "Several texts of a message become one")},
    ReasonWords{"thinking_lowest",
                QT_TRANSLATE_NOOP("Reason", "The model cannot stop thinking: it is told to think the least")},
    ReasonWords{"thinking_not_switched_off",
                QT_TRANSLATE_NOOP("Reason", "How to stop this model from thinking is not known")},
    ReasonWords{"thinking_on", QT_TRANSLATE_NOOP("Reason", "A model that thinks takes no sampling parameters")},
    ReasonWords{"tool_error_flag",
                QT_TRANSLATE_NOOP("Reason", "There is no mark for a failed tool call: its text says it")},
    ReasonWords{"unknown_model",
                QT_TRANSLATE_NOOP("Reason", "Nothing is known of the model, and it might refuse this")},
    ReasonWords{"unknown_stop_reason",
                QT_TRANSLATE_NOOP("Reason", "The reply ended for an unknown reason and is given as an ended one")},
    ReasonWords{"web_search_option", QT_TRANSLATE_NOOP("Reason", "The target's web search has no such option")},
};

const char* FindWords(const std::string& code) {
  const auto find = [&code](const auto& table) -> const char* {
    const auto found =
        std::find_if(table.begin(), table.end(), [&code](const ReasonWords& entry) { return code == entry.code; });
    return found == table.end() ? nullptr : found->text;
  };
  if (const char* text = find(kWhere)) return text;
  if (const char* text = find(kAccount)) return text;
  return find(kLosses);
}

// "from 9000, to 8192": the arguments that the sentence does not speak of.
QString Rest(const v1::Reason& reason, const QString& sentence) {
  QStringList rest;
  for (const v1::Reason::Arg& arg : reason.args()) {
    const bool internal = arg.name() == "account";  // an id, of no use to a reader
    if (internal || sentence.contains('{' + Text(arg.name()) + '}')) continue;
    rest << Text(arg.name()).replace('_', ' ') + ' ' + Text(arg.value());
  }
  return rest.join(QStringLiteral(", "));
}

// In one pass, so that a value with braces stays as it is.
QString Fill(const QString& sentence, const v1::Reason& reason) {
  QString text;
  qsizetype at = 0;
  while (at < sentence.size()) {
    const qsizetype open = sentence.indexOf('{', at);
    const qsizetype close = open < 0 ? -1 : sentence.indexOf('}', open);
    if (close < 0) break;
    const std::string name = sentence.mid(open + 1, close - open - 1).toStdString();
    const auto found = std::find_if(reason.args().begin(), reason.args().end(),
                                    [&name](const auto& arg) { return arg.name() == name; });
    text += sentence.mid(at, open - at);
    text += found == reason.args().end() ? QStringLiteral("…") : Text(found->value());
    at = close + 1;
  }
  return text + sentence.mid(at);
}

}  // namespace

QString ReasonText(const v1::Reason& reason) {
  if (reason.code().empty()) return {};
  const char* words = FindWords(reason.code());
  const QString sentence =
      words == nullptr ? Text(reason.code()).replace('_', ' ') : QCoreApplication::translate("Reason", words);
  const QString rest = Rest(reason, sentence);
  const QString text = Fill(sentence, reason);
  return rest.isEmpty() ? text : text + QStringLiteral(" (") + rest + ')';
}

QString RejectText(v1::RejectReason reason) {
  const auto* const found = std::ranges::find(kRejects, reason, &RejectWords::reason);
  return found == kRejects.end() ? QString() : QCoreApplication::translate("Reject", found->text);
}

QString DialectText(const QString& dialect) {
  static constexpr std::array kNames{
      std::pair{"chat", "Chat"},         std::pair{"completions", "Completions"}, std::pair{"responses", "Responses"},
      std::pair{"messages", "Messages"}, std::pair{"gemini", "Gemini"},
  };
  for (const auto& [key, name] : kNames) {
    if (dialect == QLatin1String(key)) return QString::fromLatin1(name);
  }
  return dialect;
}

QString DialectsText(const QString& client, const QString& upstream) {
  if (upstream.isEmpty() || upstream == client) return DialectText(client);
  return DialectText(client) + QStringLiteral(" → ") + DialectText(upstream);
}

}  // namespace ag::gui
