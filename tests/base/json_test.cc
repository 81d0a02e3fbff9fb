#include "gatewayd/base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::json {
namespace {

std::string FailureOf(std::string_view text) {
  Arena arena;
  const auto value = Parse(text, arena);
  if (value.ok()) return "accepted";
  EXPECT_EQ(KindOf(value.status()), ErrorKind::kInvalidRequest);
  return std::string(value.status().message());
}

bool Accepts(std::string_view text) {
  Arena arena;
  return Parse(text, arena).ok();
}

class Collector final : public MemberVisitor {
 public:
  bool OnMember(const RawMember& member) override {
    seen.push_back(std::string(member.key) + "=" + std::string(member.raw));
    return member.key != stop_at;
  }
  std::vector<std::string> seen;
  std::string stop_at = "\1";
};

TEST(JsonReader, KeepsNumbersKeysAndOrderAsWritten) {
  Arena arena;
  const std::string text = R"( {"b":0.950,"a":123456789012345678901234567890,"b":1E+2} )";
  const auto value = Parse(text, arena);
  ASSERT_TRUE(value.ok()) << value.status();
  const auto members = (*value)->members();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].value.raw(), "0.950");
  EXPECT_EQ(members[1].value.raw(), "123456789012345678901234567890");
  EXPECT_EQ((*value)->Find("b")->raw(), "1E+2");
  EXPECT_EQ((*value)->raw(), text.substr(1, text.size() - 2));
}

TEST(JsonReader, ReadsNestedValues) {
  Arena arena;
  const auto value = Parse(R"({"x":[1,[],{},{"y":[true,false,null,"z"]}],"n":null})", arena);
  ASSERT_TRUE(value.ok()) << value.status();
  const auto items = (*value)->Find("x")->items();
  ASSERT_EQ(items.size(), 4U);
  EXPECT_TRUE(items[1].is_array() && items[1].items().empty());
  EXPECT_TRUE(items[2].is_object() && items[2].members().empty());
  const auto inner = items[3].Find("y")->items();
  ASSERT_EQ(inner.size(), 4U);
  EXPECT_TRUE(inner[0].AsBool(false));
  EXPECT_FALSE(inner[1].AsBool(true));
  EXPECT_EQ(inner[3].str(), "z");
  EXPECT_NE((*value)->Find("n"), nullptr);
  EXPECT_EQ((*value)->FindNonNull("n"), nullptr);
  EXPECT_EQ((*value)->Find("absent"), nullptr);
}

TEST(JsonReader, DecodesEscapes) {
  Arena arena;
  const auto value = Parse(R"(["a\"\\\/\b\f\n\r\tz","\u0041\u00e9\u20AC\ud83d\ude00","\u0000","plain é"])", arena);
  ASSERT_TRUE(value.ok()) << value.status();
  const auto items = (*value)->items();
  EXPECT_EQ(items[0].str(), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(items[1].str(), "Aé€😀");
  EXPECT_EQ(items[2].str(), std::string_view("\0", 1));
  EXPECT_EQ(items[3].str(), "plain é");
}

TEST(JsonReader, TurnsLoneSurrogatesIntoReplacementCharacters) {
  Arena arena;
  const auto value = Parse(R"(["\ud83d","\ude00x","\ud83d\u0041","\ud83d\ud83d\ude00"])", arena);
  ASSERT_TRUE(value.ok()) << value.status();
  const auto items = (*value)->items();
  EXPECT_EQ(items[0].str(), "\uFFFD");
  EXPECT_EQ(items[1].str(), "\uFFFDx");
  EXPECT_EQ(items[2].str(), "\uFFFDA");
  EXPECT_EQ(items[3].str(), "\uFFFD😀");
}

TEST(JsonReader, DoesNotCopyStringsWithoutEscapes) {
  Arena arena;
  const std::string text = R"(["hello there, a string of some length"])";
  const auto value = Parse(text, arena);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ((*value)->items()[0].str().data(), text.data() + 2);
}

TEST(JsonReader, NamesTheByteOfAFailure) {
  EXPECT_EQ(FailureOf(R"({"a":01})"), "invalid JSON at byte 7: malformed number");
  EXPECT_EQ(FailureOf("[1] x"), "invalid JSON at byte 4: bytes after the end");
  EXPECT_EQ(FailureOf("[\"a\x01\"]"), "invalid JSON at byte 3: control character in a string");
  EXPECT_EQ(FailureOf("[\"a\xC3(\"]"), "invalid JSON at byte 3: invalid UTF-8");
}

