#pragma once

#include <QVariantMap>

#include "ag/gateway/v1/account.pb.h"

namespace ag::gui {

// An account's way out as a form has it, in texts: egress ("inherit", "direct" or "proxy"), proxyUrl, noProxy (hosts
// with commas between) and caFile. Fields of another mode are left out of the message.
::ag::gateway::v1::Egress ToEgress(const QVariantMap& values);
QVariantMap EgressValues(const ::ag::gateway::v1::Egress& egress);

}  // namespace ag::gui
