# Warnings are errors in our own code; generated code links ag_warnings_off instead.
add_library(ag_warnings INTERFACE)
target_compile_options(ag_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(ag_warnings INTERFACE -Wno-sign-conversion -Wno-missing-field-initializers)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives from inlined library code, designated initialisers and coroutine frames that it
  # inlines the allocation of, but not the release.
  target_compile_options(ag_warnings INTERFACE -Wno-missing-field-initializers -Wno-maybe-uninitialized
    -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer
    -Wno-mismatched-new-delete)
endif()

if(NOT AG_SANITIZER)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
  add_compile_definitions(_GLIBCXX_ASSERTIONS $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro -Wl,-z,now)
endif()
