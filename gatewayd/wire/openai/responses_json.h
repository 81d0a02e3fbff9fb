#pragma once

#include <string>
#include <string_view>

#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/json_members.h"
#include "gatewayd/wire/stream_event.h"

// Reading members of Responses items and events.
namespace ag::wire::openai {

// Content of a reply that has no canonical place; `type` says what it was, `code` is a row of loss_rules.cc.
inline LossNote DropNote(std::string_view field, std::string_view code, std::string_view type) {
  return {LossOf(field, code, {{"type", std::string(type)}})};
}

}  // namespace ag::wire::openai
