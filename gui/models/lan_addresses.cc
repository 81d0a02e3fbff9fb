#include "gui/models/lan_addresses.h"

#include <QDir>
#include <QNetworkInterface>
#include <algorithm>
#include <utility>

#include "gui/app/backend.h"

namespace ag::gui {
namespace {

// In which a machine may have come into another network.
constexpr qint64 kLookMs = 5'000;

bool ListensEverywhere(const QStringList& listening, const QString& host) {
  return listening.indexOf(host + ':' + listening.value(0).section(':', -1)) >= 0;
}

// Itself, or what it is made of: a bond, or a VLAN of a card.
bool HasCard(const QDir& device, int depth = 0) {
  constexpr int kDeepest = 8;  // far more than anyone builds
  if (device.exists("device")) return true;
  if (depth == kDeepest) return false;
  const QStringList parts = device.entryList({"lower_*"}, QDir::Dirs | QDir::System);
  return std::ranges::any_of(parts, [&](const QString& part) { return HasCard(device.filePath(part), depth + 1); });
}

}  // namespace

bool StaysInside(const QString& device, const QString& devices) {
  const QDir bridge(devices + '/' + device);
  if (!bridge.exists("bridge")) return false;
  const QStringList ports = QDir(bridge.filePath("brif")).entryList(QDir::Dirs | QDir::System | QDir::NoDotAndDotDot);
  return std::ranges::none_of(ports, [&](const QString& port) { return HasCard(devices + '/' + port); });
}

QList<OwnAddress> AddressesOfThisMachine(const QString& devices) {
  QList<OwnAddress> own;
  const QList<QNetworkInterface> all = QNetworkInterface::allInterfaces();
  for (const QNetworkInterface& device : all) {
    const auto flags = device.flags();
    if (!flags.testFlag(QNetworkInterface::IsRunning) || flags.testFlag(QNetworkInterface::IsLoopBack)) continue;
    if (StaysInside(device.name(), devices)) continue;
    const QList<QNetworkAddressEntry> entries = device.addressEntries();
    for (const QNetworkAddressEntry& entry : entries) {
      if (!entry.ip().isLinkLocal() && !entry.ip().isLoopback()) own.append({entry.ip(), device.name()});
    }
  }
  return own;
}

LanAddresses::LanAddresses(const Backend& backend, OwnAddresses own, QObject* parent)
    : QObject(parent), backend_(backend), own_(std::move(own)) {
  connect(&backend_, &Backend::proxyChanged, this, &LanAddresses::Look);
}

void LanAddresses::Look() {
  const QStringList listening = backend_.local() && backend_.proxyRunning() ? backend_.proxyAddresses() : QStringList();
  if (listening == listening_ && (!open_ || !since_look_.hasExpired(kLookMs))) return;
  listening_ = listening;
  since_look_.start();
  const bool six = ListensEverywhere(listening, QStringLiteral("[::]"));
  const bool four = ListensEverywhere(listening, QStringLiteral("0.0.0.0"));
  QVariantList fours;
  QVariantList sixes;
  const QList<OwnAddress> own = four || six ? own_() : QList<OwnAddress>();
  for (const OwnAddress& each : own) {
    const bool is_four = each.address.protocol() == QAbstractSocket::IPv4Protocol;
    if (is_four ? !four : !six) continue;
    const QString host = is_four ? each.address.toString() : '[' + each.address.toString() + ']';
    (is_four ? fours : sixes) << QVariantMap{
        {"url", QStringLiteral("http://%1:%2").arg(host, listening.constFirst().section(':', -1))},
        {"device", each.device}};
  }
  const QVariantList list = fours + sixes;
  if (std::exchange(open_, four || six) == (four || six) && list == list_) return;
  list_ = list;
  Q_EMIT changed();
}

}  // namespace ag::gui
