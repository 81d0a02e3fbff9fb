#include "gui/models/request_detail.h"

#include <QDateTime>
#include <QLocale>
#include <QUrl>
#include <algorithm>

#include "gui/app/backend.h"
#include "gui/models/client_key_model.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

QVariantMap Fact(const QString& label, const QString& value) { return {{"label", label}, {"value", value}}; }

// A fact that leads somewhere.
QVariantMap Link(const QString& label, const QString& value, const char* link, const QString& tip) {
  return {{"label", label}, {"value", value}, {"link", link}, {"tip", tip}};
}

void AddFact(QVariantList& list, const QString& label, const QString& value) {
  if (!value.isEmpty()) list << Fact(label, value);
}

QString StatusKind(int status, bool failed) {
  if (status == 0 || status == 429) return QStringLiteral("warning");
  return failed || status >= 400 ? QStringLiteral("error") : QStringLiteral("ok");
}

QString OperationText(v1::Operation operation) {
  switch (operation) {
    case v1::OPERATION_GENERATE:
    case v1::OPERATION_GENERATE_STREAM:
      return RequestDetail::tr("Completion");
    case v1::OPERATION_COUNT_TOKENS:
      return RequestDetail::tr("Token count");
    case v1::OPERATION_LIST_MODELS:
      return RequestDetail::tr("List of models");
    case v1::OPERATION_GET_MODEL:
      return RequestDetail::tr("One model's facts");
    case v1::OPERATION_EMBED:
    case v1::OPERATION_BATCH_EMBED:
      return RequestDetail::tr("Embedding");
    case v1::OPERATION_OTHER:
      return RequestDetail::tr("Passed through");
    default:
      return {};
  }
}

QString StopText(const QString& reason) {
  if (reason == "end_turn") return RequestDetail::tr("The model was done");
  if (reason == "max_tokens") return RequestDetail::tr("The limit of output tokens was reached");
  if (reason == "tool_use") return RequestDetail::tr("The model calls a tool");
  if (reason == "stop_sequence") return RequestDetail::tr("A stop sequence came");
  if (reason == "context_window") return RequestDetail::tr("The model's context was full");
  if (reason == "pause_turn") return RequestDetail::tr("The provider paused a long turn");
  if (reason == "refusal" || reason == "content_filter")
    return RequestDetail::tr("The provider's safety system stopped it");
  return QString(reason).replace('_', ' ');
}

// For a POSIX shell: what a client calls itself is a stranger's text.
QString Quoted(QString text) { return '\'' + text.replace('\'', QStringLiteral("'\\''")) + '\''; }

