#pragma once

#include <cstdint>
#include <string_view>

#include "gatewayd/wire/chat_request.h"

namespace ag::wire {

// How much the estimate is raised above the plain heuristic, so that it rather errs to the high side.
inline constexpr int kEstimateMarginPercent = 15;

// An estimate of the prompt's tokens where no provider can be asked (TRANSLATION row 27): 4 bytes a token for Latin
// text, 1 token a character for Chinese, Japanese and Korean, 2 bytes a token for other scripts, a few tokens a
// message and a tool, and kEstimateMarginPercent on top. Images count by their size, other media by their bytes, with
// the providers' published rates.
std::int64_t EstimateTokens(const ChatRequest& request);

// The same for one text, without margin.
std::int64_t EstimateTextTokens(std::string_view text);

}  // namespace ag::wire
