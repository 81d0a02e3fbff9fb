#include "gui/models/failure_text.h"

#include <QCoreApplication>
#include <QNetworkReply>
#include <algorithm>
#include <array>
#include <utility>

#include "gui/app/language.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

// Where the translators find these texts.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Failure)
};

struct FieldWords {
  const char* param;
  const char* text;
};

// Fields of requests as the daemon names them, without what they are part of.
constexpr std::array kFields{
    FieldWords{"api_key", QT_TRANSLATE_NOOP("Failure", "API key")},
    FieldWords{"base_url", QT_TRANSLATE_NOOP("Failure", "Base URL")},
    FieldWords{"ca_file", QT_TRANSLATE_NOOP("Failure", "CA file")},
    FieldWords{"client_id", QT_TRANSLATE_NOOP("Failure", "Client ID")},
    FieldWords{"client_secret", QT_TRANSLATE_NOOP("Failure", "Client secret")},
    FieldWords{"code", QT_TRANSLATE_NOOP("Failure", "Code of the sign-in")},
    FieldWords{"credential_file", QT_TRANSLATE_NOOP("Failure", "Key file")},
    FieldWords{"expire_time", QT_TRANSLATE_NOOP("Failure", "End of the key")},
    FieldWords{"file", QT_TRANSLATE_NOOP("Failure", "File")},
    FieldWords{"label", QT_TRANSLATE_NOOP("Failure", "Name of the account")},
    FieldWords{"limits", QT_TRANSLATE_NOOP("Failure", "Limits")},
    FieldWords{"location", QT_TRANSLATE_NOOP("Failure", "Location")},
    FieldWords{"model", QT_TRANSLATE_NOOP("Failure", "Model")},
    FieldWords{"models", QT_TRANSLATE_NOOP("Failure", "Models")},
    FieldWords{"name", QT_TRANSLATE_NOOP("Failure", "Name")},
    FieldWords{"passphrase", QT_TRANSLATE_NOOP("Failure", "Passphrase")},
    FieldWords{"pattern", QT_TRANSLATE_NOOP("Failure", "Pattern")},
    FieldWords{"priority", QT_TRANSLATE_NOOP("Failure", "Priority")},
    FieldWords{"project", QT_TRANSLATE_NOOP("Failure", "Project")},
    FieldWords{"provider", QT_TRANSLATE_NOOP("Failure", "Provider")},
    FieldWords{"proxy_url", QT_TRANSLATE_NOOP("Failure", "Outgoing proxy")},
    FieldWords{"quota_group", QT_TRANSLATE_NOOP("Failure", "Quota group")},
    FieldWords{"reasoning_effort", QT_TRANSLATE_NOOP("Failure", "Reasoning effort")},
    FieldWords{"refresh_token", QT_TRANSLATE_NOOP("Failure", "Refresh token")},
    FieldWords{"reserve_percent", QT_TRANSLATE_NOOP("Failure", "Reserve")},
    FieldWords{"thinking_budget", QT_TRANSLATE_NOOP("Failure", "Thinking budget")},
    FieldWords{"token_url", QT_TRANSLATE_NOOP("Failure", "Token address")},
    FieldWords{"weight", QT_TRANSLATE_NOOP("Failure", "Weight")},
};

// A field that has no words here, such as a setting, is called by its name.
QString FieldText(const QString& param) {
  const QString leaf = param.section('.', -1);
  const auto found =
      std::find_if(kFields.begin(), kFields.end(), [&leaf](const FieldWords& field) { return leaf == field.param; });
  return found == kFields.end() ? param : QCoreApplication::translate("Failure", found->text);
}

QString WhatFailed(const absl::Status& status) {
  if (client::IsNotRunning(status)) return Words::tr("The gateway does not answer");
  if (status.code() == absl::StatusCode::kUnauthenticated) return Words::tr("The gateway refuses the token");
  if (status.code() == absl::StatusCode::kNotFound) return Words::tr("It is not there (any more)");
  if (status.code() == absl::StatusCode::kAborted) return Words::tr("It was changed elsewhere meanwhile");
  if (status.code() == absl::StatusCode::kDeadlineExceeded) return Words::tr("The gateway took too long to answer");
  const QString param = Text(client::ErrorParamOf(status));
  if (!param.isEmpty()) return Words::tr("%1 is not accepted").arg(FieldText(param));
  const QString kind = Text(client::ErrorKindOf(status));
  return kind.isEmpty() ? Words::tr("It has failed") : ErrorKindText(kind);
}

QString WhyNoReply(QNetworkReply::NetworkError error, const QString& otherwise) {
  switch (error) {
    case QNetworkReply::ConnectionRefusedError:
      return Words::tr("connection refused");
    case QNetworkReply::RemoteHostClosedError:
      return Words::tr("the connection was closed");
    case QNetworkReply::HostNotFoundError:
      return Words::tr("there is no machine of this name");
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError:  // by QNetworkRequest::setTransferTimeout
      return Words::tr("no answer in time");
    default:
      return otherwise;
  }
}

}  // namespace

QString WithWords(const QString& said, const QString& words) {
  if (words.isEmpty()) return said;
  return said.isEmpty() ? Words::tr("“%1”").arg(words) : Words::tr("%1: “%2”").arg(said, words);
}

QString DaemonText(const QString& said, const QString& sentence) {
  return Language::IsEnglish() && !sentence.isEmpty() ? sentence : WithWords(said, sentence);
}

LiveText NoReplyText(const QNetworkReply& reply) {
  return [error = reply.error(), otherwise = reply.errorString()] { return WhyNoReply(error, otherwise); };
}

QString FailureText(const absl::Status& status) { return DaemonText(WhatFailed(status), Text(status)); }

LiveText LiveFailure(absl::Status status) {
  return [status = std::move(status)] { return FailureText(status); };
}

}  // namespace ag::gui
