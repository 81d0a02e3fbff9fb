#include "gui/models/connection_text.h"

#include <QCoreApplication>

#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

// Where the translators find these texts.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Connection)
};

}  // namespace

ConnectionFault ExplainConnection(const absl::Status& status, const QString& target) {
  if (!target.startsWith("tcp:")) return {FailureText(status), {}};
  const QString said = Text(status);
  const QString address = target.section(':', 1);
  const auto holds = [&said](const char* word) { return said.contains(QLatin1String(word), Qt::CaseInsensitive); };
  if (status.code() == absl::StatusCode::kUnauthenticated) {
    return {Words::tr("The gateway at %1 refuses the token: it must be the one in its control.token.").arg(address),
            "token"};
  }
  if (!client::IsNotRunning(status)) return {FailureText(status), {}};
  if (holds("hostname verification")) {
    return {Words::tr("The certificate of %1 was made for other names: its subjectAltName must have this one.")
                .arg(address),
            "address"};
  }
  if (holds("certificate_verify") || holds("handshake") || holds("ssl_error")) {
    return {Words::tr("The certificate of %1 is not trusted: choose the CA certificate that it was made with, such as "
                      "the gateway's control.crt.")
                .arg(address),
            "caFile"};
  }
  if (holds("dns") || holds("name resolution") || holds("domain name")) {
    return {Words::tr("There is no machine of this name: %1").arg(address.section(':', 0, -2)), "address"};
  }
  return {Words::tr("Nothing answers at %1. Does gatewayd run there with --control tcp:…, and does a firewall let this "
                    "machine in?")
              .arg(address),
          "address"};
}

QString GatewayName(const QString& target) {
  return target.startsWith("tcp:") ? Words::tr("the gateway at %1").arg(target.section(':', 1))
                                   : Words::tr("the gateway of this machine");
}

}  // namespace ag::gui
