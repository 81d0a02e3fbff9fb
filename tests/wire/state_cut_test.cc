#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/passthrough_body.h"
#include "gatewayd/wire/reasoning_envelope.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

std::string Envelope(Family family) {
  ReasoningPart part;
  part.family = family;
  part.signature = "c2ln";
  return SealState(part);
}

BodyEdits Edits(const Endpoint& endpoint, const std::string& body, StateCut what) {
  Arena arena;
  auto request = ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  UpstreamTarget target = TargetOf(endpoint.dialect);
  target.model = request->envelope().model;
  auto edits = PassthroughEdits(*request, target, what);
  EXPECT_TRUE(edits.ok()) << edits.status();
  return *std::move(edits);
}

// The body as it goes to an upstream of its own dialect.
std::string Sent(const Endpoint& endpoint, const std::string& body, StateCut what = StateCut::kEnvelopes) {
  const BodyEdits edits = Edits(endpoint, body, what);
  std::string out;
  for (const std::string_view piece : Pieces(body, edits.edits)) out.append(piece);
  return out;
}

std::string Losses(const Endpoint& endpoint, const std::string& body, StateCut what) {
  std::string text;
  for (const Loss& loss : Edits(endpoint, body, what).losses) text += loss.field + ":" + loss.reason.code + " ";
  return text;
}

Endpoint ResponsesEndpoint() { return {Dialect::kResponses, Operation::kGenerate, {}, StreamFraming::kNone}; }

TEST(StateCut, LeavesABodyWithoutForeignStateAlone) {
  const std::string body =
      R"({"model":"m","messages":[{"role":"assistant","content":[ {"type":"thinking","thinking":"t","signature":"own"} ]}]})";
  EXPECT_EQ(Sent(MessagesEndpoint(), body), body);
}

TEST(StateCut, TakesForeignThinkingOutOfMessages) {
  const std::string foreign = Envelope(Family::kGemini);
  const std::string body =
      R"({"model":"m","messages":[{"role":"user","content":"a ag1. b"},{"role":"assistant","content":[)"
      R"({"type":"thinking","thinking":"t","signature":")" +
      foreign + R"("}, {"type":"redacted_thinking","data":")" + foreign +
      R"("},{"type":"thinking","thinking":"u","signature":"own"},{"type":"text","text":"x"}]}]})";
  EXPECT_EQ(Sent(MessagesEndpoint(), body),
            R"({"model":"m","messages":[{"role":"user","content":"a ag1. b"},{"role":"assistant","content":[)"
            R"({"type":"thinking","thinking":"u","signature":"own"},{"type":"text","text":"x"}]}]})");
}

TEST(StateCut, TakesAMessageThatWasNothingButStateOutAsAWhole) {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":[)"
                           R"({"type":"redacted_thinking","data":")" +
                           Envelope(Family::kOpenAi) + R"("}]},{"role":"user","content":"r"}]})";
  EXPECT_EQ(Sent(MessagesEndpoint(), body),
            R"({"model":"m","messages":[{"role":"user","content":"q"},{"role":"user","content":"r"}]})");
}

TEST(StateCut, TakesEverythingAfterARefusal) {
  const std::string body = R"({"model":"m","messages":[{"role":"assistant","content":[{"type":"text","text":"x"},)"
                           R"({"type":"thinking","thinking":"u","signature":"own"}]}]})";
  EXPECT_EQ(Sent(MessagesEndpoint(), body, StateCut::kAll),
            R"({"model":"m","messages":[{"role":"assistant","content":[{"type":"text","text":"x"}]}]})");
}

