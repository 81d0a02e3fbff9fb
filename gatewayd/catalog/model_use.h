#pragma once

#include <cstdint>
#include <string_view>

namespace ag::catalog {

// What a model is for. The lists of OpenAI and Google do not say it, or not for all of them; the names do.
enum class ModelUse : std::uint8_t {
  kText,       // answers in text, as far as its name tells
  kEmbedding,  // turns text into numbers
  kOther,      // pictures, speech, films, moderation, live sessions: cannot be asked by a short question
};

// By the words of the model's name; whatever stands before its last '/' does not count.
ModelUse UseOf(std::string_view model);

}  // namespace ag::catalog
