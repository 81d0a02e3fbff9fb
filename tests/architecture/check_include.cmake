cmake_minimum_required(VERSION 3.25)
# Compiles SOURCE, whose one include is HEADER, with the include folders INCLUDES (separated by colons).
# EXPECT refused: the compiler must not find that very header. A header that does not exist proves nothing.
if(NOT EXISTS ${ROOT}/${HEADER})
  message(FATAL_ERROR "${HEADER} is not in the source tree: name another header in tests/architecture")
endif()
string(REPLACE ":" ";" folders "${INCLUDES}")
list(REMOVE_ITEM folders "")
list(TRANSFORM folders PREPEND "-I")
set(ENV{LC_ALL} C)  # the words of the compiler are compared below
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
execute_process(COMMAND ${COMPILER} ${flags} -std=c++20 -fsyntax-only ${folders} ${SOURCE}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(EXPECT STREQUAL "allowed")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "An include of ${HEADER} must compile:\n${output}")
  endif()
elseif(result EQUAL 0)
  message(FATAL_ERROR "An include of ${HEADER} compiles against the direction of docs/architecture.md")
elseif(NOT output MATCHES "${HEADER}('? file not found|: No such file)")
  message(FATAL_ERROR "${HEADER} must not be found, but the compiler complains of something else:\n${output}")
endif()
