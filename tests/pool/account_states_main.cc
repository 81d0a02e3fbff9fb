#include <iostream>

#include "account_states.h"

// Prints docs/account-states.md.
int main() {
  std::cout << ag::pool::AccountStates(ag::pool::TransitionRules());
  return 0;
}
