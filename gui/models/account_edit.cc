#include "gui/models/account_edit.h"

#include <limits>
#include <optional>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/egress_convert.h"
#include "gui/models/failure_text.h"
#include "gui/models/limit_field.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr qint64 kMost = std::numeric_limits<qint64>::max();
constexpr qint64 kMostReserve = 90;
constexpr qint64 kMostWeight = 1'000;

constexpr auto& kLimits = kLimitFields<v1::AccountLimits>;

template <typename Message>
bool Same(const Message& a, const Message& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

// The daemon's name of a field → the form's.
QString FormField(const std::string& param) {
  if (param.find("credential_file") != std::string::npos) return QStringLiteral("file");
  if (param.find("api_key") != std::string::npos) return QStringLiteral("key");
  if (param.find("base_url") != std::string::npos) return QStringLiteral("baseUrl");
  if (param.find("proxy_url") != std::string::npos) return QStringLiteral("proxyUrl");
  if (param.find("ca_file") != std::string::npos) return QStringLiteral("caFile");
  if (param.find("label") != std::string::npos) return QStringLiteral("label");
  if (param.find("quota_group") != std::string::npos) return QStringLiteral("quotaGroup");
  if (param.find("project") != std::string::npos) return QStringLiteral("project");
  if (param.find("location") != std::string::npos) return QStringLiteral("location");
  return {};
}

QString CredentialName(v1::CredentialKind kind) {
  if (kind == v1::CREDENTIAL_KIND_API_KEY) return QStringLiteral("key");
  return kind == v1::CREDENTIAL_KIND_SERVICE_ACCOUNT ? QStringLiteral("file") : QStringLiteral("other");
}

// Both calls of a save, one after the other: the second needs the etag that the first has made.
struct Change {
  std::optional<v1::UpdateAccountRequest> update;
  std::optional<v1::SetAccountLimitsRequest> limits;

  absl::Status Run(ControlClient& client) {
    if (update) {
      const auto reply = client.UpdateAccount(*update);
      if (!reply.ok()) return reply.status();
      if (limits) limits->set_etag(reply->account().etag());
    }
    return limits ? client.SetAccountLimits(*limits).status() : absl::OkStatus();
  }
};

}  // namespace

AccountEdit::AccountEdit(Backend& backend, Toasts& toasts, QObject* parent)
    : QObject(parent), backend_(backend), toasts_(toasts), account_(std::make_unique<v1::Account>()) {
  connect(&backend_, &Backend::forgotten, this, [this] {
    id_.clear();
    ready_ = false;  // it was of another gateway
    Fail({}, {});
  });
}
AccountEdit::~AccountEdit() = default;

void AccountEdit::load(const QString& id) {
  id_ = id;
  ready_ = false;
  file_ = {};
  Fail({}, {});
  v1::GetAccountRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.GetAccount(request); },
      [this, id](absl::StatusOr<v1::GetAccountResponse> reply) {
        if (id != id_) return;
        if (!reply.ok()) return Fail(LiveFailure(reply.status()), {});
        Take(reply->account());
      });
}

void AccountEdit::Take(const v1::Account& account) {
  *account_ = account;
  values_ = {{"label", Text(account.label())},
             {"provider", Text(account.provider())},
             {"priority", QString::number(account.priority())},
             {"weight", QString::number(account.weight())},
             {"credential", CredentialName(account.credential_kind())},
             {"keyHint", Text(account.api_key_hint())},
             {"baseUrl", account.endpoints().empty() ? QString() : Text(account.endpoints(0).base_url())},
             {"reservePercent", QString::number(account.limits().reserve_percent())},
             {"quotaGroup", Text(account.quota_group())},
             {"project", Text(account.project())},
             {"location", Text(account.location())},
             {"hasProject", account.family() == v1::FAMILY_GEMINI},
             // Where accounts are of a region, each has one.
             {"hasLocation", !account.location().empty()}};
  for (const auto& field : kLimits) {
    const bool set = (account.limits().*field.has)();
    values_.insert(field.name, set ? LimitText((account.limits().*field.get)(), field.unit) : QString());
  }
  values_.insert(EgressValues(account.egress()));
  ready_ = true;
  Q_EMIT changed();
  Q_EMIT loaded();
}

void AccountEdit::readFile(const QUrl& url) {
  file_ = ReadKeyFile(url);
  Fail(file_.error, file_.error.IsEmpty() ? QString() : QStringLiteral("file"));
}

bool AccountEdit::ReadNumber(const QVariantMap& values, const QString& name, qint64 least, qint64 most,
                             qint64& number) {
  bool valid = false;
  number = values.value(name).toString().trimmed().toLongLong(&valid);
  if (valid && number >= least && number <= most) return true;
  Fail(
      [least, most] {
        return most == kMost ? tr("A whole number of at least %1.").arg(least)
                             : tr("A whole number from %1 to %2.").arg(least).arg(most);
      },
      name);
  return false;
}

