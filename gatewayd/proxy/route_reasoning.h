#pragma once

#include "gatewayd/catalog/model_info.h"
#include "gatewayd/routing/route.h"
#include "gatewayd/wire/chat_request.h"

namespace ag::proxy {

// A route's choice as the dialects' codecs take it, for the model that is asked: of an effort and a budget the one that
// the model is controlled by. `choice` is not empty.
wire::ReasoningSpec SpecOf(const routing::ReasoningChoice& choice, const catalog::ModelInfo& model);

}  // namespace ag::proxy
