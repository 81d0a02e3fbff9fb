#pragma once

#include <string>
#include <string_view>

namespace ag::test {

// An RSA key of 2048 bits, made once a process: the key of a service account.
class RsaKey {
 public:
  static const RsaKey& Shared();

  const std::string& private_pem() const { return private_pem_; }  // PKCS #8
  // Whether `signature` is this key's RS256 signature of `text`.
  bool Verifies(std::string_view text, std::string_view signature) const;

 private:
  RsaKey();
  std::string private_pem_;
  std::string public_pem_;
};

// A service account's JSON file as Google's console writes it.
std::string ServiceAccountFile(std::string_view token_uri);

}  // namespace ag::test
