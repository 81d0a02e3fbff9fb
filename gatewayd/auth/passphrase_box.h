#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/secret.h"

namespace ag::auth {

// Seals a text for a file that leaves this machine, by a passphrase that a person chose: the key by scrypt (RFC 7914),
// the text by AES-256-GCM. The file is text:
//
//   AG-GATEWAY-ACCOUNTS 1
//   scrypt N=32768 r=8 p=1 salt=<base64>
//   <base64 of nonce ‖ ciphertext ‖ tag, in lines of 76>
//
// The two header lines are associated data: who changes them gets nothing open.
//
// Both functions take some 100 ms and 32 MB on purpose: never on a shard or the control context.
class PassphraseBox {
 public:
  // scrypt's cost: N is a power of two from 2^15 on.
  struct Cost {
    std::uint64_t n = 1U << 15U;
    std::uint32_t r = 8;
    std::uint32_t p = 1;
  };
  static constexpr std::size_t kShortestPassphrase = 8;

  // InvalidRequest (param "passphrase") when it is shorter than kShortestPassphrase bytes.
  static absl::StatusOr<std::string> Seal(const Secret& text, const Secret& passphrase);
  // InvalidRequest: param "file" for what is no such file, of a newer version, or damaged in its header; param
  // "passphrase" when it does not open, since a wrong passphrase and a damaged file cannot be told apart then.
  static absl::StatusOr<Secret> Open(std::string_view file, const Secret& passphrase);
};

}  // namespace ag::auth
