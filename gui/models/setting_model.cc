#include "gui/models/setting_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <cstdint>
#include <utility>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"
#include "gui/models/setting_text.h"
#include "gui/models/setting_value.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

QJsonValue FromJson(const QString& json) { return QJsonDocument::fromJson('[' + json.toUtf8() + ']').array().at(0); }

// JSON as the control service gives it → as a person edits it; a list has its parts one a line.
QString AsEdited(const QString& json) {
  const QJsonValue value = FromJson(json);
  if (value.isString()) return value.toString();
  if (!value.isArray()) return json;
  QStringList parts;
  const QJsonArray array = value.toArray();
  for (const auto& part : array) parts << part.toString();
  return parts.join('\n');
}

// The lines of a list as the daemon reads them.
QString AsJsonList(const QString& lines) {
  QJsonArray parts;
  for (const QString& line : lines.split('\n')) {
    if (!line.trimmed().isEmpty()) parts.append(line.trimmed());
  }
  return QString::fromUtf8(QJsonDocument(parts).toJson(QJsonDocument::Compact));
}

SettingUnit UnitOf(v1::SettingUnit unit) {
  switch (unit) {
    case v1::SETTING_UNIT_MILLISECONDS:
      return SettingUnit::kMilliseconds;
    case v1::SETTING_UNIT_BYTES:
      return SettingUnit::kBytes;
    case v1::SETTING_UNIT_DAYS:
      return SettingUnit::kDays;
    default:
      return SettingUnit::kNone;
  }
}

// As SettingRow::kind.
QString KindOf(const v1::Setting& setting) {
  if (setting.sensitive()) return QStringLiteral("secret");
  if (!setting.choices().empty()) return QStringLiteral("choice");
  switch (setting.kind()) {
    case v1::SETTING_KIND_BOOLEAN:
      return QStringLiteral("bool");
    case v1::SETTING_KIND_NUMBER:
      return QStringLiteral("number");
    case v1::SETTING_KIND_LIST:
      return QStringLiteral("list");
    default:
      return QStringLiteral("text");
  }
}

// Empty when the value is in force.
template <typename Response>
QString NotApplied(const Response& response) {
  if (response.apply_error().empty()) return {};
  return DaemonText(SettingModel::tr("It is stored, but not in force yet"), Text(response.apply_error()));
}

// All that can be known of a row, in both languages: names are looked for in English too.
QString Haystack(const SettingRow& row, SettingCard card) {
  QStringList texts{row.key, row.name, row.description, SettingTr(TitleOf(card)), TitleOf(card)};
  if (const SettingWords* words = WordsOf(row.key)) texts << words->name << words->text;
  for (const QVariant& choice : row.choices) texts << choice.toMap().value("text").toString();
  return texts.join('\n');
}

