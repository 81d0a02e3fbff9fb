#include "gatewayd/auth/passphrase_box.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "gatewayd/auth/aes_gcm.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

using Cost = PassphraseBox::Cost;

constexpr std::string_view kMagic = "AG-GATEWAY-ACCOUNTS ";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kLineLength = 76;
constexpr std::size_t kMaxFile = 64U << 20U;
// What a file may ask for: a hostile header must not take all memory. scrypt needs 128 · N · r bytes.
constexpr std::uint64_t kMaxMemory = 512U << 20U;
constexpr std::uint32_t kMaxRounds = 16;

absl::Status BadFile(std::string_view why) { return FieldError(ErrorKind::kInvalidRequest, "file", why); }

// A key that is wiped when it dies.
class DerivedKey {
 public:
  DerivedKey(const Secret& passphrase, std::string_view salt, const Cost& cost) {
    const std::string_view text = passphrase.Reveal();
    const std::uint64_t memory = 128 * cost.n * cost.r + (1U << 20U);
    AG_CHECK(EVP_PBE_scrypt(text.data(), text.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                            cost.n, cost.r, cost.p, memory, key_.data(), key_.size()) == 1);
  }
  ~DerivedKey() { OPENSSL_cleanse(key_.data(), key_.size()); }
  DerivedKey(const DerivedKey&) = delete;
  DerivedKey& operator=(const DerivedKey&) = delete;
  const AesKey& key() const { return key_; }

 private:
  AesKey key_{};
};

struct Header {
  Cost cost;
  std::string salt;
};

std::string HeaderText(const Header& header) {
  return absl::StrCat(ToAbsl(kMagic), ToAbsl(kVersion), "\nscrypt N=", header.cost.n, " r=", header.cost.r,
                      " p=", header.cost.p, " salt=", absl::Base64Escape(header.salt), "\n");
}

bool InBounds(const Cost& cost) {
  if (!std::has_single_bit(cost.n) || cost.n < Cost().n || cost.r == 0 || cost.p == 0 || cost.p > kMaxRounds) {
    return false;
  }
  return cost.r <= kMaxMemory / 128 / cost.n;
}

std::optional<Header> ReadParameters(std::string_view line) {
  const std::vector<std::string> words = absl::StrSplit(ToAbsl(line), ' ');
  if (words.size() != 5 || words[0] != "scrypt") return std::nullopt;
  Header header;
  const auto number = [](const std::string& word, std::string_view name, auto* value) {
    return word.starts_with(name) && absl::SimpleAtoi(word.substr(name.size()), value);
  };
  const bool read = number(words[1], "N=", &header.cost.n) && number(words[2], "r=", &header.cost.r) &&
                    number(words[3], "p=", &header.cost.p) && words[4].starts_with("salt=") &&
                    absl::Base64Unescape(words[4].substr(5), &header.salt);
  if (!read || header.salt.size() != kSaltBytes || !InBounds(header.cost)) return std::nullopt;
  return header;
}

// Takes a line, without its end, from the front of `text`.
std::string_view TakeLine(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);  // carried through a mail or an editor
  return line;
}

}  // namespace

absl::StatusOr<std::string> PassphraseBox::Seal(const Secret& text, const Secret& passphrase) {
  if (passphrase.Reveal().size() < kShortestPassphrase) {
    return FieldError(ErrorKind::kInvalidRequest, "passphrase",
                      absl::StrCat("the passphrase is shorter than ", kShortestPassphrase,
                                   " bytes; take several words: it is all that protects the file"));
  }
  Header header;
  header.salt.resize(kSaltBytes);
  AG_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(header.salt.data()), kSaltBytes) == 1);
  std::string file = HeaderText(header);
  const DerivedKey key(passphrase, header.salt, header.cost);
  const std::array<std::string_view, 1> associated{file};
  const std::string body = absl::Base64Escape(AesSeal(key.key(), associated, text.Reveal()));
  for (std::size_t i = 0; i < body.size(); i += kLineLength) absl::StrAppend(&file, body.substr(i, kLineLength), "\n");
  return file;
}

absl::StatusOr<Secret> PassphraseBox::Open(std::string_view file, const Secret& passphrase) {
  if (file.size() > kMaxFile) return BadFile("the file is too large to hold accounts");
  std::string_view first = TakeLine(file);
  if (!first.starts_with(kMagic)) return BadFile("this is no file that `agctl accounts export` wrote");
  first.remove_prefix(kMagic.size());
  if (first != kVersion) return BadFile("the file is of a newer version of AG Gateway; import it there");
  const auto header = ReadParameters(TakeLine(file));
  if (!header) return BadFile("the file's second line is damaged");
  std::string body;
  while (!file.empty()) body += TakeLine(file);
  std::string sealed;
  if (!absl::Base64Unescape(body, &sealed)) return BadFile("the file is damaged: its body is not Base64");
  const std::string head = HeaderText(*header);
  const DerivedKey key(passphrase, header->salt, header->cost);
  const std::array<std::string_view, 1> associated{head};
  auto text = AesOpen(key.key(), associated, sealed);
  if (!text) {
    return FieldError(ErrorKind::kInvalidRequest, "passphrase",
                      "the file does not open: the passphrase is wrong, or the file is damaged");
  }
  return *std::move(text);
}

}  // namespace ag::auth