TEST(JsonReader, RefusesWhatRfc8259DoesNotAllow) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "]",
                           "[1,]",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "[1 2]",
                           "[01]",
                           "[1.]",
                           "[.5]",
                           "[+1]",
                           "[-]",
                           "[1e]",
                           "[1e+]",
                           "[NaN]",
                           "[tru]",
                           "[truex]",
                           "\"abc",
                           "\"\\x\"",
                           "\"\\u12G4\"",
                           "\"\\",
                           "'a'",
                           "[1]/*c*/",
                           "\xEF\xBB\xBF[]",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xF4\x90\x80\x80\"",
                           "\"\xE2\x82\"",
                           "{\"a\":1]",
                           "[1}",
                           "nul"}) {
    EXPECT_NE(FailureOf(text), "accepted") << text;
  }
  for (const char* text : {"0", "-0", "-0.0e-1", "null", "\"\"", "[ ]", "{ }", " [ 1 , 2 ] \r\n", "\"\\u0000\""}) {
    EXPECT_TRUE(Accepts(text)) << text;
  }
}

TEST(JsonReader, RefusesEveryTruncationOfADocument) {
  const std::string text = R"({"a":[1.5e3,"x\u00e9\n",true,null,{"b":{}}],"c":"é😀"})";
  ASSERT_TRUE(Accepts(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string part(text.substr(0, length));  // own allocation, so that ASan sees an overrun
    EXPECT_FALSE(Accepts(part)) << part;
  }
}

TEST(JsonReader, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Accepts(nested(kMaxDepth)));
  EXPECT_EQ(FailureOf(nested(kMaxDepth + 1)), "invalid JSON at byte 200: nested too deeply");
  EXPECT_NE(FailureOf(std::string(1'000'000, '[')), "accepted");
}

TEST(JsonReader, ReadsNumbersExactly) {
  Arena arena;
  const auto value = Parse(
      "[1.0,1e3,12.5e1,-9223372036854775808,9223372036854775808,1.5,1e400,-0,0.0,100e-2,5e-1,"
      "0.95,1e99999999999999999999]",
      arena);
  ASSERT_TRUE(value.ok()) << value.status();
  const auto items = (*value)->items();
  EXPECT_EQ(items[0].AsInt(), 1);
  EXPECT_EQ(items[1].AsInt(), 1000);
  EXPECT_EQ(items[2].AsInt(), 125);
  EXPECT_EQ(items[3].AsInt(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(items[4].AsInt(), std::nullopt);
  EXPECT_EQ(items[5].AsInt(), std::nullopt);
  EXPECT_EQ(items[6].AsInt(), std::nullopt);
  EXPECT_EQ(items[6].AsDouble(), std::nullopt);
  EXPECT_EQ(items[7].AsInt(), 0);
  EXPECT_EQ(items[8].AsInt(), 0);
  EXPECT_EQ(items[9].AsInt(), 1);
  EXPECT_EQ(items[10].AsInt(), std::nullopt);
  EXPECT_EQ(items[11].AsDouble(), 0.95);
  EXPECT_EQ(items[12].AsInt(), std::nullopt);
}

TEST(JsonScan, WalksOnlyTheTopLevel) {
  Arena arena;
  Collector collector;
  const std::string text = R"({"model":"a\"b","m":[{"x":"]}\\"},[1]],"s":true,"n":null,"num":-1.5, "\u0061":{}})";
  ASSERT_TRUE(ScanObject(text, arena, collector).ok());
  EXPECT_EQ(collector.seen, (std::vector<std::string>{R"(model="a\"b")", R"(m=[{"x":"]}\\"},[1]])", "s=true", "n=null",
                                                      "num=-1.5", "a={}"}));
}

TEST(JsonScan, WalksArrays) {
  Collector collector;
  ASSERT_TRUE(ScanArray(" [1, {\"a\":[2]},\"]\" ]", collector).ok());
  EXPECT_EQ(collector.seen, (std::vector<std::string>{"=1", "={\"a\":[2]}", "=\"]\""}));
  for (const char* text : {"", "{}", "[", "[1", "[1,", "[1,]", "[1 2]", "[1]x"}) {
    Collector ignored;
    EXPECT_FALSE(ScanArray(text, ignored).ok()) << text;
  }
  Collector none;
  EXPECT_TRUE(ScanArray("[ ]", none).ok());
  EXPECT_TRUE(none.seen.empty());
}

