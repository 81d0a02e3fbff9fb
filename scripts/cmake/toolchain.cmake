# ccache and mold when they are present. Paths are hashed relative to the checkout, so that another clone or another
# preset with the same flags finds what was compiled before.
find_program(AG_CCACHE ccache)
if(AG_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${AG_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()

find_program(AG_MOLD mold)
if(AG_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# A clang PCH carries time stamps that would defeat ccache.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

# Debug information only as deep as a stack trace needs: it halves link time and disk.
string(REPLACE "-g" "-g1" CMAKE_CXX_FLAGS_DEBUG "${CMAKE_CXX_FLAGS_DEBUG}")
set(CMAKE_CXX_FLAGS_DEBUG "${CMAKE_CXX_FLAGS_DEBUG} -O1")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# CMake gives executables -fPIE; they share the libraries' precompiled header, which clang takes only with equal flags.
add_compile_options(-fPIC)

add_compile_definitions(
  # See docs/threading.md: coroutine frames of one session stay in the thread's cache.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)

# Since 18 clang spells constrained template parameters in symbol names (absl::Cord's constructor is one); the
# distribution's libraries are built with g++ 12, which does not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fclang-abi-compat=17>)
endif()
