#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/status.h>

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "gui/app/rpc_worker.h"
#include "gui/models/live_text.h"
#include "gui/models/request_row.h"

namespace ag::client {
class ControlClient;
struct ControlClientOptions;
class EventStream;
}  // namespace ag::client

namespace ag::gui {

class StreamRelay;

// Where the daemon keeps what it works with, on its own machine; empty = it does not tell.
struct DaemonFiles {
  enum class Log : std::uint8_t { kUnknown, kFile, kJournal, kTerminal, kOther };
  QString program;
  QString config;  // config.json
  QString data_dir;
  Log log = Log::kUnknown;
  QString log_file;  // of kFile
};

// The daemon as the app sees it: whether it answers, who it is, whether its proxy listens, and the requests that end.
// Survives the daemon's restarts; everything is on the GUI thread.
class Backend : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(Connection connection READ connection NOTIFY connectionChanged)
  Q_PROPERTY(QString connectionError READ connectionError NOTIFY connectionChanged)
  Q_PROPERTY(QString target READ target NOTIFY connectionChanged)
  Q_PROPERTY(bool local READ local NOTIFY connectionChanged)
  Q_PROPERTY(QString version READ version NOTIFY connectionChanged)
  Q_PROPERTY(bool sandbox READ sandbox NOTIFY connectionChanged)
  Q_PROPERTY(bool proxyRunning READ proxyRunning NOTIFY proxyChanged)
  Q_PROPERTY(int proxyPort READ proxyPort NOTIFY proxyChanged)
  Q_PROPERTY(QString proxyAddress READ proxyAddress NOTIFY proxyChanged)
  Q_PROPERTY(QString proxyError READ proxyError NOTIFY proxyChanged)
  Q_PROPERTY(bool proxyBusy READ proxyBusy NOTIFY proxyChanged)
  Q_PROPERTY(double requestsPerSecond READ requestsPerSecond NOTIFY proxyChanged)
  Q_PROPERTY(QString lastError READ lastError NOTIFY lastErrorChanged)
  Q_PROPERTY(QString lastErrorId READ lastErrorId NOTIFY lastErrorChanged)
  Q_PROPERTY(bool proxyElsewhere READ proxyElsewhere NOTIFY proxyChanged)
  Q_PROPERTY(QString baseUrl READ baseUrl NOTIFY proxyChanged)

 public:
  // The most requests of the picture that a stream begins with.
  static constexpr std::size_t kPictureSize = 512;

  enum Connection {
    Connecting,  // nothing has answered yet
    Connected,
    Lost,     // it answered before, and does not now; connects again by itself
    Refused,  // it answers, but is of a version that this app does not speak with
  };
  Q_ENUM(Connection)

  explicit Backend(QObject* parent = nullptr);
  ~Backend() override;

  // Speaks to the daemon there from now on. What is held back is carried out on the one before, and everything known of
  // it is dropped.
  void Connect(const client::ControlClientOptions& options);

  // For the models; valid after the first Connect.
  RpcWorker& rpc() { return *rpc_; }
  bool connected() const { return connection_ == Connected; }

  Connection connection() const { return connection_; }
  QString connectionError() const { return connection_error_.Say(); }
  const LiveText& connection_fault() const { return connection_error_; }
  QString target() const;
  // True when the daemon is reached by a socket of this machine.
  bool local() const;
  QString version() const { return version_; }
  // It runs with a sandbox, whose accounts get made-up answers.
  bool sandbox() const { return !sandbox_url_.isEmpty(); }
  // Where that listens; empty = there is none.
  QString sandboxUrl() const { return sandbox_url_; }
  const DaemonFiles& files() const { return files_; }
  qint64 pid() const { return pid_; }
  bool proxyRunning() const { return proxy_running_; }
  // False until the daemon has told of its proxy.
  bool proxyKnown() const { return request_count_ >= 0; }
  int proxyPort() const { return proxy_port_; }
  // "127.0.0.1:8045"; empty = it does not listen.
  QString proxyAddress() const { return proxy_address_; }
  // All of them, as the daemon tells them: "0.0.0.0:8045", "[::]:8045".
  QStringList proxyAddresses() const { return proxy_addresses_; }
  QString proxyError() const;
  // A start or stop is under way.
  bool proxyBusy() const { return proxy_busy_; }
  double requestsPerSecond() const { return requests_per_second_; }
  // What clients are given: "http://127.0.0.1:8045", also while the proxy stands still.
  QString baseUrl() const;
  // By which name or address a daemon on another machine is reached; empty = a socket of this machine.
  QString machine() const;
  // The daemon is on another machine, and its proxy listens for programs of that machine only.
  bool proxyElsewhere() const;

