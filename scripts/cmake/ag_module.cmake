# A module is a folder under gatewayd/ with all its .cc files, one static library ag_<name>, and one include root that
# holds nothing but gatewayd/<name>. A module sees the headers of what it links and no others, so an include against the
# direction of docs/architecture.md does not compile (tests/architecture proves it).
#
#   ag_module(pool PUBLIC_DEPS ag_base DEPS ag_store)
function(ag_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;PUBLIC_DEPS" ${ARGN})
  set(target ag_${name})
  ag_include_root(root gatewayd/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${root})
    target_link_libraries(${target} INTERFACE ${ARG_PUBLIC_DEPS})
    return()
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${root})
  target_link_libraries(${target} PUBLIC ${ARG_PUBLIC_DEPS} PRIVATE ${ARG_DEPS} ag_warnings)
  ag_use_pch(${target})
endfunction()

# Sets <out> to an include root in the build tree in which only <path> (relative to the source tree) is visible.
function(ag_include_root out path)
  string(REPLACE "/" "_" flat ${path})
  set(root ${CMAKE_BINARY_DIR}/include_roots/${flat})
  get_filename_component(parent ${root}/${path} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${path} ${root}/${path} SYMBOLIC)
  set(${out} ${root} PARENT_SCOPE)
endfunction()

# One test binary a module, from the *_test.cc files of the calling folder: ag_test(pool_test DEPS ag_pool). Tests of whole
# processes and many connections run by themselves, since what they wait for is other programs.
function(ag_test name)
  cmake_parse_arguments(ARG "" "" "DEPS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main ag_warnings)
  ag_use_pch(${name})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
  if(ARG_LABELS STREQUAL "integration")
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# The headers that nearly every unit includes. Off in the nopch preset, which proves that no unit relies on it.
function(ag_use_pch target)
  if(NOT AG_PCH)
    return()
  endif()
  if(NOT TARGET ag_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/ag_pch.cc "")
    add_library(ag_pch OBJECT ${CMAKE_BINARY_DIR}/ag_pch.cc)
    target_link_libraries(ag_pch PRIVATE absl::statusor absl::strings absl::flat_hash_map ag_warnings)
    target_precompile_headers(ag_pch PRIVATE
      <algorithm> <atomic> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view>
      <unordered_map> <utility> <variant> <vector>
      <absl/container/flat_hash_map.h> <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM ag_pch)
endfunction()