// What follows the base URL: the endpoint that the client must have called.
QString PathOf(const v1::RequestRecord& record) {
  const QString model = QString::fromUtf8(QUrl::toPercentEncoding(Text(record.model()), "/:@"));
  const bool gemini = record.dialect() == v1::DIALECT_GEMINI;
  const bool messages = record.dialect() == v1::DIALECT_MESSAGES;
  switch (record.operation()) {
    case v1::OPERATION_LIST_MODELS:
      return gemini ? QStringLiteral("/v1beta/models") : QStringLiteral("/v1/models");
    case v1::OPERATION_GET_MODEL:
      return (gemini ? QStringLiteral("/v1beta/models/") : QStringLiteral("/v1/models/")) + model;
    case v1::OPERATION_COUNT_TOKENS:
      return messages ? QStringLiteral("/v1/messages/count_tokens") : "/v1beta/models/" + model + ":countTokens";
    case v1::OPERATION_EMBED:
      return gemini ? "/v1beta/models/" + model + ":embedContent" : QStringLiteral("/v1/embeddings");
    case v1::OPERATION_BATCH_EMBED:
      return "/v1beta/models/" + model + ":batchEmbedContents";
    default:
      break;
  }
  if (gemini)
    return "/v1beta/models/" + model + (record.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent");
  if (messages) return QStringLiteral("/v1/messages");
  if (record.dialect() == v1::DIALECT_RESPONSES) return QStringLiteral("/v1/responses");
  if (record.dialect() == v1::DIALECT_COMPLETIONS) return QStringLiteral("/v1/completions");
  return QStringLiteral("/v1/chat/completions");
}

bool HasBody(v1::Operation operation) {
  return operation != v1::OPERATION_LIST_MODELS && operation != v1::OPERATION_GET_MODEL;
}

QStringList Headers(const v1::RequestRecord& record) {
  QStringList headers;
  if (record.dialect() == v1::DIALECT_MESSAGES) {
    headers << QStringLiteral("-H \"x-api-key: $AG_KEY\"") << QStringLiteral("-H 'anthropic-version: 2023-06-01'");
  } else if (record.dialect() == v1::DIALECT_GEMINI) {
    headers << QStringLiteral("-H \"x-goog-api-key: $AG_KEY\"");
  } else {
    headers << QStringLiteral("-H \"Authorization: Bearer $AG_KEY\"");
  }
  if (HasBody(record.operation())) headers << QStringLiteral("-H 'Content-Type: application/json'");
  if (!record.user_agent().empty()) headers << "-H " + Quoted("User-Agent: " + Text(record.user_agent()));
  return headers;
}

// Where what failed is mended: "account" = what the account's details say, else a page.
const char* PlaceToMend(v1::ErrorKind kind) {
  switch (kind) {
    case v1::ERROR_KIND_ACCOUNT_AUTH:
    case v1::ERROR_KIND_ACCOUNT_FORBIDDEN:
    case v1::ERROR_KIND_RATE_MINUTE:
    case v1::ERROR_KIND_QUOTA_DAY:
    case v1::ERROR_KIND_BILLING:
    case v1::ERROR_KIND_DNS:
    case v1::ERROR_KIND_PROTOCOL:
      return "account";
    case v1::ERROR_KIND_NO_ACCOUNT:
      return "accounts";
    case v1::ERROR_KIND_MODEL_NOT_FOUND:
    case v1::ERROR_KIND_CONTEXT_TOO_LONG:
    case v1::ERROR_KIND_CLIENT_AUTH:
    case v1::ERROR_KIND_CLIENT_BUDGET:
      return "proxy";
    case v1::ERROR_KIND_BODY_TOO_LARGE:
    case v1::ERROR_KIND_ORIGIN_REFUSED:
    case v1::ERROR_KIND_CONNECT:
    case v1::ERROR_KIND_TLS:
    case v1::ERROR_KIND_EGRESS:
      return "settings";
    default:
      return "";
  }
}

// The place of one attempt in the waterfall.
void Place(const v1::Attempt& attempt, qint64 whole_us, QVariantMap& out) {
  const auto whole = static_cast<double>(std::max<qint64>(1, whole_us));
  const qint64 duration = Microseconds(attempt.duration());
  const double start = std::clamp(static_cast<double>(Microseconds(attempt.start_offset())) / whole, 0.0, 1.0);
  const double width = std::clamp(static_cast<double>(duration) / whole, 0.0, 1.0 - start);
  const double head =
      attempt.has_head_latency() && duration > 0
          ? std::clamp(static_cast<double>(Microseconds(attempt.head_latency())) / static_cast<double>(duration), 0.0,
                       1.0)
          : 1.0;
  out["startFraction"] = start;
  out["widthFraction"] = width;
  out["headFraction"] = head;
  out["timing"] = attempt.has_head_latency()
                      ? RequestDetail::tr("%1, the answer began after %2")
                            .arg(Duration(duration), Duration(Microseconds(attempt.head_latency())))
                      : RequestDetail::tr("%1 without an answer").arg(Duration(duration));
}

}  // namespace

RequestDetail::RequestDetail(Backend& backend, const ClientKeyModel& keys, QObject* parent)
    : QObject(parent), backend_(backend), keys_(keys) {
  connect(&keys_, &ClientKeyModel::changed, this, [this] {
    if (record_ && !record_->client_key_id().empty()) Q_EMIT changed();
  });
  connect(&backend_, &Backend::resynced, this, [this] {
    if (!record_) refresh();
  });
  connect(&backend_, &Backend::forgotten, this, &RequestDetail::close);
}
RequestDetail::~RequestDetail() = default;

void RequestDetail::show(const QString& id) {
  if (id.isEmpty()) return close();
  if (id == id_ && (loading_ || record_)) return;
  id_ = id;
  refresh();
}

