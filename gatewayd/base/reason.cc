#include "gatewayd/base/reason.h"

namespace ag {

std::string ToLogText(const Reason& reason) {
  std::string text = reason.code;
  std::string_view separator = ": ";
  for (const auto& [name, value] : reason.args) {
    text.append(separator).append(name).append("=").append(value);
    separator = ", ";
  }
  return text;
}

}  // namespace ag
