#include "gatewayd/wire/openai/responses_store.h"

#include <gtest/gtest.h>

#include "translation_testing.h"

namespace ag::wire::openai {
namespace {

const std::string kToken(32, 'A');

TEST(ResponsesIds, AreKnownAsOurs) {
  FixedRandom random;
  const std::string id = NewLocalId(random);
  EXPECT_EQ(id, "resp_ag" + kToken);
  EXPECT_TRUE(IsLocalId(id));
  EXPECT_FALSE(IsLocalId("resp_0ee665a65cc07abb0068f966ccd6648197b6c0608c0f3efecc"));
  EXPECT_FALSE(IsLocalId("resp_ag"));
  EXPECT_FALSE(IsLocalId("conv_ag" + kToken));
  EXPECT_FALSE(IsLocalId(""));
}

TEST(ResponsesIds, OfItemsNameTheirResponse) {
  EXPECT_EQ(LocalItemId("fc", "resp_ag" + kToken, 12), "fc_ag" + kToken + "0012");
  EXPECT_EQ(LocalResponseOf("fc_ag" + kToken + "0012"), "resp_ag" + kToken);
  EXPECT_EQ(LocalResponseOf("fc_00bec92dd9d7c54d006a70744d405c819fb88fe070183115d8"), "");
}

std::string Stored(const std::string& request, const std::string& response) {
  Arena arena;
  return StoredReply(**json::Parse(request, arena), response);
}

// TRANSLATION row 14: items, and not the instructions.
TEST(ResponsesStore, PutsEarlierItemsBeforeNewOnes) {
  const std::string stored =
      Stored(R"({"model":"m","instructions":"Be brief.","input":"Hi \"you\""})",
             R"({"id":"resp_1","output":[{"type":"message","role":"assistant","content":[]}],"x":1.0})");
  EXPECT_EQ(stored,
            R"({"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi \"you\""}]}],)"
            R"("response":{"id":"resp_1","output":[{"type":"message","role":"assistant","content":[]}],"x":1.0}})");
  EXPECT_EQ(StoredReplyObject(stored),
            R"({"id":"resp_1","output":[{"type":"message","role":"assistant","content":[]}],"x":1.0})");
  const auto body = ExpandPrevious(
      R"({"model":"m","previous_response_id":"resp_1","input":[{"role":"user","content":"More"}],"top_p":0.10})",
      stored);
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(*body, R"({"model":"m","previous_response_id":"resp_1","top_p":0.10,"input":[)"
                   R"({"type":"message","role":"user","content":[{"type":"input_text","text":"Hi \"you\""}]},)"
                   R"({"type":"message","role":"assistant","content":[]},{"role":"user","content":"More"}]})");
}

TEST(ResponsesStore, RefusesWhatIsNoObject) {
  EXPECT_EQ(KindOf(ExpandPrevious("[]", "{}").status()), ErrorKind::kInvalidRequest);
  EXPECT_EQ(KindOf(ExpandPrevious("{}", "{").status()), ErrorKind::kInvalidRequest);
  EXPECT_EQ(StoredReplyObject("{"), "");
}

TEST(ResponsesStore, ResolvesReferencesToItsItems) {
  const std::string item = "fc_ag" + kToken + "0001";
  const std::string body = R"({"input":[{"id":")" + item + R"("},{"type":"item_reference","id":"rs_1"},{"type":)" +
                           R"("item_reference","id":")" + item + R"("},{"role":"user","content":"x"}]})";
  EXPECT_EQ(ReferencedResponses(body), std::vector<std::string>{"resp_ag" + kToken});
  EXPECT_TRUE(ReferencedResponses(R"({"input":"_ag"})").empty());
  const std::vector<std::string> stored{
      Stored(R"({"input":"a"})", R"({"output":[{"type":"function_call","id":")" + item + R"("}]})")};
  const auto expanded = ExpandReferences(body, stored);
  ASSERT_TRUE(expanded.ok()) << expanded.status();
  const std::string call = R"({"type":"function_call","id":")" + item + R"("})";
  EXPECT_EQ(*expanded, R"({"input":[)" + call + R"(,{"type":"item_reference","id":"rs_1"},)" + call +
                           R"(,{"role":"user","content":"x"}]})");
}

}  // namespace
}  // namespace ag::wire::openai
