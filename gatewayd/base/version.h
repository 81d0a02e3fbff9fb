#pragma once

namespace ag {

// As CMakeLists.txt states it.
inline constexpr const char* kVersion = AG_VERSION;

}  // namespace ag
