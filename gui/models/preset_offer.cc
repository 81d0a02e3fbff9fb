#include "gui/models/preset_offer.h"

#include <QStringList>

#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {

namespace {
namespace v1 = client::v1;
}  // namespace

QString PresetText(const QString& name) {
  if (name == "claude-code") return QStringLiteral("Claude Code");
  if (name == "codex") return QStringLiteral("Codex");
  if (name == "gemini-cli") return QStringLiteral("Gemini CLI");
  return name;
}

QVariantList PresetsFor(client::ControlClient& client, const std::string& provider) {
  v1::ListRoutePresetsRequest request;
  request.set_provider(provider);
  const auto reply = client.ListRoutePresets(request);
  QVariantList presets;
  if (!reply.ok()) return presets;
  for (const v1::RoutePreset& preset : reply->presets()) {
    if (!preset.offered()) continue;
    v1::ApplyRoutePresetRequest plan;
    plan.set_preset(preset.name());
    plan.set_provider(provider);
    plan.set_validate_only(true);
    const auto planned = client.ApplyRoutePreset(plan);
    if (!planned.ok()) continue;  // none of its models is meant by those names
    QStringList replaced;
    for (const v1::Route& route : planned->replaced_routes()) replaced << Text(route.pattern());
    const QString name = Text(preset.name());
    presets << QVariantMap{
        {"name", name}, {"text", PresetText(name)}, {"replaces", replaced.join(QStringLiteral(", "))}};
  }
  return presets;
}

}  // namespace ag::gui