TEST(StateCut, NamesWhatItTakes) {
  const std::string foreign = Envelope(Family::kGemini);
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":[)"
                           R"({"type":"text","text":"x"},{"type":"thinking","thinking":"u","signature":"own"},)"
                           R"({"type":"thinking","thinking":"t","signature":")" +
                           foreign + R"("}]}]})";
  EXPECT_EQ(Losses(MessagesEndpoint(), body, StateCut::kEnvelopes), "messages[1].content[2]:other_provider_reasoning ");
  EXPECT_EQ(Losses(MessagesEndpoint(), body, StateCut::kAll),
            "messages[1].content[1]:refused_reasoning messages[1].content[2]:refused_reasoning ");
  const std::string responses =
      R"({"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","encrypted_content":"own"}]})";
  EXPECT_EQ(Losses(ResponsesEndpoint(), responses, StateCut::kEnvelopes), "");
  EXPECT_EQ(Losses(ResponsesEndpoint(), responses, StateCut::kAll), "input[1]:refused_reasoning ");
  const std::string gemini =
      R"({"contents":[{"role":"model","parts":[{"text":"x"},{"text":"y","thoughtSignature":"b3du"}]}]})";
  EXPECT_EQ(Losses(GeminiEndpoint(StreamFraming::kNone), gemini, StateCut::kAll),
            "contents[0].parts[1]:refused_reasoning ");
}

TEST(StateCut, TakesReasoningItemsOutOfResponses) {
  const std::string own = R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAA"})";
  const std::string foreign =
      R"({"type":"reasoning","summary":[],"encrypted_content":")" + Envelope(Family::kAnthropic) + R"("})";
  const std::string call = R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"})";
  const std::string head = R"({"model":"m","input":[)";
  EXPECT_EQ(Sent(ResponsesEndpoint(), head + own + "," + foreign + "," + call + "]}"), head + own + "," + call + "]}");
  EXPECT_EQ(Sent(ResponsesEndpoint(), head + foreign + "]}"), head + "]}");
  EXPECT_EQ(Sent(ResponsesEndpoint(), head + own + " , " + call + "]}", StateCut::kAll), head + call + "]}");
}

TEST(StateCut, ForgetsSignaturesOfGeminiPartsAndKeepsTheParts) {
  ReasoningPart part;
  part.family = Family::kAnthropic;
  part.signature = "c2ln";
  const std::string foreign = gemini::SealedSignature(part);
  const std::string body =
      R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"},"thoughtSignature":")" + foreign +
      R"("},{"text":"","thoughtSignature":")" + foreign + R"("},{"text":"x","thought_signature":"own"}]}]})";
  EXPECT_EQ(Sent(GeminiEndpoint(), body),
            R"({"contents":[{"role":"model","parts":[)"
            R"({"functionCall":{"name":"f"},"thoughtSignature":"skip_thought_signature_validator"},)"
            R"({"text":"","thoughtSignature":null},{"text":"x","thought_signature":"own"}]}]})");
}

TEST(StateCut, OtherFamiliesStateSurvivesItsEnvelope) {
  ReasoningPart part;
  part.family = Family::kAnthropic;
  part.kind = ReasoningPart::Kind::kRedacted;
  part.home = StateHome::kNextPart;
  part.scope = "account";
  part.id = "rs_1";
  part.signature = "EqRkLm+/=\xc3\xa9\n";
  const std::string sealed = SealState(part);
  EXPECT_EQ(sealed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=."),
            std::string::npos);
  Arena arena;
  const auto opened = OpenState(sealed, arena);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->family, part.family);
  EXPECT_EQ(opened->kind, part.kind);
  EXPECT_EQ(opened->home, part.home);
  EXPECT_EQ(opened->scope, part.scope);
  EXPECT_EQ(opened->id, part.id);
  EXPECT_EQ(opened->signature, part.signature);
  EXPECT_FALSE(OpenState(sealed.substr(0, sealed.size() - 3), arena));
  EXPECT_FALSE(OpenState("own signature", arena));
  EXPECT_EQ(PartOfState("own signature", Family::kGemini, arena).signature, "own signature");
  EXPECT_EQ(PartOfState("ag1.damaged", Family::kGemini, arena).signature, "");
}

}  // namespace
}  // namespace ag::wire
