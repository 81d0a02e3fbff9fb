#include "gatewayd/wire/turns.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace ag::wire {
namespace {

Part Text(std::string_view text) { return {TextPart{text}, {}, "text"}; }
Part Call(std::string_view id, std::string_view name) { return {ToolCallPart{id, name, "{}", false}, {}, "call"}; }
Part Result(std::string_view id, std::string_view name = {}) {
  ToolResultPart result;
  result.call_id = id;
  result.name = name;
  return {result, {}, "result"};
}

// A conversation written as a list of messages.
class Conversation {
 public:
  Conversation& Say(Role role, std::vector<Part> parts) {
    Message message;
    message.role = role;
    message.parts = parts_.emplace_back(std::move(parts));
    message.field = "message";
    messages_.push_back(message);
    return *this;
  }
  Conversation& System(std::vector<Part> parts) { return Say(Role::kSystem, std::move(parts)); }
  Conversation& User(std::vector<Part> parts) { return Say(Role::kUser, std::move(parts)); }
  Conversation& Model(std::vector<Part> parts) { return Say(Role::kAssistant, std::move(parts)); }

  std::vector<Turn> Turns(const TurnRules& rules = {}) {
    ChatRequest request;
    request.messages = messages_;
    return BuildTurns(request, rules, arena_, out_);
  }

  // The turns in short: "user[text hi] assistant[call id:name] user[result id:name, missing id:name]".
  std::string Build(const TurnRules& rules = {}) {
    std::string text;
    for (const Turn& turn : Turns(rules)) {
      EXPECT_NE(turn.message, nullptr);
      const char* names[] = {"system", "developer", "user", "assistant"};
      text += (text.empty() ? "" : " ") + std::string(names[static_cast<int>(turn.role)]) + "[";
      for (const TurnPart& part : turn.parts) {
        text += (&part == &turn.parts.front() ? "" : ", ") + Describe(part);
      }
      text += "]";
    }
    return text;
  }

  std::string Losses() const {
    std::string list;
    for (const Loss& loss : out_.losses) list += (list.empty() ? "" : " ") + loss.field + ":" + loss.reason.code;
    return list;
  }

 private:
  static std::string Describe(const TurnPart& part) {
    const std::string names = std::string(part.id) + ":" + std::string(part.name);
    if (part.synthetic) return "missing " + names;
    if (std::holds_alternative<ToolCallPart>(part.part->value)) return "call " + names;
    if (std::holds_alternative<ToolResultPart>(part.part->value)) return "result " + names;
    return "text " + std::string(std::get<TextPart>(part.part->value).text);
  }

