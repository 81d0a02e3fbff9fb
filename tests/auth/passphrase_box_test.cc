#include "gatewayd/auth/passphrase_box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/base/error.h"

namespace ag::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const Secret kPassphrase(std::string("correct horse"));

std::string Sealed(const std::string& text) {
  const auto file = PassphraseBox::Seal(Secret(text), kPassphrase);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *file : std::string();
}

// "field: message" of a refusal.
std::string Refusal(std::string_view file, std::string_view passphrase = "correct horse") {
  const auto opened = PassphraseBox::Open(file, Secret(std::string(passphrase)));
  if (opened.ok()) return "opened";
  EXPECT_EQ(KindOf(opened.status()), ErrorKind::kInvalidRequest);
  return DetailOf(opened.status()).param + ": " + std::string(opened.status().message());
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  text.replace(text.find(what), what.size(), with);
  return text;
}

TEST(PassphraseBox, OpensWhatItSealed) {
  const std::string text = "{\"key\":\"sk-secret\"}" + std::string(5000, 'x');
  const std::string file = Sealed(text);
  EXPECT_THAT(file, StartsWith("AG-GATEWAY-ACCOUNTS 1\nscrypt N=32768 r=8 p=1 salt="));
  EXPECT_THAT(file, Not(HasSubstr("sk-secret")));
  const auto opened = PassphraseBox::Open(file, kPassphrase);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->Reveal(), text);
  EXPECT_NE(Sealed(text), file) << "another salt and nonce";
}

TEST(PassphraseBox, OpensAFileWithTheLineEndsOfAnotherSystem) {
  std::string file;
  for (const char c : Sealed("text")) file += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(PassphraseBox::Open(file, kPassphrase)->Reveal(), "text");
}

TEST(PassphraseBox, RefusesAWrongPassphraseAndADamagedFile) {
  const std::string file = Sealed("text");
  EXPECT_THAT(Refusal(file, "correct hors"), StartsWith("passphrase: "));
  std::string flipped = file;
  flipped[flipped.size() - 10] = flipped[flipped.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_THAT(Refusal(flipped), StartsWith("passphrase: "));
  EXPECT_THAT(Refusal(file.substr(0, file.size() - 9)),
              testing::AnyOf(StartsWith("passphrase: "), StartsWith("file: ")));
  EXPECT_THAT(Refusal(Replaced(file, "p=1", "p=2")), StartsWith("passphrase: ")) << "the header is authenticated";
}

TEST(PassphraseBox, RefusesWhatIsNoSuchFile) {
  const std::string file = Sealed("text");
  EXPECT_THAT(Refusal(""), HasSubstr("agctl accounts export"));
  EXPECT_THAT(Refusal("{\"accounts\":[]}"), HasSubstr("agctl accounts export"));
  EXPECT_THAT(Refusal(Replaced(file, "ACCOUNTS 1", "ACCOUNTS 2")), HasSubstr("newer version"));
  EXPECT_THAT(Refusal(file + "?"), HasSubstr("not Base64"));
}

TEST(PassphraseBox, RefusesCostsThatAreTooLowOrTakeAllMemory) {
  const std::string file = Sealed("text");
  for (const char* cost : {"N=1024 r=8", "N=32769 r=8", "N=1073741824 r=8", "N=32768 r=4000000000", "N=32768 r=0",
                           "N=-1 r=8", "N=32768 r=8 x=1"}) {
    EXPECT_THAT(Refusal(Replaced(file, "N=32768 r=8", cost)), HasSubstr("second line")) << cost;
  }
  EXPECT_THAT(Refusal(Replaced(file, "p=1", "p=4000000000")), HasSubstr("second line"));
}

TEST(PassphraseBox, WantsAPassphraseWorthTheName) {
  const auto refused = PassphraseBox::Seal(Secret(std::string("text")), Secret(std::string("short")));
  EXPECT_EQ(DetailOf(refused.status()).param, "passphrase");
}

}  // namespace
}  // namespace ag::auth
