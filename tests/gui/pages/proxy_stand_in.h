#pragma once

#include <QByteArray>

#include "gui/demo/demo_proxy.h"

namespace ag::gui {

// Listens where a test's fake daemon says that its proxy does, and answers each chat completion alike.
class ProxyStandIn : public DemoProxy {
 public:
  explicit ProxyStandIn(int status = 200, const QByteArray& body = Hello())
      : DemoProxy([status, body](const QString&) { return Reply{status, body}; }) {}
};

}  // namespace ag::gui
