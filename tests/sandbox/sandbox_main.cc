// Serves the sandbox provider until its standard input ends: sandbox_main [PORT]. Prints "port N".
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/sandbox/sandbox_provider.h"

int main(int argc, char** argv) {
  std::uint16_t wanted = 0;
  if (argc > 1) {
    const std::string_view text = argv[1];
    if (std::from_chars(text.data(), text.data() + text.size(), wanted).ec != std::errc()) return 2;
  }
  const ag::SystemClock clock;
  ag::sandbox::SandboxProvider provider(clock);
  const absl::StatusOr<std::uint16_t> port = provider.Start(wanted);
  if (!port.ok()) {
    std::fprintf(stderr, "%s\n", port.status().ToString().c_str());
    return 1;
  }
  std::printf("port %d\n", *port);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
