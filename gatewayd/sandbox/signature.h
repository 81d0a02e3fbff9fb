#pragma once

#include <string>
#include <string_view>

namespace ag::sandbox {

// The opaque state that a thinking model hands out: 96 bytes that look random, as base64. It proves itself, so the
// sandbox remembers nothing: the last bytes are made of the others and of `binding`, which is what the state belongs to
// (the protocol's name and, where the provider ties the two, the thought's text or the call's name).
std::string MakeSignature(std::string_view binding, std::string_view seed);

// Whether `signature` is, character by character, one that MakeSignature made for `binding`.
bool IsSignature(std::string_view signature, std::string_view binding);

}  // namespace ag::sandbox
