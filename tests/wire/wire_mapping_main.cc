#include <iostream>

#include "gatewayd/wire/loss_rules.h"
#include "wire_mapping.h"

// Prints docs/wire-mapping.md.
int main() {
  std::cout << ag::wire::WireMapping(ag::wire::LossRules());
  return 0;
}
