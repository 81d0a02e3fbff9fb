#include "gui/models/setting_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"
#include "gui/models/setting_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

// JSON as the control service gives it → as a person types it.
QString AsTyped(const QString& json) {
  const QJsonDocument document = QJsonDocument::fromJson('[' + json.toUtf8() + ']');
  if (!document.isArray() || document.array().isEmpty()) return json;
  const QJsonValue value = document.array().at(0);
  if (value.isString()) return value.toString();
  if (!value.isArray()) return json;
  QStringList parts;
  for (const QJsonValue& part : value.toArray()) parts << part.toVariant().toString();
  return parts.join(QStringLiteral(", "));
}

const char* SourceName(v1::SettingSource source) {
  switch (source) {
    case v1::SETTING_SOURCE_FILE:
      return QT_TRANSLATE_NOOP("ag::gui::SettingModel", "file");
    case v1::SETTING_SOURCE_ENVIRONMENT:
      return QT_TRANSLATE_NOOP("ag::gui::SettingModel", "environment");
    case v1::SETTING_SOURCE_FLAG:
      return QT_TRANSLATE_NOOP("ag::gui::SettingModel", "command line");
    default:
      return QT_TRANSLATE_NOOP("ag::gui::SettingModel", "default");
  }
}

// Empty when the value is in force.
template <typename Response>
QString NotApplied(const Response& response) {
  if (response.apply_error().empty()) return {};
  return DaemonText(SettingModel::tr("It is stored, but not in force yet"), Text(response.apply_error()));
}

QString Description(const QString& key, const QString& daemons) {
  const QString own = SettingText(key);
  return own.isEmpty() ? daemons : own;
}

}  // namespace

SettingModel::SettingModel(Backend& backend, QObject* parent) : QAbstractListModel(parent), backend_(backend) {
  connect(&backend_, &Backend::resynced, this, &SettingModel::refresh);
}

int SettingModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

QHash<int, QByteArray> SettingModel::roleNames() const {
  return {{KeyRole, "key"},
          {NameRole, "name"},
          {GroupRole, "group"},
          {ValueRole, "value"},
          {KindRole, "kind"},
          {DescriptionRole, "description"},
          {SourceRole, "source"},
          {OverriddenRole, "overridden"},
          {ChangedRole, "customized"},
          {ErrorRole, "error"}};
}

QVariant SettingModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const Row& row = rows_[shown_[static_cast<std::size_t>(index.row())]];
  switch (role) {
    case KeyRole:
      return row.key;
    case NameRole:
      return row.key.section('.', 1);
    case GroupRole:
      return row.key.section('.', 0, 0);
    case ValueRole:
      return AsTyped(row.value);
    case KindRole:
      return row.sensitive                                 ? QStringLiteral("secret")
             : row.value == "true" || row.value == "false" ? QStringLiteral("bool")
                                                           : QStringLiteral("text");
    case DescriptionRole:
      return Description(row.key, row.description);
    case SourceRole:
      return tr(row.source.toUtf8().constData());
    case OverriddenRole:
      return row.overridden;
    case ChangedRole:
      return row.source == "file" && row.value != row.default_value;
    case ErrorRole:
      return row.error;
    default:
      return {};
  }
}

void SettingModel::setSearch(const QString& search) {
  if (search == search_) return;
  search_ = search;
  Filter();
}

void SettingModel::Filter() {
  beginResetModel();
  shown_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    if (search_.isEmpty() || row.key.contains(search_, Qt::CaseInsensitive) ||
        Description(row.key, row.description).contains(search_, Qt::CaseInsensitive)) {
      shown_.push_back(i);
    }
  }
  endResetModel();
  Q_EMIT changed();
}

void SettingModel::refresh() {
  if (!backend_.connected()) return;
  backend_.rpc().Call(
      this, [](ControlClient& client) { return client.ListSettings(); },
      [this](absl::StatusOr<v1::ListSettingsResponse> reply) {
        if (!reply.ok()) return backend_.Report(reply.status());
        std::vector<Row> rows;
        for (const v1::Setting& setting : reply->settings()) {
          rows.push_back({.key = Text(setting.key()),
                          .value = Text(setting.value()),
                          .default_value = Text(setting.default_value()),
                          .description = Text(setting.description()),
                          .source = QLatin1String(SourceName(setting.source())),
                          .error = {},
                          .overridden = setting.source() == v1::SETTING_SOURCE_ENVIRONMENT ||
                                        setting.source() == v1::SETTING_SOURCE_FLAG,
                          .sensitive = setting.sensitive()});
        }
        for (std::size_t i = 0; i < rows.size() && i < rows_.size(); ++i) rows[i].error = rows_[i].error;
        const bool same = rows.size() == rows_.size();
        rows_ = std::move(rows);
        loaded_ = true;
        if (!same) return Filter();
        if (!shown_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
        Q_EMIT changed();
      });
}

QString SettingModel::Plain(const char* key) const {
  for (const Row& row : rows_) {
    if (row.key == QLatin1String(key)) return AsTyped(row.value);
  }
  return {};
}

QString SettingModel::ErrorOf(const char* key) const {
  const auto found = std::ranges::find(rows_, QLatin1String(key), &Row::key);
  return found == rows_.end() ? QString() : found->error;
}

void SettingModel::SetError(const QString& key, const QString& error) {
  for (Row& row : rows_) row.error = row.key == key ? error : QString();
  if (!shown_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
  Q_EMIT changed();
  refresh();
}

void SettingModel::set(const QString& key, const QString& value) {
  v1::SetSettingRequest request;
  request.set_key(key.toStdString());
  request.set_value(value.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.SetSetting(request); },
      [this, key](absl::StatusOr<v1::SetSettingResponse> reply) {
        SetError(key, reply.ok() ? NotApplied(*reply) : FailureText(reply.status()));
        backend_.refresh();
      });
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

void SettingModel::reset(const QString& key) {
  v1::UnsetSettingRequest request;
  request.set_key(key.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.UnsetSetting(request); },
      [this, key](absl::StatusOr<v1::UnsetSettingResponse> reply) {
        SetError(key, reply.ok() ? NotApplied(*reply) : FailureText(reply.status()));
        backend_.refresh();
      });
}

void SettingModel::Retranslate() {
  if (!shown_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
}

}  // namespace ag::gui
