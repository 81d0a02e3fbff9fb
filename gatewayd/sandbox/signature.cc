#include "gatewayd/sandbox/signature.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <cstddef>
#include <cstdint>

#include "gatewayd/base/strings.h"

namespace ag::sandbox {
namespace {

constexpr std::size_t kSeeded = 80;  // bytes made of the seed
constexpr std::size_t kProof = 16;   // bytes made of them and of the binding

// FNV-1a: a proof against mistakes, not against forgers.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// `count` bytes made of the text.
std::string Bytes(std::string_view text, std::size_t count) {
  std::string bytes;
  for (std::size_t round = 0; bytes.size() < count; ++round) {
    std::uint64_t hash = Hash(absl::StrCat(round, ":", ToAbsl(text)));
    hash ^= hash >> 29;  // the low bytes of FNV are poorly mixed
    for (int i = 0; i < 8 && bytes.size() < count; ++i) bytes.push_back(static_cast<char>((hash >> (8 * i)) & 0xFF));
  }
  return bytes;
}

std::string Proof(std::string_view seeded, std::string_view binding) {
  return Bytes(absl::StrCat(ToAbsl(binding), "|", ToAbsl(seeded)), kProof);
}

}  // namespace

std::string MakeSignature(std::string_view binding, std::string_view seed) {
  const std::string seeded = Bytes(seed, kSeeded);
  return absl::Base64Escape(absl::StrCat(seeded, Proof(seeded, binding)));
}

bool IsSignature(std::string_view signature, std::string_view binding) {
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(signature), &bytes) || bytes.size() != kSeeded + kProof) return false;
  if (absl::Base64Escape(bytes) != ToAbsl(signature)) return false;
  const std::string_view all = bytes;
  return Proof(all.substr(0, kSeeded), binding) == all.substr(kSeeded);
}

}  // namespace ag::sandbox