void RequestDetail::refresh() {
  if (id_.isEmpty()) return;
  error_.clear();
  if (!backend_.connected()) {
    error_ = tr("gatewayd does not answer: the record can be read when it is back.");
    record_.reset();
    loading_ = false;
    Q_EMIT changed();
    return;
  }
  loading_ = true;
  Q_EMIT changed();
  v1::GetRequestRequest request;
  request.set_id(id_.toStdString());
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.GetRequest(request); },
      [this, id = id_](absl::StatusOr<v1::GetRequestResponse> reply) {
        if (id != id_) return;  // another one has been asked for since
        loading_ = false;
        record_.reset();
        if (reply.ok()) {
          record_ = std::make_unique<v1::RequestRecord>(std::move(*reply->mutable_request()));
        } else {
          error_ = FailureText(reply.status());
        }
        Q_EMIT changed();
      });
}

void RequestDetail::close() {
  id_.clear();
  error_.clear();
  loading_ = false;
  record_.reset();
  Q_EMIT changed();
}

QString RequestDetail::title() const {
  if (!record_) return {};
  const QString model = record_->model().empty() ? OperationText(record_->operation()) : Text(record_->model());
  const QString upstream = Text(record_->upstream_model());
  return upstream.isEmpty() || upstream == model ? model : model + QStringLiteral(" → ") + upstream;
}

QString RequestDetail::statusText() const {
  if (!record_) return {};
  return record_->status() == 0 ? tr("Client left") : QString::number(record_->status());
}

QString RequestDetail::statusKind() const {
  return record_ ? StatusKind(record_->status(), record_->error_kind() != v1::ERROR_KIND_UNSPECIFIED) : QString();
}

QString RequestDetail::cause() const { return record_ ? ErrorKindText(NameOf(record_->error_kind())) : QString(); }
QString RequestDetail::causeText() const { return record_ ? WithWords({}, Text(record_->error_message())) : QString(); }
QString RequestDetail::hint() const { return record_ ? ErrorKindHint(NameOf(record_->error_kind())) : QString(); }

QString RequestDetail::accountId() const { return record_ ? Text(record_->account_id()) : QString(); }

QString RequestDetail::mendAction() const {
  const QString place = record_ ? QString::fromLatin1(PlaceToMend(record_->error_kind())) : QString();
  return place == "account" && accountId().isEmpty() ? QStringLiteral("accounts") : place;
}

QString RequestDetail::mendText() const {
  const QString place = mendAction();
  if (place == "account") return tr("Open the account");
  if (place == "accounts") return tr("Open Accounts");
  if (place == "proxy") return tr("Open API Proxy");
  return place == "settings" ? tr("Open Settings") : QString();
}

QString RequestDetail::durationText() const {
  return record_ ? Duration(Microseconds(record_->duration())) : QString();
}