// Every word of the search, in any order.
bool HasAll(const QString& texts, const QString& search) {
  const QStringList words = search.split(' ', Qt::SkipEmptyParts);
  return std::ranges::all_of(words,
                             [&texts](const QString& word) { return texts.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

struct SettingModel::Stored {
  v1::Setting setting;
  QString key;
  QString error;
};

SettingModel::SettingModel(Backend& backend, Preferences& preferences, QObject* parent)
    : QObject(parent), backend_(backend), own_(preferences) {
  for (int i = 0; i < kSettingCards; ++i) {
    const auto card = static_cast<SettingCard>(i);
    SettingKeeper& keeper = card == SettingCard::kApp ? static_cast<SettingKeeper&>(own_) : *this;
    groups_[static_cast<std::size_t>(i)] = std::make_unique<SettingGroup>(card, keeper);
  }
  connect(&own_, &OwnSettings::changed, this, &SettingModel::Show);
  connect(&backend_, &Backend::resynced, this, &SettingModel::refresh);
  connect(&backend_, &Backend::forgotten, this, &SettingModel::Forget);
  Show();
}

SettingModel::~SettingModel() = default;

int SettingModel::count() const {
  int sum = 0;
  for (const auto& group : groups_) sum += group->count();
  return sum;
}

int SettingModel::advancedCount() const {
  int sum = 0;
  for (const auto& group : groups_) sum += IsAdvanced(group->card()) ? group->count() : 0;
  return sum;
}

QVariantList SettingModel::groups() const {
  QVariantList groups;
  for (const auto& group : groups_) {
    if (!IsAdvanced(group->card())) groups << QVariant::fromValue(group.get());
  }
  return groups;
}

QVariantList SettingModel::advancedGroups() const {
  QVariantList groups;
  for (const auto& group : groups_) {
    if (IsAdvanced(group->card())) groups << QVariant::fromValue(group.get());
  }
  return groups;
}

void SettingModel::setSearch(const QString& search) {
  if (search == search_) return;
  search_ = search;
  Show();
}

bool SettingModel::matches(const QString& texts) const { return HasAll(texts, search_); }

const SettingModel::Stored* SettingModel::Find(const QString& key) const {
  const auto found = std::ranges::find(stored_, key, &Stored::key);
  return found == stored_.end() ? nullptr : &*found;
}

SettingRow SettingModel::RowOf(const Stored& stored) const {
  const v1::Setting& setting = stored.setting;
  QStringList choices;
  for (const std::string& choice : setting.choices()) choices << Text(choice);
  SettingRow row = NamedRow(stored.key, Text(setting.description()), choices);
  row.kind = KindOf(setting);
  row.error = stored.error;
  if (setting.effect() == v1::SETTING_EFFECT_NEXT_START) row.effect = tr("Takes effect when the gateway is restarted.");
  const SettingUnit unit = UnitOf(setting.unit());
  const QString value = AsEdited(Text(setting.value()));
  if (row.kind == u"number") {
    const Amount amount = ToAmount(value.toLongLong(), unit);
    row.value = amount.number;
    row.unit = amount.unit;
    row.fallback = Spoken(Text(setting.default_value()).toLongLong(), unit);
  } else if (row.kind == u"secret") {
    const auto revealed = revealed_.find(stored.key);
    row.revealed = revealed != revealed_.end();
    row.value = row.revealed ? revealed->second : QString();
    row.placeholder = value;
  } else {
    SetValue(row, value);
    row.fallback = TextOfValue(row, AsEdited(Text(setting.default_value())));
  }
  row.customized = setting.source() == v1::SETTING_SOURCE_FILE && !setting.default_value().empty() &&
                   setting.value() != setting.default_value();
  SetSource(row, setting);
  return row;
}

void SettingModel::SetSource(SettingRow& row, const v1::Setting& setting) const {
  const QString config = backend_.files().config;
  const auto set = [&row](const char* kind, const QString& source) {
    row.source_kind = QLatin1String(kind);
    row.source = source;
  };
  switch (setting.source()) {
    case v1::SETTING_SOURCE_FILE:
      set("file", tr("from config.json"));
      row.origin = config;
      break;
    case v1::SETTING_SOURCE_SEALED:
      set("sealed", tr("sealed"));
      row.origin = tr("Kept sealed in the data folder's database, not in config.json.");
      break;
    case v1::SETTING_SOURCE_ENVIRONMENT:
      set("environment", tr("set by environment"));
      row.decided =
          tr("The variable %1 decides, which gatewayd was started with.").arg(Text(setting.environment_variable()));
      break;
    case v1::SETTING_SOURCE_FLAG:
      set("flag", tr("set by command line"));
      row.decided = tr("An option decides, which gatewayd was started with.");
      break;
    default:
      set("default", tr("default"));
      if (!config.isEmpty()) row.origin = tr("A change is kept in %1").arg(config);
      break;
  }
}

void SettingModel::Show() {
  std::array<std::vector<SettingRow>, kSettingCards> rows;
  const auto add = [&](SettingRow row, SettingCard card) {
    row.shown = HasAll(Haystack(row, card), search_);
    rows[static_cast<std::size_t>(card)].push_back(std::move(row));
  };
  for (SettingRow& row : own_.Rows()) add(std::move(row), SettingCard::kApp);
  for (const SettingWords& words : AllSettingWords()) {
    if (const Stored* stored = Find(QLatin1String(words.key))) add(RowOf(*stored), words.card);
  }
  for (const Stored& stored : stored_) {
    if (WordsOf(stored.key) == nullptr) add(RowOf(stored), SettingCard::kOther);
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) groups_[i]->Show(std::move(rows[i]));
  Q_EMIT changed();
}

void SettingModel::Forget() {
  asked_key_.clear();
  asked_for_ = {};
  stored_.clear();
  revealed_.clear();
  loaded_ = false;
  Show();
}

void SettingModel::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListSettings(); },
      [this](absl::StatusOr<v1::ListSettingsResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        std::vector<Stored> all;
        for (v1::Setting& setting : *reply->mutable_settings()) {
          const QString key = Text(setting.key());
          const Stored* before = Find(key);
          // What was shown in full is another one now.
          if (before != nullptr && before->setting.value() != setting.value()) revealed_.erase(key);
          all.push_back({std::move(setting), key, before == nullptr ? QString() : before->error});
        }
        stored_ = std::move(all);
        loaded_ = true;
        Show();
      });
}

QString SettingModel::Plain(const char* key) const {
  const Stored* stored = Find(QLatin1String(key));
  return stored == nullptr ? QString() : AsEdited(Text(stored->setting.value()));
}

QString SettingModel::ErrorOf(const char* key) const {
  const Stored* stored = Find(QLatin1String(key));
  return stored == nullptr ? QString() : stored->error;
}

