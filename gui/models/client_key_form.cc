#include "gui/models/client_key_form.h"

#include <QDateTime>
#include <QRegularExpression>
#include <optional>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/client_key_model.h"
#include "gui/models/failure_text.h"
#include "gui/models/limit_field.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr auto& kLimits = kLimitFields<v1::ClientKeyLimits>;
constexpr char kDateFormat[] = "yyyy-MM-dd";
constexpr char kTimeFormat[] = "yyyy-MM-dd HH:mm";

// What a person types for the end of a key; nothing when it is no moment to come.
std::optional<qint64> ReadEnd(const QString& text, const QDateTime& now) {
  static const QRegularExpression from_now(QStringLiteral("^(\\d{1,5})\\s*([hd])$"));
  QDateTime end = QDateTime::fromString(text, kTimeFormat);
  if (const QDate day = QDate::fromString(text, kDateFormat); day.isValid()) end = QDateTime(day.addDays(1), QTime());
  if (const auto match = from_now.match(text); match.hasMatch()) {
    const qint64 hours = match.captured(1).toLongLong() * (match.captured(2) == "d" ? 24 : 1);
    end = now.addSecs(hours * 3'600);
  }
  if (!end.isValid() || end <= now) return std::nullopt;
  return end.toSecsSinceEpoch();
}

// The daemon's name of a field → the form's.
QString FormField(const std::string& param) {
  if (param == "expire_time") return QStringLiteral("expires");
  if (param == "name" || param == "models" || param == "limits") return Text(param);
  return {};
}

template <typename Message>
bool Same(const Message& a, const Message& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

ClientKeyForm::ClientKeyForm(Backend& backend, Toasts& toasts, ClientKeyModel& keys, QObject* parent)
    : QObject(parent), backend_(backend), toasts_(toasts), keys_(keys), key_(std::make_unique<v1::ClientKey>()) {
  connect(&backend_, &Backend::forgotten, this, [this] {
    id_.clear();
    ready_ = false;  // it was of another gateway
    Fail({}, {});
  });
}
ClientKeyForm::~ClientKeyForm() = default;

void ClientKeyForm::start() {
  id_.clear();
  Fail({}, {});
  Take({});
}

void ClientKeyForm::load(const QString& id) {
  id_ = id;
  ready_ = false;
  Fail({}, {});
  v1::GetClientKeyRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.GetClientKey(request); },
      [this, id](absl::StatusOr<v1::GetClientKeyResponse> reply) {
        if (id != id_) return;
        if (!reply.ok()) return Fail(FailureText(reply.status()), {});
        Take(reply->client_key());
      });
}

void ClientKeyForm::Take(const v1::ClientKey& key) {
  *key_ = key;
  QStringList models;
  for (const std::string& model : key.models()) models << Text(model);
  QString expires;
  if (key.has_expire_time()) {
    expires = QDateTime::fromMSecsSinceEpoch(Milliseconds(key.expire_time())).toString(kTimeFormat);
  }
  values_ = {{"name", Text(key.name())}, {"expires", expires}, {"models", models.join('\n')}};
  for (const auto& field : kLimits) {
    const bool set = (key.limits().*field.has)();
    values_.insert(field.name, set ? LimitText((key.limits().*field.get)(), field.unit) : QString());
  }
  ready_ = true;
  Q_EMIT changed();
  Q_EMIT loaded();
}

bool ClientKeyForm::Read(const QVariantMap& values, v1::ClientKey& key) {
  const auto text = [&values](const QString& name) { return values.value(name).toString().trimmed(); };
  if (text("name").isEmpty()) {
    Fail(tr("A key needs a name: whom or what it is for."), "name");
    return false;
  }
  key.set_name(text("name").toStdString());
  if (text("expires") == values_.value("expires").toString()) {  // to the second, which the text does not show
    if (key_->has_expire_time()) *key.mutable_expire_time() = key_->expire_time();
  } else if (!text("expires").isEmpty()) {
    const auto end = ReadEnd(text("expires"), QDateTime::currentDateTime());
    if (!end) {
      Fail(tr("A moment to come: 2030-12-31, 2030-12-31 18:00, or 30d from now."), "expires");
      return false;
    }
    key.mutable_expire_time()->set_seconds(*end);
  }
  for (const QString& line : text("models").split('\n', Qt::SkipEmptyParts)) {
    if (!line.trimmed().isEmpty()) key.add_models(line.trimmed().toStdString());
  }
  for (const auto& field : kLimits) {
    const QString limit = text(field.name);
    if (limit.isEmpty()) continue;
    const auto amount = ReadLimit(limit, field.unit);
    if (!amount) {
      Fail(field.unit == LimitUnit::kMicroUsd ? tr("An amount of US dollars, such as 2.50, or nothing.")
                                              : tr("A whole number of at least 1, or nothing."),
           field.name);
      return false;
    }
    (key.mutable_limits()->*field.set)(*amount);
  }
  return true;
}

void ClientKeyForm::save(const QVariantMap& values) {
  if (!ready_ || busy_) return;
  v1::ClientKey key;
  if (!Read(values, key)) return;
  Fail({}, {});
  if (id_.isEmpty()) {
    Create(key);
  } else {
    Update(std::move(key));
  }
}

void ClientKeyForm::Create(const v1::ClientKey& key) {
  busy_ = true;
  Q_EMIT changed();
  v1::CreateClientKeyRequest request;
  *request.mutable_client_key() = key;
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.CreateClientKey(request); },
      [this](absl::StatusOr<v1::CreateClientKeyResponse> reply) {
        if (!reply.ok()) return Fail(FailureText(reply.status()), FormField(client::ErrorParamOf(reply.status())));
        keys_.ShowSecret(Text(reply->client_key().name()), Text(reply->secret()));
        Saved({});
      });
}

void ClientKeyForm::Update(v1::ClientKey key) {
  v1::UpdateClientKeyRequest request;
  const auto mask = [&request](bool differs, const char* path) {
    if (differs) request.mutable_update_mask()->add_paths(path);
  };
  v1::ClientKey models;
  *models.mutable_models() = key.models();
  v1::ClientKey old_models;
  *old_models.mutable_models() = key_->models();
  mask(key.name() != key_->name(), "name");
  mask(!Same(key.expire_time(), key_->expire_time()), "expire_time");
  mask(!Same(models, old_models), "models");
  mask(!Same(key.limits(), key_->limits()), "limits");
  if (request.update_mask().paths().empty()) return Saved({});
  key.set_id(key_->id());
  key.set_etag(key_->etag());
  *request.mutable_client_key() = key;
  busy_ = true;
  Q_EMIT changed();
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.UpdateClientKey(request); },
      [this](absl::StatusOr<v1::UpdateClientKeyResponse> reply) {
        if (!reply.ok()) return Fail(FailureText(reply.status()), FormField(client::ErrorParamOf(reply.status())));
        Saved(Text(reply->client_key().name()));
      });
}

void ClientKeyForm::Saved(const QString& name) {
  busy_ = false;
  if (!name.isEmpty()) toasts_.info(tr("%1 saved").arg(name));
  Q_EMIT changed();
  Q_EMIT saved();
  keys_.refresh();
}

void ClientKeyForm::Fail(const QString& error, const QString& field) {
  busy_ = false;
  error_ = error;
  error_field_ = field;
  Q_EMIT changed();
}

}  // namespace ag::gui
