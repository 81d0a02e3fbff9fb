if(AG_SANITIZER)
  add_compile_options(-fsanitize=${AG_SANITIZER} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${AG_SANITIZER})
  if(AG_SANITIZER STREQUAL "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
    # Debian's libraries are built without RTTI for sanitizers: vptr checks cannot see them.
    add_compile_options(-fno-sanitize=vptr)
  endif()
endif()
if(AG_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage for tests/fuzz; only its programs link the driver
endif()
