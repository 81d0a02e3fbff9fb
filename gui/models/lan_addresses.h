#pragma once

#include <QtQml/qqmlregistration.h>

#include <QElapsedTimer>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <functional>

namespace ag::gui {

class Backend;

// An address of this machine, and the device that has it.
struct OwnAddress {
  QHostAddress address;
  QString device;  // "eth0"
};
using OwnAddresses = std::function<QList<OwnAddress>()>;

// Where the kernel tells of its network devices.
inline constexpr char kNetworkDevices[] = "/sys/class/net";

// A bridge that no card of this machine is part of: it joins containers or virtual machines here, and leads nowhere
// else.
bool StaysInside(const QString& device, const QString& devices = kNetworkDevices);

// Those of the devices that are up and lead to other machines, without the loopback's and those that hold on one link
// only.
QList<OwnAddress> AddressesOfThisMachine(const QString& devices = kNetworkDevices);

// What other machines enter to reach a gateway of this machine that lets them. Of a gateway on another machine this
// app's own way to it tells that already. GUI thread only.
class LanAddresses : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QVariantList list READ list NOTIFY changed)

 public:
  // `own`: what this machine's addresses are, asked again now and then.
  LanAddresses(const Backend& backend, OwnAddresses own, QObject* parent = nullptr);

  // The gateway of this machine listens for others.
  bool open() const { return open_; }
  // {url, device}; IPv4 first.
  QVariantList list() const { return list_; }

 Q_SIGNALS:
  void changed();

 private:
  void Look();

  const Backend& backend_;
  const OwnAddresses own_;
  QStringList listening_;  // of the gateway, when it was looked
  QElapsedTimer since_look_;
  bool open_ = false;
  QVariantList list_;
};

}  // namespace ag::gui
