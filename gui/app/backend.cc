#include "gui/app/backend.h"

#include <QDateTime>
#include <algorithm>

#include "gui/models/connection_text.h"
#include "gui/models/failure_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"
#include "proto/client/event_stream.h"

namespace ag::gui {
namespace {

// Of an address as it is written in URLs.
bool IsLoopback(const QString& host) {
  return host.startsWith("127.") || host == "[::1]" || host.compare("localhost", Qt::CaseInsensitive) == 0;
}

using std::chrono::milliseconds;

constexpr milliseconds kBeat{1'000};
constexpr milliseconds kDeadline{10'000};
// In which a daemon says a word.
constexpr qint64 kSilenceMs = 3'000;
// The oldest API that has all that the pages ask for.
constexpr int kOldestRevision = 2;

constexpr qint64 kErrorStaysMs = 60'000;

QString MajorMinor(const QString& version) { return version.section('.', 0, 1); }

}  // namespace

// Takes the stream's calls on its own thread, makes rows there, and posts them home.
class StreamRelay : public client::EventStreamObserver {
 public:
  explicit StreamRelay(Backend& backend) : backend_(backend) {}

  void OnSnapshot(const client::v1::WatchRequestsResponse::Snapshot& snapshot) override {
    Post([&backend = backend_, rows = Rows(snapshot.requests())] {
      backend.OnStream();
      Q_EMIT backend.requestsReplaced(rows);
    });
  }
  void OnRequests(const client::v1::WatchRequestsResponse::Delta& delta) override {
    Post([&backend = backend_, rows = Rows(delta.requests())] { Q_EMIT backend.requestsArrived(rows); });
  }
  void OnResync(std::int64_t /*missed*/) override {}  // the snapshot that follows says it all
  void OnDisconnected(const absl::Status& status) override {
    Post([&backend = backend_, status] { backend.OnStreamLost(status); });
  }

 private:
  template <typename Requests>
  static std::shared_ptr<const RequestBatch> Rows(const Requests& requests) {
    auto rows = std::make_shared<RequestBatch>();  // shared: every receiver of the signal reads it
    rows->reserve(static_cast<std::size_t>(requests.size()));
    for (const auto& request : requests) rows->push_back(ToRow(request));
    return rows;
  }
  template <typename Function>
  void Post(Function function) {
    QMetaObject::invokeMethod(&home_, std::move(function), Qt::QueuedConnection);
  }

  Backend& backend_;
  QObject home_;  // what was posted and not heard yet goes with it
};

Backend::Backend(QObject* parent) : QObject(parent) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &Backend::Beat);
  connect(&beat_, &QTimer::timeout, this, [this] {
    if (QDateTime::currentMSecsSinceEpoch() - last_error_ms_ > kErrorStaysMs) ForgetError();
  });
  connect(this, &Backend::requestsArrived, this,
          [this](const std::shared_ptr<const RequestBatch>& rows) { NoteErrors(*rows); });
}

Backend::~Backend() {
  stream_.reset();
  rpc_.reset();
}

void Backend::Connect(const client::ControlClientOptions& options) {
  if (rpc_) {
    Q_EMIT leaving();
    stream_.reset();
    relay_.reset();
    rpc_.release()->Retire(this);
  }
  Forget();
  options_ = std::make_unique<client::ControlClientOptions>(options);
  options_->deadline = kDeadline;
  client_ = std::make_shared<client::ControlClient>(*options_);
  rpc_ = std::make_unique<RpcWorker>(client_);
  relay_ = std::make_unique<StreamRelay>(*this);
  connection_ = Connecting;
  connection_error_.clear();
  Q_EMIT forgotten();
  Q_EMIT proxyChanged();
  Q_EMIT connectionChanged();
  client::EventStreamOptions stream;
  stream.snapshot_size = static_cast<int>(kPictureSize);
  stream_ = std::make_unique<client::EventStream>(*client_, *relay_, stream);
  beat_.start();
}

void Backend::Forget() {
  instance_.clear();
  version_.clear();
  sandbox_url_.clear();
  files_ = {};
  pid_ = 0;
  proxy_running_ = false;
  proxy_busy_ = false;
  proxy_port_ = 0;
  proxy_address_.clear();
  proxy_addresses_.clear();
  proxy_error_.clear();
  request_count_ = -1;
  requests_per_second_ = 0;
  beating_ = false;
  silent_ = false;
  ForgetError();
  if (!std::exchange(provider_names_, {}).isEmpty()) Q_EMIT providersNamed();
}

QString Backend::target() const { return options_ ? QString::fromStdString(options_->target) : QString(); }
bool Backend::local() const { return target().startsWith("unix:"); }

QString Backend::baseUrl() const {
  QString address = proxy_address_.isEmpty() ? QStringLiteral("127.0.0.1:%1").arg(proxy_port_) : proxy_address_;
  const QString host = address.section(':', 0, -2);
  // All addresses of that machine: the one by which this app has found it will do.
  if (host == "0.0.0.0" || host == "[::]") {
    const QString reached = local() ? QStringLiteral("127.0.0.1") : machine();
    address = reached + ':' + address.section(':', -1);
  }
  return QStringLiteral("http://") + address;
}

QString Backend::machine() const { return local() ? QString() : target().section(':', 1, -2); }

// A daemon that is reached at this machine's loopback is on this machine, or its ports are forwarded to it.
bool Backend::proxyElsewhere() const {
  return !local() && !IsLoopback(machine()) && IsLoopback(proxy_address_.section(':', 0, -2));
}

QString Backend::proxyError() const {
  return proxy_error_.isEmpty() ? QString() : DaemonText(tr("The proxy does not listen"), proxy_error_);
}

QString Backend::lastError() const {
  if (last_error_id_.isEmpty()) return {};
  const QString kind = ErrorKindText(last_error_kind_);
  return last_error_model_.isEmpty() ? kind : kind + QStringLiteral(" · ") + last_error_model_;
}

void Backend::NoteErrors(const RequestBatch& rows) {
  // A client that leaves is its own affair.
  const auto failed = [](const RequestRow& row) { return row.failed() && row.error_kind != "client_left"; };
  const auto last = std::find_if(rows.rbegin(), rows.rend(), failed);
  if (last == rows.rend()) return;
  last_error_kind_ = last->error_kind;
  last_error_model_ = last->model;
  last_error_id_ = last->id;
  last_error_ms_ = QDateTime::currentMSecsSinceEpoch();
  Q_EMIT lastErrorChanged();
}

void Backend::ForgetError() {
  if (last_error_id_.isEmpty()) return;
  last_error_id_.clear();
  Q_EMIT lastErrorChanged();
}

void Backend::OnStream() { AskServerInfo(); }

void Backend::OnStreamLost(const absl::Status& status) {
  silent_ = status.code() == absl::StatusCode::kDeadlineExceeded;
  // Also one of another version, when it ends: it makes room for one that fits.
  SetConnection(instance_.isEmpty() ? Connecting : Lost,
                [status, target = target()] { return ExplainConnection(status, target).text; });
}

void Backend::AskServerInfo() {
  rpc_->Call(
      this, [](client::ControlClient& client) { return client.GetServerInfo(); },
      [this](absl::StatusOr<client::v1::GetServerInfoResponse> info) {
        if (!info.ok()) return OnStreamLost(info.status());
        version_ = QString::fromStdString(info->version());
        sandbox_url_ = QString::fromStdString(info->sandbox_url());
        files_ = {QString::fromStdString(info->program()), QString::fromStdString(info->config_file()),
                  QString::fromStdString(info->data_dir()), static_cast<DaemonFiles::Log>(info->log_target()),
                  QString::fromStdString(info->log_file())};
        pid_ = info->pid();
        if (info->api_revision() < kOldestRevision || MajorMinor(version_) != MajorMinor(QStringLiteral(AG_VERSION))) {
          return SetConnection(Refused, [version = version_] {
            return tr("gatewayd %1 runs here, but this app is version %2. Install the same version of both, then "
                      "restart gatewayd.")
                .arg(version, QStringLiteral(AG_VERSION));
          });
        }
        const bool again = connection_ == Connected && instance_ == QString::fromStdString(info->instance());
        instance_ = QString::fromStdString(info->instance());
        request_count_ = -1;
        silent_ = false;
        SetConnection(Connected, {});
        AskProxyStatus();
        if (again) return;
        AskProviders();
        Q_EMIT resynced();
      });
}

void Backend::AskProviders() {
  rpc_->Call(
      this, [](client::ControlClient& client) { return client.ListProviders(); },
      [this](absl::StatusOr<client::v1::ListProvidersResponse> reply) {
        if (!reply.ok()) return;  // the ids are names too
        QHash<QString, QString> names;
        for (const client::v1::Provider& provider : reply->providers()) {
          names.insert(QString::fromStdString(provider.name()), QString::fromStdString(provider.display_name()));
        }
        if (std::exchange(provider_names_, names) != names) Q_EMIT providersNamed();
      });
}

QString Backend::ProviderId(const QString& name) const {
  const QString wanted = name.trimmed();
  for (auto each = provider_names_.begin(); each != provider_names_.end(); ++each) {
    if (each.value().compare(wanted, Qt::CaseInsensitive) == 0) return each.key();
  }
  return wanted;
}

void Backend::Beat() {
  if (connection_ == Refused) return;
  if (!beating_) return AskProxyStatus();
  if (silent_ || !since_beat_.hasExpired(kSilenceMs)) return;
  silent_ = true;
  SetConnection(instance_.isEmpty() ? Connecting : Lost, [at = target()] {
    return tr("gatewayd at %1 accepts connections, but does not answer: it may hang. The app goes on trying.").arg(at);
  });
}

void Backend::AskProxyStatus() {
  if (beating_) return;
  beating_ = true;
  since_beat_.start();
  rpc_->CallBeat(
      this, [](client::ControlClient& client) { return client.GetProxyStatus(); },
      [this](absl::StatusOr<client::v1::GetProxyStatusResponse> reply) {
        beating_ = false;
        if (!reply.ok()) return;  // the stream tells when the daemon is gone
        if (silent_) AskServerInfo();
        if (connection_ != Connected) return;
        const auto& status = reply->status();
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const qint64 count = status.request_count();
        if (request_count_ >= 0 && now > counted_ms_) {
          requests_per_second_ =
              1000.0 * static_cast<double>(count - request_count_) / static_cast<double>(now - counted_ms_);
        }
        request_count_ = count;
        counted_ms_ = now;
        proxy_running_ = status.running();
        proxy_port_ = status.port();
        proxy_addresses_.clear();
        for (const std::string& address : status.addresses()) proxy_addresses_ << QString::fromStdString(address);
        proxy_address_ = proxy_addresses_.value(0);
        proxy_error_ = QString::fromStdString(status.last_error());
        Q_EMIT proxyChanged();
      });
}

void Backend::refresh() { AskProxyStatus(); }

void Backend::startProxy() { SwitchProxy(true); }
void Backend::stopProxy() { SwitchProxy(false); }

void Backend::SwitchProxy(bool on) {
  if (proxy_busy_ || !connected()) return;
  proxy_busy_ = true;
  Q_EMIT proxyChanged();
  rpc_->CallSlow(
      this,
      [on](client::ControlClient& client) { return on ? client.StartProxy().status() : client.StopProxy().status(); },
      [this](const absl::Status& status) {
        proxy_busy_ = false;
        Q_EMIT proxyChanged();
        if (!status.ok()) Report(status);
        AskProxyStatus();
      });
}

void Backend::SetConnection(Connection connection, LiveText error) {
  if (connection_ == connection && connection_error_.Say() == error.Say()) return;
  connection_ = connection;
  connection_error_ = std::move(error);
  if (connection != Connected) {
    proxy_running_ = false;
    requests_per_second_ = 0;
    Q_EMIT proxyChanged();
  }
  Q_EMIT connectionChanged();
}

void Backend::Report(const absl::Status& status) { Q_EMIT failed(FailureText(status)); }

}  // namespace ag::gui
