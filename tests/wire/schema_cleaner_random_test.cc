#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "gatewayd/base/random.h"
#include "schema_cleaning.h"

// Random schemas: whatever comes in, what goes out is JSON that the target takes, and is its own clean form.
namespace ag::wire {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string Schema(int depth) {
    if (depth <= 0 || Chance(8))
      return Pick({R"({"type":"string"})", "true", "false", "{}", R"({"$ref":"#/$defs/a"})"});
    std::string text;
    json::Writer writer(text);
    writer.BeginObject();
    const std::size_t count = random_.Next() % 5;
    for (std::size_t i = 0; i < count; ++i) Keyword(writer, depth);
    if (depth == kDepth) {
      writer.Key("$defs").BeginObject();
      writer.Key("a").Raw(Schema(depth - 2));
      writer.Key("b/~").Raw(Schema(depth - 2));
      writer.EndObject();
    }
    writer.EndObject();
    return text;
  }

  static constexpr int kDepth = 5;

 private:
  bool Chance(std::uint64_t one_in) { return random_.Next() % one_in == 0; }
  std::string Pick(std::initializer_list<const char*> choices) {
    return choices.begin()[random_.Next() % choices.size()];
  }

  void Keyword(json::Writer& writer, int depth) {
    switch (random_.Next() % 12) {
      case 0:
        writer.Key("type").Raw(Pick({R"("object")", R"("string")", R"(["string","null"])", R"(["integer","object"])",
                                     R"(["array","object","null"])", R"("null")", R"(["null"])"}));
        break;
      case 1:
      case 2:
        writer.Key("properties").BeginObject();
        for (const char* name : {"a", "type", "$ref", "x/y"}) {
          if (Chance(2)) writer.Key(name).Raw(Schema(depth - 1));
        }
        writer.EndObject();
        break;
      case 3:
        writer.Key("required").Raw(Pick({R"(["a"])", R"(["a","gone"])", "[]"}));
        break;
      case 4:
        writer.Key("items").Raw(Chance(4) ? "[" + Schema(depth - 1) + "]" : Schema(depth - 1));
        break;
      case 5:
      case 6: {
        writer.Key(Pick({"anyOf", "oneOf", "allOf", "prefixItems"})).BeginArray();
        const std::size_t branches = random_.Next() % 3;
        for (std::size_t i = 0; i < branches; ++i) writer.Raw(Chance(3) ? R"({"type":"null"})" : Schema(depth - 1));
        writer.EndArray();
        break;
      }
      case 7:
        writer.Key("enum").Raw(Pick({R"(["a","b"])", R"([1,"a",null,true])", R"([""])", R"([{"x":1}])"}));
        break;
      case 8:
        writer.Key("$ref").Raw(
            Pick({R"("#/$defs/a")", R"("#/$defs/b~1~0")", R"("#")", R"("#/properties/a")", R"("gone")"}));
        break;
      case 9:
        writer.Key(Pick({"additionalProperties", "not", "if", "contains"})).Raw(Schema(depth - 1));
        break;
      case 10:
        writer.Key("const").Raw(Pick({"1", R"("a")", "null"}));
        break;
      default:
        writer.Key(Pick({"description", "format", "pattern", "title", "$comment", "examples", "nullable"}))
            .Raw(Pick({R"("date-time")", R"("x")", "true"}));
    }
  }

  FastRandom random_;
};

// Every key that stands where a keyword does is one of the target's.
void ExpectKnownKeywords(const json::Value& schema, const SchemaRules& rules) {
  for (const auto& [key, value] : schema.members()) {
    EXPECT_NE(std::find(rules.keywords.begin(), rules.keywords.end(), key), rules.keywords.end()) << key;
    if (key == "properties" || key == "$defs") {
      for (const auto& [name, each] : value.members()) ExpectKnownKeywords(each, rules);
    } else if (key == "items" || key == "additionalProperties" || key == "not" || key == "contains") {
      ExpectKnownKeywords(value, rules);
    } else if (key == "anyOf" || key == "oneOf" || key == "allOf" || key == "prefixItems") {
      for (const json::Value& each : value.items()) ExpectKnownKeywords(each, rules);
    }
  }
}

TEST(SchemaCleaner, HoldsItsPromisesForRandomSchemas) {
  int cleaned = 0;
  for (const SchemaRules& rules : {Reduced(), Strict(), Inlined(), Open()}) {
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
      const std::string schema = Generator(seed).Schema(Generator::kDepth);
      const Cleaned once = Clean(schema, rules);
      if (once.json == "unsupported") continue;
      ++cleaned;
      Arena arena;
      const auto parsed = json::Parse(once.json, arena);
      ASSERT_TRUE(parsed.ok()) << schema;
      ExpectKnownKeywords(**parsed, rules);
      const Cleaned twice = Clean(once.json, rules);
      ASSERT_EQ(twice.json, once.json) << "seed " << seed << ": " << schema;
      ASSERT_EQ(twice.pointers, "") << "seed " << seed << ": " << schema << "\n" << once.json;
    }
  }
  EXPECT_GT(cleaned, 4000);
}

}  // namespace
}  // namespace ag::wire