bool AccountEdit::ReadLimits(const QVariantMap& values, v1::AccountLimits& limits) {
  for (const auto& field : kLimits) {
    const QString text = values.value(field.name).toString().trimmed();
    if (text.isEmpty()) continue;
    const auto limit = ReadLimit(text, field.unit);
    if (!limit) {
      Fail(
          [unit = field.unit] {
            return unit == LimitUnit::kMicroUsd ? tr("An amount of US dollars, such as 2.50.")
                                                : tr("A whole number of at least %1.").arg(1);
          },
          field.name);
      return false;
    }
    (limits.*field.set)(*limit);
  }
  qint64 reserve = 0;
  if (!ReadNumber(values, "reservePercent", 0, kMostReserve, reserve)) return false;
  limits.set_reserve_percent(static_cast<std::int32_t>(reserve));
  return true;
}

bool AccountEdit::ReadEgress(const QVariantMap& values, v1::Egress& egress) {
  egress = ToEgress(values);
  const bool proxied = egress.mode() == v1::EGRESS_MODE_PROXY;
  if (proxied && egress.proxy_url().empty()) {
    Fail([] { return tr("Enter the proxy's address: http://user:password@host:port or socks5h://…"); }, "proxyUrl");
    return false;
  }
  const bool sealed = proxied && egress.proxy_url() == account_->egress().proxy_url() &&
                      egress.proxy_url().find('@') != std::string::npos;
  if (!sealed || Same(egress, ToEgress(EgressValues(account_->egress())))) return true;
  Fail([] { return tr("Enter the proxy's address anew, with its password: the gateway does not show it."); },
       "proxyUrl");
  return false;
}

void AccountEdit::save(const QVariantMap& values) {
  if (!ready_ || busy_) return;
  const auto text = [&values](const char* name) { return values.value(name).toString().trimmed(); };
  qint64 priority = 0;
  qint64 weight = 0;
  v1::AccountLimits limits;
  if (text("label").isEmpty()) return Fail([] { return tr("An account needs a name."); }, "label");
  if (!ReadNumber(values, "priority", -1'000, 1'000, priority)) return;
  if (!ReadNumber(values, "weight", 1, kMostWeight, weight)) return;
  if (!ReadLimits(values, limits)) return;
  v1::Egress egress;
  if (!ReadEgress(values, egress)) return;
  const bool moved = text("baseUrl") != values_.value("baseUrl").toString();
  if (moved && text("key").isEmpty() && values_.value("credential") == "key") {
    return Fail([] { return tr("A new address needs the key anew: it is sealed for the old one."); }, "key");
  }
  v1::Account wanted;
  wanted.set_label(text("label").toStdString());
  wanted.set_priority(static_cast<std::int32_t>(priority));
  wanted.set_weight(static_cast<std::int32_t>(weight));
  wanted.set_api_key(text("key").toStdString());
  wanted.set_credential_file(file_.content);
  if (moved) wanted.set_base_url(text("baseUrl").toStdString());
  wanted.set_quota_group(text("quotaGroup").toStdString());
  wanted.set_project(text("project").toStdString());
  wanted.set_location(text("location").toStdString());
  *wanted.mutable_limits() = limits;
  *wanted.mutable_egress() = egress;
  Store(wanted);
}

void AccountEdit::Store(v1::Account& wanted) {
  Change change;
  if (!Same(wanted.limits(), account_->limits())) {
    change.limits.emplace();
    change.limits->set_id(account_->id());
    change.limits->set_etag(account_->etag());
    *change.limits->mutable_limits() = wanted.limits();
  }
  wanted.clear_limits();
  wanted.set_id(account_->id());
  wanted.set_etag(account_->etag());
  v1::UpdateAccountRequest update;
  *update.mutable_account() = wanted;
  const auto mask = [&update](bool differs, const char* path) {
    if (differs) update.mutable_update_mask()->add_paths(path);
  };
  mask(wanted.label() != account_->label(), "label");
  mask(wanted.priority() != account_->priority(), "priority");
  mask(wanted.weight() != account_->weight(), "weight");
  mask(!wanted.api_key().empty(), "api_key");
  mask(!wanted.credential_file().empty(), "credential_file");
  mask(!wanted.base_url().empty(), "base_url");
  mask(wanted.quota_group() != account_->quota_group(), "quota_group");
  const bool other_place = wanted.project() != account_->project() || wanted.location() != account_->location();
  mask(wanted.project() != account_->project(), "project");
  mask(wanted.location() != account_->location(), "location");
  const bool other_way = !Same(ToEgress(EgressValues(wanted.egress())), ToEgress(EgressValues(account_->egress())));
  mask(other_way, "egress");
  const bool reach = other_way || other_place || !wanted.api_key().empty() || !wanted.credential_file().empty() ||
                     !wanted.base_url().empty();
  if (update.update_mask().paths_size() > 0) change.update = update;

  busy_ = true;
  error_.clear();
  error_field_.clear();
  Q_EMIT changed();
  backend_.rpc().Call(
      this, [change](ControlClient& client) mutable { return change.Run(client); },
      [this, reach](const absl::Status& status) {
        if (!status.ok()) return Fail(LiveFailure(status), FormField(client::ErrorParamOf(status)));
        busy_ = false;
        toasts_.info(tr("%1 saved").arg(Text(account_->label())));
        Q_EMIT changed();
        Q_EMIT saved(reach);
      });
}

void AccountEdit::Fail(LiveText error, const QString& field) {
  busy_ = false;
  error_ = std::move(error);
  error_field_ = field;
  Q_EMIT changed();
}

}  // namespace ag::gui
