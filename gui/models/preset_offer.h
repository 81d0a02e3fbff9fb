#pragma once

#include <QString>
#include <QVariantList>
#include <string>

namespace ag::client {
class ControlClient;
}

namespace ag::gui {

// "Claude Code" of "claude-code".
QString PresetText(const QString& name);

// Asks the daemon what is worth offering for accounts of the provider, as AccountForm::added tells it; empty = nothing,
// or it does not answer. It blocks: for a worker's thread.
QVariantList PresetsFor(client::ControlClient& client, const std::string& provider);

}  // namespace ag::gui
