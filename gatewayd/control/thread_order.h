#pragma once

// Where gRPC orders two of our functions on different threads, and only gRPC knows: its library is built without
// ThreadSanitizer, which then takes the second for a race with the first. Nothing in other builds.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define AG_TSAN 1
#endif
#endif

namespace ag::control {

// What this thread did so far comes before what another does after OrderedAfter with the same object.
inline void OrderedBefore([[maybe_unused]] void* object) {
#ifdef AG_TSAN
  __tsan_release(object);
#endif
}
inline void OrderedAfter([[maybe_unused]] void* object) {
#ifdef AG_TSAN
  __tsan_acquire(object);
#endif
}

}  // namespace ag::control
