#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/loss.h"

// The one table of what is said differently between dialects. docs/wire-mapping.md is made from it, and each loss in a
// report names one of its rows by code.
namespace ag::wire {

struct LossRule {
  std::string_view code;  // Reason::code of the loss; unique
  LossClass loss_class = LossClass::kDrop;
  std::string_view from;     // client dialects, "chat, responses"; "any"; or "reply" for what a reply loses
  std::string_view to;       // upstream dialects; "any foreign"; "any": the client's own too
  std::string_view field;    // as the source dialect writes it, "[]" for any index; several separated by ", "
  std::string_view meaning;  // one English sentence: what happens to it, and why
  std::string_view page;     // the provider's page that says so; several separated by a space
};

std::span<const LossRule> LossRules();  // sorted by code
const LossRule* FindLossRule(std::string_view code);

// The loss of `field` that the row `code` describes: its class is the row's. A code without a row is a bug.
Loss LossOf(std::string_view field, std::string_view code, std::vector<std::pair<std::string, std::string>> args = {});

}  // namespace ag::wire
