#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "gatewayd/auth/secret_box.h"
#include "tests/support/temp_dir.h"

namespace ag::auth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHex = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

class MasterKeyTest : public testing::Test {
 protected:
  void SetUp() override { Clear(); }
  void TearDown() override { Clear(); }
  static void Clear() {
    unsetenv("AG_MASTER_KEY");
    unsetenv("CREDENTIALS_DIRECTORY");
  }
  void PutKeyFile(const std::string& text, mode_t mode = 0600) {
    test::WriteFile(dir_.File("master.key"), text);
    chmod(dir_.File("master.key").c_str(), mode);
  }
  std::string Failure(KeyCreation creation = KeyCreation::kAllowed) {
    const auto key = LoadMasterKey(dir_.path(), creation);
    EXPECT_FALSE(key.ok());
    return std::string(key.status().message());
  }

  test::TempDir dir_;
};

TEST_F(MasterKeyTest, IsMadeOnceAndPrivate) {
  const auto first = LoadMasterKey(dir_.path(), KeyCreation::kAllowed);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->source, "key-file");
  struct stat facts{};
  ASSERT_EQ(stat(dir_.File("master.key").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  const auto second = LoadMasterKey(dir_.path(), KeyCreation::kForbidden);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->key, second->key);
  EXPECT_NE(first->key, SecretBox::Key{});
}

TEST_F(MasterKeyTest, IsNotMadeWhereSecretsAreSealedAlready) {
  EXPECT_THAT(Failure(KeyCreation::kForbidden), AllOf(HasSubstr(dir_.File("master.key")), HasSubstr("backup")));
  EXPECT_FALSE(std::filesystem::exists(dir_.File("master.key")));
}

TEST_F(MasterKeyTest, AHalfWrittenOneIsNotTaken) {
  test::WriteFile(dir_.File("master.key.new"), "0011");
  const auto key = LoadMasterKey(dir_.path(), KeyCreation::kAllowed);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_FALSE(std::filesystem::exists(dir_.File("master.key.new")));
}

TEST_F(MasterKeyTest, EnvironmentComesFirstThenCredentialsThenFile) {
  PutKeyFile(kHex + "\n");
  auto key = LoadMasterKey(dir_.path(), KeyCreation::kForbidden);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->source, "key-file");
  EXPECT_EQ(key->key[1], 0x11);
  EXPECT_EQ(key->key[31], 0xff);

  const test::TempDir credentials;
  setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1);
  EXPECT_EQ(LoadMasterKey(dir_.path(), KeyCreation::kForbidden)->source, "key-file");  // no such credential
  test::WriteFile(credentials.File("ag-master-key"), std::string(64, '1'));
  EXPECT_EQ(LoadMasterKey(dir_.path(), KeyCreation::kForbidden)->source, "credential-file");

  setenv("AG_MASTER_KEY", std::string(64, '2').c_str(), 1);
  key = LoadMasterKey(dir_.path(), KeyCreation::kForbidden);
  EXPECT_EQ(key->source, "environment");
  EXPECT_EQ(key->key[0], 0x22);
}

TEST_F(MasterKeyTest, AFileThatOthersCanReadIsRefused) {
  PutKeyFile(kHex, 0640);
  EXPECT_THAT(Failure(), AllOf(HasSubstr("chmod 600"), HasSubstr(dir_.File("master.key"))));
}

TEST_F(MasterKeyTest, AMalformedKeyIsRefusedUnquotedAndKept) {
  for (const std::string& text : {kHex.substr(1), kHex + "0", "zz" + kHex.substr(2), std::string()}) {
    PutKeyFile(text);
    EXPECT_THAT(Failure(), AllOf(HasSubstr("64 hexadecimal digits"), Not(HasSubstr("445566"))));
    EXPECT_EQ(test::ReadFile(dir_.File("master.key")), text);
  }
  PutKeyFile(kHex);
  setenv("AG_MASTER_KEY", "short", 1);
  EXPECT_THAT(Failure(), HasSubstr("AG_MASTER_KEY"));
}

TEST_F(MasterKeyTest, AFolderInItsPlaceIsRefused) {
  std::filesystem::create_directory(dir_.File("master.key"));
  EXPECT_THAT(Failure(), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace ag::auth
