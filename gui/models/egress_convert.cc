#include "gui/models/egress_convert.h"

#include <QStringList>

#include "gui/models/text.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

v1::Egress ToEgress(const QVariantMap& values) {
  const auto text = [&values](const char* name) { return values.value(name).toString().trimmed(); };
  v1::Egress egress;
  egress.set_ca_file(text("caFile").toStdString());
  egress.set_mode(v1::EGRESS_MODE_INHERIT);
  if (text("egress") == "direct") egress.set_mode(v1::EGRESS_MODE_DIRECT);
  if (text("egress") != "proxy") return egress;
  egress.set_mode(v1::EGRESS_MODE_PROXY);
  egress.set_proxy_url(text("proxyUrl").toStdString());
  for (const QString& host : text("noProxy").split(',', Qt::SkipEmptyParts)) {
    if (!host.trimmed().isEmpty()) egress.add_no_proxy(host.trimmed().toStdString());
  }
  return egress;
}

QVariantMap EgressValues(const v1::Egress& egress) {
  QStringList hosts;
  for (const std::string& host : egress.no_proxy()) hosts << Text(host);
  const char* mode = egress.mode() == v1::EGRESS_MODE_PROXY    ? "proxy"
                     : egress.mode() == v1::EGRESS_MODE_DIRECT ? "direct"
                                                               : "inherit";
  return {{"egress", mode},
          {"proxyUrl", Text(egress.proxy_url())},
          {"noProxy", hosts.join(", ")},
          {"caFile", Text(egress.ca_file())}};
}

}  // namespace ag::gui
