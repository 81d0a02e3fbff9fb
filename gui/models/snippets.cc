#include "gui/models/snippets.h"

#include <QRandomGenerator>
#include <utility>

#include "gui/app/backend.h"
#include "gui/models/account_model.h"
#include "gui/models/sample_model.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

constexpr int kKeyLength = 48;
constexpr char kKeyAlphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

QString RandomKey() {
  QString key = QStringLiteral("sk-");
  for (int i = 0; i < kKeyLength; ++i) {
    key += QLatin1Char(kKeyAlphabet[QRandomGenerator::system()->bounded(static_cast<int>(sizeof kKeyAlphabet) - 1)]);
  }
  return key;
}

struct Template {
  const char* id;
  const char* title;
  const char* text;  // with {url}, {key}, {model}
};

constexpr Template kTemplates[] = {
    {"curl", "curl", R"(curl {url}/v1/chat/completions \
  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \
  -d '{"model": "{model}", "messages": [{"role": "user", "content": "Hello"}]}')"},
    {"python", "Python", R"(from openai import OpenAI

client = OpenAI(base_url="{url}/v1", api_key="{key}")
reply = client.chat.completions.create(
    model="{model}", messages=[{"role": "user", "content": "Hello"}])
print(reply.choices[0].message.content))"},
    {"node", "Node.js", R"(import OpenAI from "openai";

const client = new OpenAI({ baseURL: "{url}/v1", apiKey: "{key}" });
const reply = await client.chat.completions.create({
  model: "{model}", messages: [{ role: "user", content: "Hello" }] });
console.log(reply.choices[0].message.content);)"},
    {"claude-code", "Claude Code", R"(export ANTHROPIC_BASE_URL={url}
export ANTHROPIC_AUTH_TOKEN={key}
claude)"},
    {"codex", "Codex", R"(# ~/.codex/config.toml
model_provider = "ag-gateway"

[model_providers.ag-gateway]
name = "AG Gateway"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "AG_GATEWAY_KEY"

# then: export AG_GATEWAY_KEY={key})"},
    {"gemini-cli", "Gemini CLI", R"(export GOOGLE_GEMINI_BASE_URL={url}
export GEMINI_API_KEY={key}
gemini)"},
    {"opencode", "OpenCode", R"(// ~/.config/opencode/opencode.json
{
  "$schema": "https://opencode.ai/config.json",
  "provider": {
    "ag-gateway": {
      "npm": "@ai-sdk/openai-compatible",
      "name": "AG Gateway",
      "options": { "baseURL": "{url}/v1", "apiKey": "{key}" },
      "models": { "{model}": {} }
    }
  },
  "model": "ag-gateway/{model}"
})"},
};

}  // namespace

Snippets::Snippets(Backend& backend, const AccountModel& accounts, QObject* parent)
    : QObject(parent), backend_(backend), accounts_(accounts), model_(SampleModel(accounts)) {
  connect(&accounts_, &AccountModel::summaryChanged, this, &Snippets::ChooseModel);
  connect(&backend_, &Backend::resynced, this, &Snippets::refresh);
  connect(&backend_, &Backend::forgotten, this, [this] {
    key_.clear();
    key_shown_ = false;
    Q_EMIT changed();
  });
  connect(&backend_, &Backend::proxyChanged, this, &Snippets::changed);
}

QVariantList Snippets::list() const {
  QVariantList snippets;
  for (const Template& entry : kTemplates) {
    QString shown = QString::fromUtf8(entry.text);
    shown.replace("{url}", backend_.baseUrl());
    shown.replace("{model}", model_);
    QString text = shown;
    const QString masked = QStringLiteral("sk-…");
    text.replace("{key}", key_.isEmpty() ? masked : key_);
    shown.replace("{key}", key_.isEmpty() || !key_shown_ ? masked : key_);
    snippets << QVariantMap{{"id", entry.id}, {"title", entry.title}, {"text", text}, {"shown", shown}};
  }
  return snippets;
}

void Snippets::setKeyShown(bool shown) {
  if (std::exchange(key_shown_, shown) != shown) Q_EMIT changed();
}

void Snippets::ChooseModel() {
  QString model = SampleModel(accounts_);
  if (std::exchange(model_, std::move(model)) != model_) Q_EMIT changed();
}

void Snippets::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](client::ControlClient& client) { return client.GetPrimaryKey(); },
      [this](absl::StatusOr<v1::GetPrimaryKeyResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        key_ = Text(reply->key());
        Q_EMIT changed();
      });
}

void Snippets::rotateKey() {
  v1::SetPrimaryKeyRequest request;
  request.set_key(RandomKey().toStdString());
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.SetPrimaryKey(request).status(); },
      [this](const absl::Status& status) {
        if (!status.ok()) return backend_.Report(status);
        Q_EMIT rotated();
        refresh();
      });
}

}  // namespace ag::gui
