#include "gatewayd/http/port_holder.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <dirent.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string_view>

namespace ag::http {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const { closedir(dir); }
};
using DirPtr = std::unique_ptr<DIR, DirCloser>;

// Adds the inodes of the listening sockets on `port` (proc(5), /proc/net/tcp).
void AddListeners(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream in(table);
  std::string line;
  std::getline(in, line);  // titles
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    const auto colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;
    if (std::stoul("0" + local.substr(colon + 1), nullptr, 16) == port) inodes.insert(inode);
  }
}

bool HoldsOneOf(const std::string& pid, const std::set<std::string>& inodes) {
  const std::string folder = absl::StrCat("/proc/", pid, "/fd");
  const DirPtr dir(opendir(folder.c_str()));
  if (dir == nullptr) return false;
  while (const dirent* entry = readdir(dir.get())) {
    char target[64];
    const std::string link = absl::StrCat(folder, "/", entry->d_name);
    const ssize_t size = readlink(link.c_str(), target, sizeof target);
    if (size <= 0) continue;
    const std::string_view text(target, static_cast<std::size_t>(size));
    constexpr std::string_view kPrefix = "socket:[";
    if (text.substr(0, kPrefix.size()) != kPrefix) continue;
    if (inodes.count(std::string(text.substr(kPrefix.size(), text.size() - kPrefix.size() - 1))) > 0) return true;
  }
  return false;
}

}  // namespace

std::string FindPortHolder(std::uint16_t port) {
  std::set<std::string> inodes;
  AddListeners("/proc/net/tcp", port, inodes);
  AddListeners("/proc/net/tcp6", port, inodes);
  const DirPtr proc(inodes.empty() ? nullptr : opendir("/proc"));
  if (proc == nullptr) return {};
  int holder = 0;
  while (const dirent* entry = readdir(proc.get())) {
    int pid = 0;
    if (!absl::SimpleAtoi(entry->d_name, &pid) || !HoldsOneOf(entry->d_name, inodes)) continue;
    holder = pid;
    // We may hold the same port of another address: it is somebody else that is looked for.
    if (pid != getpid()) break;
  }
  if (holder == 0) return {};
  std::ifstream comm(absl::StrCat("/proc/", holder, "/comm"));
  std::string name;
  std::getline(comm, name);
  return absl::StrCat(name.empty() ? "a process" : name, " (pid ", holder, ")");
}

}  // namespace ag::http
