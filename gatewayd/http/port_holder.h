#pragma once

#include <cstdint>
#include <string>

namespace ag::http {

// "nginx (pid 812)": the process that listens on a TCP port of this machine, as far as /proc lets us see; empty if not.
std::string FindPortHolder(std::uint16_t port);

}  // namespace ag::http
