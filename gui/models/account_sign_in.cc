#include "gui/models/account_sign_in.h"

#include <QDateTime>
#include <chrono>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/opener.h"
#include "gui/models/egress_convert.h"
#include "gui/models/failure_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr std::chrono::seconds kBeat{1};

}  // namespace

AccountSignIn::AccountSignIn(Backend& backend, const Opener& opener, QObject* parent)
    : QObject(parent), backend_(backend), opener_(opener) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &AccountSignIn::Poll);
  connect(&backend_, &Backend::leaving, this, &AccountSignIn::cancel);
}

QString AccountSignIn::text() const {
  if (state_ == "starting") return tr("Asking the gateway for the address…");
  if (state_ == "waiting") {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    return expire_ms_ > now ? tr("Waiting for you in the browser. It stops %1.").arg(Countdown(expire_ms_, now))
                            : tr("Waiting for you in the browser.");
  }
  if (state_ == "exchanging") return tr("The browser is back; getting the tokens…");
  if (state_ == "done") return tr("Signed in.");
  if (state_ == "failed") return tr("The sign-in came to nothing: %1").arg(error());
  return {};
}

void AccountSignIn::begin(const QString& provider, const QString& label, const QString& client_id,
                          const QString& client_secret, const QString& project, const QString& location) {
  v1::Account account;
  account.set_provider(provider.toStdString());
  account.set_label(label.trimmed().toStdString());
  account.set_project(project.trimmed().toStdString());
  account.set_location(location.trimmed().toStdString());
  *account.mutable_egress() = ToEgress(egress_);
  Begin(account, client_id, client_secret);
}

void AccountSignIn::beginAgain(const QString& account_id, const QString& client_id, const QString& client_secret) {
  v1::Account account;
  account.set_id(account_id.toStdString());
  Begin(account, client_id, client_secret);
}

void AccountSignIn::Begin(const v1::Account& account, const QString& client_id, const QString& client_secret) {
  cancel();
  fresh_ = account.id().empty();
  v1::BeginSignInRequest request;
  *request.mutable_account() = account;
  request.set_client_id(client_id.trimmed().toStdString());
  request.set_client_secret(client_secret.trimmed().toStdString());
  url_.clear();
  id_.clear();
  browser_missing_ = false;
  Set("starting", {});
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.BeginSignIn(request); },
      [this, attempt = ++attempt_](absl::StatusOr<v1::BeginSignInResponse> reply) {
        if (attempt != attempt_) return;
        if (!reply.ok()) return Set("failed", LiveFailure(reply.status()));
        id_ = Text(reply->sign_in().id());
        url_ = Text(reply->sign_in().url());
        expire_ms_ = reply->sign_in().expire_time().seconds() * 1'000;
        beat_.start();
        openBrowser();
        Take(reply->sign_in());
      });
}

void AccountSignIn::openBrowser() {
  if (url_.isEmpty()) return;
  browser_missing_ = !opener_.OpenWeb(url_);
  Q_EMIT changed();
}

void AccountSignIn::Poll() {
  v1::GetSignInRequest request;
  request.set_id(id_.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.GetSignIn(request); },
      [this, attempt = attempt_](absl::StatusOr<v1::GetSignInResponse> reply) {
        if (attempt != attempt_ || !running()) return;
        if (reply.ok()) return Take(reply->sign_in());
        // A daemon that is away for a moment may come back; one that does not know the sign-in has been restarted.
        if (!client::IsNotRunning(reply.status())) Set("failed", LiveFailure(reply.status()));
      });
}

void AccountSignIn::complete(const QString& code_or_url) {
  if (id_.isEmpty()) return;
  v1::CompleteSignInRequest request;
  request.set_id(id_.toStdString());
  request.set_code_or_url(code_or_url.trimmed().toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.CompleteSignIn(request); },
      [this, attempt = attempt_](absl::StatusOr<v1::CompleteSignInResponse> reply) {
        if (attempt != attempt_ || !running()) return;
        if (reply.ok()) return Take(reply->sign_in());
        // It goes on waiting: the text was no code.
        Set(state_, LiveFailure(reply.status()));
      });
}

void AccountSignIn::cancel() {
  ++attempt_;
  beat_.stop();
  if (running() && !id_.isEmpty()) {
    v1::CancelSignInRequest request;
    request.set_id(id_.toStdString());
    backend_.rpc().CallToEnd(
        this, [request](ControlClient& client) { return client.CancelSignIn(request).status(); },
        [](const absl::Status& /*one that has ended meanwhile needs no cancelling*/) {});
  }
  reset();
}

void AccountSignIn::reset() {
  ++attempt_;
  beat_.stop();
  id_.clear();
  url_.clear();
  Set({}, {});
}

void AccountSignIn::Take(const v1::SignIn& sign_in) {
  switch (sign_in.state()) {
    case v1::SIGN_IN_STATE_EXCHANGING:
      return Set("exchanging", {});
    case v1::SIGN_IN_STATE_DONE:
      Set("done", {});
      Q_EMIT done(Text(sign_in.account_id()), fresh_);
      return;
    case v1::SIGN_IN_STATE_FAILED:
      return Set("failed", [kind = NameOf(sign_in.error_kind()), said = Text(sign_in.error())] {
        return DaemonText(ErrorKindText(kind), said);
      });
    // The complaint about a wrong code stays to be read while it waits.
    default:
      return Set("waiting", error_);
  }
}

void AccountSignIn::Set(const QString& state, LiveText error) {
  state_ = state;
  error_ = std::move(error);
  if (!running()) beat_.stop();
  Q_EMIT changed();
}

}  // namespace ag::gui
