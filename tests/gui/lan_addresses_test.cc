#include "gui/models/lan_addresses.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace ag::gui {
namespace {

// Devices as the kernel shows them, each a folder.
class Devices {
 public:
  QString folder() const { return folder_.path(); }
  bool StaysInside(const QString& device) const { return gui::StaysInside(device, folder_.path()); }

  void Virtual(const QString& name) { Make(name); }
  void Card(const QString& name) {
    Make(name + "/hardware");
    Link(name + "/hardware", name + "/device");
  }
  // Made of another: a VLAN, a bond.
  void Above(const QString& name, const QString& lower) {
    Make(name);
    Link(lower, name + "/lower_" + lower);
  }
  void Bridge(const QString& name, const QStringList& ports) {
    Make(name + "/bridge");
    Make(name + "/brif");
    for (const QString& port : ports) {
      Make(port + "/brport");
      Link(port + "/brport", name + "/brif/" + port);
      Link(port, name + "/lower_" + port);
    }
  }

 private:
  void Make(const QString& path) { EXPECT_TRUE(QDir(folder_.path()).mkpath(path)); }
  void Link(const QString& to, const QString& path) {
    EXPECT_TRUE(QFile::link(folder_.filePath(to), folder_.filePath(path)));
  }
  QTemporaryDir folder_;
};

TEST(StaysInside, HoldsForABridgeOfContainersAndVirtualMachines) {
  Devices devices;
  devices.Virtual("veth1");
  devices.Virtual("vnet0");
  devices.Bridge("docker0", {"veth1"});
  devices.Bridge("virbr0", {"vnet0"});
  devices.Bridge("br-5f2c8a1d0e47", {});
  for (const char* name : {"docker0", "virbr0", "br-5f2c8a1d0e47"}) EXPECT_TRUE(devices.StaysInside(name)) << name;
}

TEST(StaysInside, DoesNotHoldForABridgeWithACardInIt) {
  Devices devices;
  devices.Virtual("vnet0");
  devices.Card("eth0");
  devices.Card("eth1");
  devices.Above("eth1.20", "eth1");
  devices.Card("eth2");
  devices.Above("bond0", "eth2");
  devices.Above("bond0.7", "bond0");
  devices.Bridge("br0", {"vnet0", "eth0"});
  devices.Bridge("vlan20", {"eth1.20"});
  devices.Bridge("vmbr0", {"bond0.7"});
  for (const char* name : {"br0", "vlan20", "vmbr0"}) EXPECT_FALSE(devices.StaysInside(name)) << name;
}

// A container's only way out is such a device, and people reach each other by VPNs.
TEST(StaysInside, DoesNotHoldForWhatIsNoBridge) {
  Devices devices;
  devices.Card("wlan0");
  for (const char* name : {"veth1", "tailscale0", "wg0", "tun0"}) devices.Virtual(name);
  for (const char* name : {"wlan0", "veth1", "tailscale0", "wg0", "tun0", "gone0"}) {
    EXPECT_FALSE(devices.StaysInside(name)) << name;
  }
}

TEST(AddressesOfThisMachine, LeaveOutWhatStaysInside) {
  const Devices none;
  Devices devices;
  for (const OwnAddress& own : AddressesOfThisMachine(none.folder())) devices.Bridge(own.device, {});
  EXPECT_TRUE(AddressesOfThisMachine(devices.folder()).isEmpty());
}

}  // namespace
}  // namespace ag::gui