  std::deque<std::vector<Part>> parts_;
  std::vector<Message> messages_;
  Arena arena_;
  EncodedRequest out_;
};

constexpr TurnRules kApart{.merge_roles = false};

TEST(Turns, LeavesOutLeadingSystemAndMergesRoles) {
  Conversation talk;
  talk.System({Text("be brief")}).User({Text("a")}).User({Text("b")}).Model({Text("c")}).Model({Text("d")});
  EXPECT_EQ(talk.Build(), "user[text a, text b] assistant[text c, text d]");
  EXPECT_EQ(talk.Build(kApart), "user[text a] user[text b] assistant[text c] assistant[text d]");
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, KeepsSystemInTheMiddleInPlace) {
  Conversation talk;
  talk.User({Text("a")}).System({Text("now")}).User({Text("b")});
  EXPECT_EQ(talk.Build(), "user[text a] system[text now] user[text b]");
}

TEST(Turns, PutsResultsOfParallelCallsInCallOrderBeforeText) {
  Conversation talk;
  talk.Model({Text("look"), Call("1", "f"), Call("2", "g")}).User({Text("and?"), Result("2"), Result("1")});
  EXPECT_EQ(talk.Build(), "assistant[text look, call 1:f, call 2:g] user[result 1:f, result 2:g, text and?]");
  EXPECT_EQ(talk.Build(kApart),
            "assistant[text look, call 1:f, call 2:g] user[result 1:f] user[result 2:g] user[text and?]");
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, MergesOneMessageAResult) {
  Conversation talk;
  talk.Model({Call("1", "f"), Call("2", "g")}).User({Result("1")}).User({Result("2")}).User({Text("go on")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f, call 2:g] user[result 1:f, result 2:g, text go on]");
}

TEST(Turns, PullsResultsBeforeWhatCameBetween) {
  Conversation talk;
  talk.Model({Call("1", "f")}).System({Text("note")}).User({Text("wait")}).User({Result("1")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f] user[result 1:f] system[text note] user[text wait]");
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, PairsEachRoundOfALoopWithItsOwnResults) {
  Conversation talk;
  talk.User({Text("do")}).Model({Call("1", "f")}).User({Result("1")}).Model({Call("2", "f")}).User({Result("2")});
  EXPECT_EQ(talk.Build(), "user[text do] assistant[call 1:f] user[result 1:f] assistant[call 2:f] user[result 2:f]");
}

TEST(Turns, JoinsCallsOfNeighbouringMessages) {
  Conversation talk;
  talk.Model({Call("1", "f")}).Model({Call("2", "g")}).User({Result("2")}).User({Result("1")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f, call 2:g] user[result 1:f, result 2:g]");
  EXPECT_EQ(talk.Build(kApart), "assistant[call 1:f] user[result 1:f] assistant[call 2:g] user[result 2:g]");
}

TEST(Turns, AnswersACallThatNobodyAnswered) {
  Conversation talk;
  talk.Model({Call("1", "f"), Call("2", "g")}).User({Result("2"), Text("stop")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f, call 2:g] user[missing 1:f, result 2:g, text stop]");
  EXPECT_EQ(talk.Losses(), "call:missing_result");
}

TEST(Turns, AnswersWhatIsMissingAtTheEndWhenOtherResultsCame) {
  Conversation talk;
  talk.Model({Call("1", "f"), Call("2", "g")}).User({Result("1")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f, call 2:g] user[result 1:f, missing 2:g]");
}

TEST(Turns, LeavesCallsOfTheLastTurnOpen) {
  Conversation talk;
  talk.User({Text("do")}).Model({Call("1", "f")});
  EXPECT_EQ(talk.Build(), "user[text do] assistant[call 1:f]");
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, DropsOrphansAndSecondResults) {
  Conversation talk;
  talk.User({Result("9"), Text("hi")}).Model({Call("1", "f")}).User({Result("1"), Result("1")});
  EXPECT_EQ(talk.Build(), "user[text hi] assistant[call 1:f] user[result 1:f]");
  EXPECT_EQ(talk.Losses(), "result:orphan_result result:second_result");
}

TEST(Turns, DropsAResultThatStandsBeforeItsCall) {
  Conversation talk;
  talk.User({Result("1"), Text("hi")}).Model({Call("1", "f")}).User({Text("next")});
  EXPECT_EQ(talk.Build(), "user[text hi] assistant[call 1:f] user[missing 1:f, text next]");
  EXPECT_EQ(talk.Losses(), "result:orphan_result call:missing_result");
}

TEST(Turns, GivesGeminiCallsIdsAndPairsThemByNameInOrder) {
  Conversation talk;
  talk.Model({Call("", "f"), Call("", "f"), Call("", "g")}).User({Result("", "g"), Result("", "f"), Result("", "f")});
  const std::vector<Turn> turns = talk.Turns();
  ASSERT_EQ(turns.size(), 2u);
  ASSERT_EQ(turns[1].parts.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(turns[0].parts[i].id, turns[1].parts[i].id);
    EXPECT_EQ(turns[0].parts[i].id.size(), 29u);
  }
  EXPECT_NE(turns[0].parts[0].id, turns[0].parts[1].id);
  EXPECT_EQ(turns[1].parts[2].name, "g");
  const std::string first(turns[0].parts[0].id);
  EXPECT_EQ(talk.Turns()[0].parts[0].id, first) << "the id must not change from request to request";
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, PairsAGeminiResultThatNamesAnIdWithACallThatHasNone) {
  Conversation talk;
  talk.Model({Call("", "f")}).User({Result("made-up", "f")});
  EXPECT_EQ(talk.Turns().size(), 2u);
  EXPECT_EQ(talk.Losses(), "");
  // A call that has an id is another one.
  Conversation other;
  other.Model({Call("1", "f")}).User({Result("2", "f"), Text("x")});
  EXPECT_EQ(other.Build(), "assistant[call 1:f] user[missing 1:f, text x]");
  EXPECT_EQ(other.Losses(), "result:orphan_result call:missing_result");
}

TEST(Turns, PairsAGeminiResultWithoutIdWithACallThatHasOne) {
  Conversation talk;
  talk.Model({Call("1", "f")}).User({Result("", "f")});
  EXPECT_EQ(talk.Build(), "assistant[call 1:f] user[result 1:f]");
}

// Servers exist that number the calls of each reply from zero.
TEST(Turns, TellsCallsOfOneIdApart) {
  Conversation talk;
  talk.Model({Call("call_0", "f")}).User({Result("call_0")}).Model({Call("call_0", "g")}).User({Result("call_0")});
  const std::vector<Turn> turns = talk.Turns();
  ASSERT_EQ(turns.size(), 4u);
  EXPECT_EQ(turns[0].parts[0].id, "call_0");
  EXPECT_EQ(turns[1].parts[0].id, "call_0");
  EXPECT_NE(turns[2].parts[0].id, "call_0");
  EXPECT_EQ(turns[3].parts[0].id, turns[2].parts[0].id);
  EXPECT_EQ(turns[3].parts[0].name, "g");
  EXPECT_EQ(talk.Losses(), "");
}

TEST(Turns, LeavesOutEmptyTextsAndMessages) {
  Conversation talk;
  talk.User({Text("a"), Text("")}).Model({Text("")}).Model({}).User({Text("b")});
  EXPECT_EQ(talk.Build(), "user[text a, text b]");
  EXPECT_EQ(talk.Losses(), "message:empty_message_removed message:empty_message_removed");
}

TEST(Turns, MakesIdsLegalInCallAndResult) {
  const std::string longest(64, 'x');
  const std::string longer(65, 'x');
  EXPECT_EQ(LegalToolId(longest, 64), longest);
  EXPECT_EQ(LegalToolId("fc_A-9", 64), "fc_A-9");
  for (const std::string_view id : {"", "a.b", "functions.get:0", "é", longer.c_str()}) {
    const std::string legal = LegalToolId(id, 64);
    EXPECT_EQ(legal.size(), 29u) << id;
    EXPECT_EQ(legal.rfind("call_", 0), 0u) << id;
    EXPECT_EQ(legal.find_first_not_of("0123456789abcdef", 5), std::string::npos) << id;
  }
  EXPECT_EQ(LegalToolId("functions.get:0", 64), "call_967b543e10a7d56f00c8bd30") << "stable from release to release";
  EXPECT_NE(LegalToolId("a.b", 64), LegalToolId("a:b", 64));

  Conversation talk;
  talk.Model({Call("functions.get:0", "f")}).User({Result("functions.get:0")});
  const std::string legal = LegalToolId("functions.get:0", 64);
  EXPECT_EQ(talk.Build(), "assistant[call " + legal + ":f] user[result " + legal + ":f]");
  EXPECT_EQ(talk.Losses(), "");
}

}  // namespace
}  // namespace ag::wire
