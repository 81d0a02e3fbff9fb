#include "tests/fuzz/codec_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ag::wire::FuzzCodec(ag::Dialect::kResponses, data, size);
  return 0;
}
