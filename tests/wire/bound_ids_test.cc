#include "gatewayd/wire/bound_ids.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"

namespace ag::wire {
namespace {

// "member=id" of the first id that a request names; empty when it names none.
std::string Found(Dialect dialect, std::string_view members) {
  Arena arena;
  Endpoint endpoint;
  endpoint.dialect = dialect;
  endpoint.operation = Operation::kGenerate;
  endpoint.path_model = "m";
  const std::string body = R"({"model":"m",)" + std::string(members) + "}";
  const auto request = ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  const BoundId found = FindBoundId(*request);
  return found.id.empty() ? std::string() : std::string(found.member) + "=" + std::string(found.id);
}

// TRANSLATION row 15.
TEST(BoundIds, AreFoundWhereverTheyStand) {
  EXPECT_EQ(Found(Dialect::kChat, R"("messages":[{"content":[{"type":"file","file":{"file_id":"file-1"}}]}])"),
            "file_id=file-1");
  EXPECT_EQ(Found(Dialect::kMessages, R"("messages":[{"content":[{"source":{"type":"file","file_id" : "file_1"}}]}])"),
            "file_id=file_1");
  EXPECT_EQ(Found(Dialect::kResponses, R"("tools":[{"type":"code_interpreter","container":"cntr_1"}])"),
            "container=cntr_1");
  EXPECT_EQ(Found(Dialect::kResponses, R"("tools":[{"container":{"type":"auto","file_ids":[ "file-1","file-2"]}}])"),
            "file_ids=file-1");
}

TEST(BoundIds, MayBeInAnObject) {
  EXPECT_EQ(Found(Dialect::kMessages, R"("container":{"skills":[],"id":"container_1"},"messages":[])"),
            "container=container_1");
  EXPECT_EQ(Found(Dialect::kResponses, R"("conversation":{"id":"conv_1"})"), "conversation=conv_1");
  EXPECT_EQ(Found(Dialect::kResponses, R"("tools":[{"container":{"type":"auto"}}])"), "");
}

TEST(BoundIds, OfGeminiArePartsOfNames) {
  EXPECT_EQ(Found(Dialect::kGemini, R"("cachedContent":"cachedContents/abc")"), "cachedContent=abc");
  EXPECT_EQ(Found(Dialect::kGemini,
                  R"("contents":[{"parts":[{"fileData":{"fileUri":"https://youtu.be/x"}},{"fileData":{"fileUri":)"
                  R"("https://generativelanguage.googleapis.com/v1beta/files/abc"}}]}])"),
            "fileUri=abc");
  EXPECT_EQ(Found(Dialect::kGemini, R"("contents":[{"parts":[{"fileData":{"fileUri":"gs://bucket/x"}}]}])"), "");
}

TEST(BoundIds, AreNotFoundInTexts) {
  EXPECT_EQ(Found(Dialect::kChat, R"("messages":[{"content":"say {\"file_id\":\"file-1\"}"}])"), "");
  EXPECT_EQ(Found(Dialect::kChat, R"("messages":[{"content":"file_id"}])"), "");
  EXPECT_EQ(Found(Dialect::kChat, R"("my_file_id":"x","file_id":null)"), "");
  EXPECT_EQ(Found(Dialect::kCompletions, R"("prompt":"x","file_id":"file-1")"), "");
}

}  // namespace
}  // namespace ag::wire
