#pragma once

#include <string_view>

// The files under data/, compiled in by this folder's CMakeLists.txt. Their form is that of the user's override file.
namespace ag::catalog::shipped {

extern const std::string_view providers;
extern const std::string_view models_openai;
extern const std::string_view models_anthropic;
extern const std::string_view models_gemini;
extern const std::string_view models_compatible;
extern const std::string_view oauth;
extern const std::string_view lessons;
extern const std::string_view prices;

}  // namespace ag::catalog::shipped