void SettingModel::SetError(const QString& key, const QString& error) {
  for (Stored& stored : stored_) stored.error = stored.key == key ? error : QString();
  Show();
  refresh();
}

template <typename Response>
void SettingModel::Take(const QString& key, const absl::StatusOr<Response>& reply) {
  if (reply.ok() && !reply->setting().sensitive()) {
    const auto found = std::ranges::find(stored_, key, &Stored::key);
    if (found != stored_.end()) found->setting = reply->setting();
  }
  if (reply.ok()) revealed_.erase(key);
  SetError(key, reply.ok() ? NotApplied(*reply) : FailureText(reply.status()));
  if (reply.ok()) {
    for (const auto& group : groups_) Q_EMIT group->taken(key);
  }
  backend_.refresh();
}

void SettingModel::set(const QString& key, const QString& value) {
  v1::SetSettingRequest request;
  request.set_key(key.toStdString());
  request.set_value(value.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.SetSetting(request); },
      [this, key](const absl::StatusOr<v1::SetSettingResponse>& reply) { Take(key, reply); });
}

void SettingModel::setLan(bool on) {
  const QString key = QStringLiteral("proxy.allow_lan_access");
  if (!on || authMode() != "off") return set(key, on ? "true" : "false");
  // The daemon refuses an open port without authentication: ask for that first.
  v1::SetSettingRequest auth;
  auth.set_key("proxy.auth_mode");
  auth.set_value("auto");
  backend_.rpc().Call(
      this, [auth](ControlClient& client) { return client.SetSetting(auth).status(); },
      [this, key](const absl::Status& status) {
        if (!status.ok()) return SetError(key, FailureText(status));
        set(key, QStringLiteral("true"));
      });
}

QString SettingModel::ProblemOf(const QString& key, const QString& text) const {
  const Stored* stored = Find(key);
  if (stored == nullptr || stored->setting.kind() != v1::SETTING_KIND_NUMBER) return {};
  const v1::Setting& setting = stored->setting;
  const SettingUnit unit = UnitOf(setting.unit());
  const auto value = ReadAmount(text, unit, RowOf(*stored).unit);
  if (value && *value >= setting.min() && *value <= setting.max()) return {};
  if (unit == SettingUnit::kNone) return tr("A whole number from %1 to %2.").arg(setting.min()).arg(setting.max());
  return tr("From %1 to %2.").arg(Spoken(setting.min(), unit), Spoken(setting.max(), unit));
}

void SettingModel::Enter(const QString& key, const QString& text) {
  const Stored* stored = Find(key);
  if (stored == nullptr || !ProblemOf(key, text).isEmpty()) return;
  if (key == u"proxy.api_key") return Ask(key, [this, key, text] { set(key, text); });
  if (key == u"proxy.allow_lan_access" && text == u"true") return Ask(key, [this] { setLan(true); });
  const QString kind = KindOf(stored->setting);
  if (kind == u"list") return set(key, AsJsonList(text));
  if (kind != u"number") return set(key, text);
  const auto value = ReadAmount(text, UnitOf(stored->setting.unit()), RowOf(*stored).unit);
  if (value) set(key, QString::number(*value));
}

void SettingModel::Ask(const QString& key, std::function<void()> change) {
  if (!asked_key_.isEmpty()) {
    for (const auto& group : groups_) Q_EMIT group->taken(key);
    return;
  }
  asked_key_ = key;
  asked_for_ = std::move(change);
  Q_EMIT asked(key);
}

void SettingModel::confirm() {
  asked_key_.clear();
  if (const auto change = std::exchange(asked_for_, {})) change();
}

void SettingModel::decline() {
  const QString key = std::exchange(asked_key_, {});
  asked_for_ = {};
  for (const auto& group : groups_) Q_EMIT group->taken(key);  // it is shown as it is
}

void SettingModel::Reset(const QString& key) {
  if (key == u"proxy.api_key") return Ask(key, [this, key] { Unset(key); });
  Unset(key);
}

void SettingModel::Unset(const QString& key) {
  v1::UnsetSettingRequest request;
  request.set_key(key.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.UnsetSetting(request); },
      [this, key](const absl::StatusOr<v1::UnsetSettingResponse>& reply) { Take(key, reply); });
}

void SettingModel::Reveal(const QString& key, bool shown) {
  if (!shown) {
    revealed_.erase(key);
    return Show();
  }
  v1::GetSettingRequest request;
  request.set_key(key.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.GetSetting(request); },
      [this, key](absl::StatusOr<v1::GetSettingResponse> reply) {
        if (!reply.ok()) return SetError(key, FailureText(reply.status()));
        revealed_[key] = AsEdited(Text(reply->setting().value()));
        Show();
      });
}

}  // namespace ag::gui
