#include "gatewayd/auth/secret_box.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gatewayd/base/error.h"

namespace ag::auth {
namespace {

SecretBox::Key KeyOf(std::uint8_t first) {
  SecretBox::Key key{};
  key[0] = first;
  return key;
}

constexpr char kBinding[] = "acc_1\nhttps://api.openai.com";

TEST(SecretBox, OpensWhatItSealed) {
  const SecretBox box(KeyOf(1));
  for (const std::string text : {"sk-live-1234", "", "with \n newline and 日本", "x"}) {
    const auto opened = box.Open(box.Seal(Secret(text), kBinding), kBinding);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->Reveal(), text);
  }
}

TEST(SecretBox, SealsTheSameSecretDifferentlyEachTime) {
  const SecretBox box(KeyOf(1));
  const std::string first = box.Seal(Secret("sk-live-1234"), kBinding);
  EXPECT_NE(first, box.Seal(Secret("sk-live-1234"), kBinding));
  EXPECT_TRUE(first.starts_with("v1:"));
  EXPECT_EQ(first.find("live"), std::string::npos);
}

TEST(SecretBox, DoesNotOpenForAnotherAccountOrOrigin) {
  const SecretBox box(KeyOf(1));
  const std::string sealed = box.Seal(Secret("sk-live-1234"), kBinding);
  for (const char* other : {"acc_1\nhttps://evil.example", "acc_2\nhttps://api.openai.com", ""}) {
    const auto opened = box.Open(sealed, other);
    ASSERT_FALSE(opened.ok()) << other;
    EXPECT_EQ(KindOf(opened.status()), ErrorKind::kAccountAuth);
    EXPECT_THAT(std::string(opened.status().message()), testing::HasSubstr("Enter the secret again"));
  }
}

TEST(SecretBox, DoesNotOpenWithAnotherKey) {
  const std::string sealed = SecretBox(KeyOf(1)).Seal(Secret("sk-live-1234"), kBinding);
  EXPECT_EQ(KindOf(SecretBox(KeyOf(2)).Open(sealed, kBinding).status()), ErrorKind::kAccountAuth);
  EXPECT_NE(SecretBox(KeyOf(1)).KeyFingerprint(), SecretBox(KeyOf(2)).KeyFingerprint());
}

TEST(SecretBox, NoFlippedBitOpens) {
  const SecretBox box(KeyOf(1));
  const std::string sealed = box.Seal(Secret("sk-1"), kBinding);
  std::string bytes;
  ASSERT_TRUE(absl::Base64Unescape(sealed.substr(3), &bytes));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(box.Open("v1:" + absl::Base64Escape(damaged), kBinding).ok()) << bit;
  }
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(box.Open(damaged, kBinding).ok()) << damaged;
  }
}

TEST(SecretBox, RefusesWhatIsTooShortOrOfAnotherFormat) {
  const SecretBox box(KeyOf(1));
  const std::string sealed = box.Seal(Secret("sk-live-1234"), kBinding);
  for (const std::string& text : {std::string(), std::string("v1:"), std::string("v1:AAAA"), "v2:" + sealed.substr(3),
                                  sealed.substr(3), sealed.substr(0, sealed.size() - 4), sealed + "\n"}) {
    EXPECT_EQ(KindOf(box.Open(text, kBinding).status()), ErrorKind::kAccountAuth) << text;
  }
}

// Computed by another program, so that the format is what its comment says: nonce ‖ AES-256-GCM, "v1:" + binding as
// AAD.
TEST(SecretBox, OpensAKnownAnswer) {
  SecretBox::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  const auto opened =
      SecretBox(key).Open("v1:ZGVmZ2hpamtsbW5vO3DzDReGIfDxQnyI3y0xtWviRtbIkFUs", "acc_1\nhttps://api.example");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->Reveal(), "sk-known");
}

TEST(NewGatewayKey, IsLongAndNeverTheSame) {
  std::set<std::string> keys;
  for (int i = 0; i < 50; ++i) keys.emplace(NewGatewayKey().Reveal());
  EXPECT_EQ(keys.size(), 50U);
  EXPECT_THAT(*keys.begin(), testing::MatchesRegex("sk-[A-Za-z0-9]+"));
  EXPECT_EQ(keys.begin()->size(), 51U);
}

TEST(KeyHash, IsSha256) {
  EXPECT_EQ(KeyHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2
}

}  // namespace
}  // namespace ag::auth