TEST(JsonScan, StopsWhenTheVisitorHasEnough) {
  Arena arena;
  Collector collector;
  collector.stop_at = "b";
  EXPECT_TRUE(ScanObject(R"({"a":1,"b":2,"c":!broken)", arena, collector).ok());
  EXPECT_EQ(collector.seen.size(), 2U);
}

TEST(JsonScan, RefusesWhatIsNoWholeObject) {
  for (const char* text : {"", "[]", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\":\"x",
                           "{\"a\":[1", "{\"a\":[\"]", "{\"a\":1} x", "{,}", "{\"a\":x}", "{\"a\":1 \"b\":2}"}) {
    Arena arena;
    Collector collector;
    const auto status = ScanObject(text, arena, collector);
    EXPECT_FALSE(status.ok()) << text;
    EXPECT_NE(status.message().find("byte "), std::string::npos);
  }
}

TEST(JsonScan, SurvivesDepthThatNoReaderWouldAccept) {
  Arena arena;
  Collector collector;
  const std::string deep = "{\"a\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
  EXPECT_TRUE(ScanObject(deep, arena, collector).ok());
}

TEST(JsonDecodeString, ReadsOneToken) {
  Arena arena;
  EXPECT_EQ(*DecodeString(R"("a\nb")", arena), "a\nb");
  EXPECT_FALSE(DecodeString(R"("a)", arena).ok());
  EXPECT_FALSE(DecodeString("1", arena).ok());
  EXPECT_FALSE(DecodeString("\"a\" ", arena).ok());
  EXPECT_FALSE(DecodeString("\"\xFF\"", arena).ok());
}

TEST(JsonWriter, WritesStructure) {
  std::string out;
  Writer writer(out);
  writer.BeginObject().Field("a", "x").Field("n", 1).Field("b", true).Key("l").BeginArray();
  writer.Int(-5).Double(0.95).Null().Raw("1e5").BeginObject().EndObject().EndArray();
  writer.Key("e").BeginArray().EndArray().EndObject();
  EXPECT_EQ(out, R"({"a":"x","n":1,"b":true,"l":[-5,0.95,null,1e5,{}],"e":[]})");
}

TEST(JsonWriter, EscapesWhatJsonAndScriptsNeed) {
  EXPECT_EQ(Quote("a\"\\\n\x01\x1f\x7f é\u2028\u2029\xFF\xE2\x82"),
            "\"a\\\"\\\\\\n\\u0001\\u001f\x7f é\\u2028\\u2029\uFFFD\uFFFD\uFFFD\"");
}

TEST(JsonWriter, WritesDoublesThatReadBackEqual) {
  for (const double number : {0.1, 0.95, 1e21, -2.5e-300, 5e-324, 1.7976931348623157e308}) {
    std::string out;
    Writer(out).Double(number);
    Arena arena;
    const auto value = Parse(out, arena);
    ASSERT_TRUE(value.ok()) << out;
    EXPECT_EQ((*value)->AsDouble(), number) << out;
  }
  std::string out;
  Writer(out).Double(std::nan(""));
  EXPECT_EQ(out, "null");
}

TEST(JsonWriter, RoundTripsEveryByteString) {
  std::string text;
  for (int byte = 0; byte < 128; ++byte) text += static_cast<char>(byte);
  Arena arena;
  const std::string quoted = Quote(text);
  EXPECT_EQ(*DecodeString(quoted, arena), text);
}

TEST(JsonWriterDeathTest, RefusesToCloseWhatIsNotOpen) {
  std::string out;
  EXPECT_DEATH(Writer(out).EndObject(), "");
  EXPECT_DEATH(Writer(out).BeginObject().EndArray(), "");
}

TEST(JsonEdits, ReplacesAndInsertsAndKeepsTheRest) {
  const std::string source = R"({"model":"a","x":1})";
  const std::string_view view = source;
  const std::vector<Edit> edits{{view.substr(9, 3), "\"longer\""}, {view.substr(18, 0), ",\"y\":2"}};
  EXPECT_EQ(ApplyEdits(source, edits), R"({"model":"longer","x":1,"y":2})");
  EXPECT_EQ(ApplyEdits(source, {}), source);
}

}  // namespace
}  // namespace ag::json