QVariantList RequestDetail::summary() const {
  QVariantList list;
  if (!record_) return list;
  const v1::RequestRecord& record = *record_;
  const QDateTime start =
      QDateTime::fromMSecsSinceEpoch(record.start_time().seconds() * 1'000 + record.start_time().nanos() / 1'000'000);
  AddFact(list, tr("Received"), Day(start.date()) + ' ' + start.toString(QStringLiteral("HH:mm:ss.zzz")));
  const QString account = Text(record.account_label());
  if (record.account_id().empty()) {
    AddFact(list, tr("Account"), account.isEmpty() ? tr("none was asked") : account);
  } else {
    list << Link(tr("Account"), account, "account", tr("Details of %1").arg(account));
  }
  QString api =
      DialectsText(NameOf(record.dialect()), record.translated() ? NameOf(record.upstream_dialect()) : QString());
  if (record.translated()) api += ", " + tr("translated");
  if (record.stream()) api += ", " + tr("streamed");
  AddFact(list, tr("API"), api);
  if (record.has_routed()) {
    list << Link(tr("Route"), ReasonText(record.routed()), "proxy", tr("Routes, on API Proxy"));
  }
  AddFact(list, tr("Operation"), OperationText(record.operation()));
  AddFact(list, tr("Duration"), durationText());
  if (record.has_first_byte_latency())
    AddFact(list, tr("First byte"), tr("after %1").arg(Duration(Microseconds(record.first_byte_latency()))));
  if (record.has_gateway_duration())
    AddFact(list, tr("Gateway overhead"), Duration(Microseconds(record.gateway_duration())));
  AddFact(list, tr("Finish reason"), StopText(Text(record.stop_reason())));
  AddFact(list, tr("Client"), Text(record.user_agent()));
  list << Link(tr("Client key"), KeyText(), "proxy", tr("Keys for clients, on API Proxy"));
  AddFact(list, tr("Request id"), Text(record.id()));
  AddFact(list, tr("Trace id"), Text(record.trace_id()));
  return list;
}

QString RequestDetail::KeyText() const {
  const QString id = Text(record_->client_key_id());
  if (id.isEmpty()) return tr("primary key, or none");
  const QString name = keys_.NameOf(id);
  if (!name.isEmpty()) return name;
  return keys_.loaded() ? tr("%1 (removed)").arg(id) : id;
}

QVariantList RequestDetail::attempts() const {
  QVariantList list;
  if (!record_) return list;
  for (const v1::Attempt& attempt : record_->attempts()) {
    const bool failed = attempt.error_kind() != v1::ERROR_KIND_UNSPECIFIED;
    QString error;
    if (failed) error = WithWords(ErrorKindText(NameOf(attempt.error_kind())), Text(attempt.error_message()));
    if (!attempt.protocol_violation().empty()) {
      if (!error.isEmpty()) error += '\n';
      error += WithWords(tr("Its stream broke the protocol"), Text(attempt.protocol_violation()));
    }
    QVariantMap entry{{"account", Text(attempt.account_label())},
                      {"model", Text(attempt.model())},
                      {"dialect", DialectText(NameOf(attempt.dialect()))},
                      {"status", attempt.status()},
                      {"statusText", attempt.status() == 0 ? tr("no answer") : QString::number(attempt.status())},
                      {"statusKind", StatusKind(attempt.status(), failed)},
                      {"error", error},
                      {"why", ReasonText(attempt.chosen())},
                      {"failed", failed}};
    Place(attempt, Microseconds(record_->duration()), entry);
    list << entry;
  }
  return list;
}

QVariantList RequestDetail::losses() const {
  QVariantList list;
  if (!record_) return list;
  for (const v1::Loss& loss : record_->losses()) {
    list << QVariantMap{{"field", Text(loss.field())},
                        {"kind", loss.approximated() ? tr("Approximated") : tr("Left out")},
                        {"text", ReasonText(loss.reason())}};
  }
  return list;
}

QVariantList RequestDetail::passedOver() const {
  QVariantList list;
  if (!record_) return list;
  for (const v1::AccountCandidate& candidate : record_->passed_over()) {
    const bool free = candidate.reject_reason() == v1::REJECT_REASON_UNSPECIFIED;
    QString text = free ? tr("could have served it") : RejectText(candidate.reject_reason());
    if (candidate.has_available_time()) {
      const QDateTime back = QDateTime::fromSecsSinceEpoch(candidate.available_time().seconds());
      text = tr("%1, until %2").arg(text, Clock(back));
    }
    list << Fact(Text(candidate.account_label()), Text(candidate.model()) + ": " + text);
  }
  return list;
}

QVariantList RequestDetail::tokens() const {
  QVariantList list;
  if (!record_ || !record_->has_usage()) return list;
  const v1::TokenUsage& usage = record_->usage();
  const QLocale locale;
  const auto add = [&](bool known, const QString& label, qint64 count) {
    if (known) list << Fact(label, locale.toString(count));
  };
  add(usage.has_input(), tr("Input"), usage.input());
  add(usage.has_cache_read(), tr("From cache"), usage.cache_read());
  add(usage.has_cache_write(), tr("Into cache"), usage.cache_write());
  add(usage.has_output(), tr("Output"), usage.output());
  add(usage.has_reasoning(), tr("Reasoning"), usage.reasoning());
  list << Fact(tr("Cost"), record_->has_cost_nano_usd() ? Usd(record_->cost_nano_usd()) : tr("no price is known"));
  return list;
}

QString RequestDetail::curl() const {
  if (!record_) return {};
  const bool body = HasBody(record_->operation());
  QString text;
  if (body) {
    text += "# " + tr("The gateway keeps no bodies: put the request's JSON into body.json.") + '\n';
  }
  text += "# " + tr("AG_KEY is the key that API Proxy shows.") + '\n';
  QStringList parts{"curl " + Quoted(backend_.baseUrl() + PathOf(*record_))};
  parts << Headers(*record_);
  if (body) parts << QStringLiteral("--data @body.json");
  return text + parts.join(QStringLiteral(" \\\n  ")) + '\n';
}

void RequestDetail::Retranslate() { Q_EMIT changed(); }

}  // namespace ag::gui