  // "Anthropic" of "anthropic", as the daemon names its providers; the same while that is not known.
  QString ProviderName(const QString& id) const { return provider_names_.value(id, id); }
  // The provider that is called so, in whatever case; what is no provider's name stays as it is.
  QString ProviderId(const QString& name) const;

  // Of the last request that failed, for a minute: "Rate limit · gpt-5", and its id. Empty = none did.
  QString lastError() const;
  QString lastErrorId() const { return last_error_id_; }

  Q_INVOKABLE void startProxy();
  Q_INVOKABLE void stopProxy();
  // Asks now rather than at the next beat.
  Q_INVOKABLE void refresh();

  // Tells the person that something failed.
  void Report(const absl::Status& status);

 Q_SIGNALS:
  void connectionChanged();
  void proxyChanged();
  void lastErrorChanged();
  // Another gateway is about to be turned to: what is held back is to be done now, while rpc() is still the old one's.
  void leaving();
  // …and is turned to: nothing that the models have heard holds any more, and no answer to what they have asked comes.
  void forgotten();
  // A daemon is there, a new one or again: every model reads everything anew.
  void resynced();
  // What ProviderName says has changed.
  void providersNamed();
  // The picture to begin with, oldest first: replaces all requests known before.
  void requestsReplaced(std::shared_ptr<const ag::gui::RequestBatch> rows);
  // Requests that ended since, oldest first.
  void requestsArrived(std::shared_ptr<const ag::gui::RequestBatch> rows);
  // A call failed; for a toast.
  void failed(const QString& message);

 private:
  friend class StreamRelay;

  void OnStream();
  void NoteErrors(const RequestBatch& rows);
  void ForgetError();
  void OnStreamLost(const absl::Status& status);
  void AskServerInfo();
  void AskProxyStatus();
  // Whether it answers at all: a daemon may hang, and keep its connections.
  void Beat();
  void AskProviders();
  void SetConnection(Connection connection, LiveText error);
  // Of the gateway that was spoken to.
  void Forget();
  void SwitchProxy(bool on);

  std::unique_ptr<client::ControlClientOptions> options_;
  std::shared_ptr<client::ControlClient> client_;  // shared with calls that still run
  std::unique_ptr<RpcWorker> rpc_;
  std::unique_ptr<StreamRelay> relay_;
  std::unique_ptr<client::EventStream> stream_;
  QTimer beat_;
  Connection connection_ = Connecting;
  LiveText connection_error_;
  QString version_;
  QString sandbox_url_;
  DaemonFiles files_;
  QString instance_;
  QHash<QString, QString> provider_names_;  // by id
  qint64 pid_ = 0;
  bool proxy_running_ = false;
  bool proxy_busy_ = false;
  int proxy_port_ = 0;
  QString proxy_address_;
  QStringList proxy_addresses_;
  QString proxy_error_;
  QString last_error_kind_, last_error_model_, last_error_id_;
  qint64 last_error_ms_ = 0;
  qint64 request_count_ = -1;
  qint64 counted_ms_ = 0;
  QElapsedTimer since_beat_;
  bool beating_ = false;  // an answer is awaited
  bool silent_ = false;   // …for too long: it does not count as there
  double requests_per_second_ = 0;
};

}  // namespace ag::gui
