#pragma once

#include <absl/status/status.h>

#include <QString>

namespace ag::gui {

// Why a daemon could not be reached, for people.
struct ConnectionFault {
  QString text;
  QString field;  // what to look at: "address", "caFile" or "token"; empty = none of them
};

// `target` as of ControlClientOptions. On a socket of this machine the client's own sentence says it all.
ConnectionFault ExplainConnection(const absl::Status& status, const QString& target);

// A gateway by its place, within a sentence: "the gateway of this machine".
QString GatewayName(const QString& target);

}  // namespace ag::gui
