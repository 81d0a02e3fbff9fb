#include "gatewayd/wire/schema_cleaner.h"

#include <gtest/gtest.h>

#include <span>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "schema_cleaning.h"

namespace ag::wire {
namespace {

struct Case {
  std::string_view schema;
  std::string_view json;
  std::string_view pointers;
};

void Check(std::span<const Case> cases, const SchemaRules& rules) {
  for (const Case& each : cases) {
    const Cleaned cleaned = Clean(each.schema, rules);
    EXPECT_EQ(cleaned.json, each.json) << each.schema;
    EXPECT_EQ(cleaned.pointers, each.pointers) << each.schema;
  }
}

TEST(SchemaCleaner, LeavesWhatFitsByteForByte) {
  for (
      const std::string_view schema :
      {R"({ "type" : "object", "properties": {"a":{"type":"string","description":"é \u00e9 \/ "}} , "required":["a"]})",
       R"({"type":"object"})", "{}", R"({"type":"string","enum":["a", "b"]})",
       R"({"properties":{"type":{"type":"string"},"pattern":{"type":"string"},"$ref":{"type":"integer"}},"type":"object"})"}) {
    EXPECT_EQ(Clean(schema, Reduced()).json, schema);
    EXPECT_EQ(Clean(schema, Reduced()).pointers, "");
    EXPECT_EQ(Clean(schema, Open()).json, schema);
  }
  constexpr std::string_view kRecursive =
      R"({"$defs": {"node": {"type":["object","null"], "properties": {"next": {"$ref": "#/$defs/node"}},)"
      R"("required":["next"],"additionalProperties":false}},)"
      R"("type":"object","properties":{"head":{"$ref":"#/$defs/node"}},"required":["head"],"additionalProperties":false})";
  EXPECT_EQ(Clean(kRecursive, Strict()).json, kRecursive);
  EXPECT_EQ(Clean(kRecursive, Strict()).pointers, "");
}

// LESSONS: properties are no keywords, whatever their name.
TEST(SchemaCleaner, RemovesUnknownKeywordsAndListsThemInOrder) {
  constexpr Case kCases[] = {
      {R"({"$schema":"x","type":"object","properties":{"format":{"type":"string","examples":["a"]},"a/b~c":{"if":{}}},"$id":"i"})",
       R"({"type":"object","properties":{"format":{"type":"string"},"a/b~c":{}}})",
       "/$schema /properties/format/examples /properties/a~1b~0c/if /$id"},
      {R"({"type":"string","format":"uri"})", R"({"type":"string"})", "/format"},
      {R"({"type":"string","format":"date-time"})", R"({"type":"string","format":"date-time"})", ""},
      {R"({"type":"object","patternProperties":{"^x":{"examples":[1]}}})", R"({"type":"object"})",
       "/patternProperties"},
      // the last of equal members counts
      {R"({"type":"string","type":"integer"})", R"({"type":"integer"})", ""},
  };
  Check(kCases, Reduced());
}

TEST(SchemaCleaner, InlinesReferencesAtAnyLevel) {
  constexpr Case kCases[] = {
      {R"({"$defs":{"a":{"type":"array","items":{"$ref":"#/definitions/b"}}},"definitions":{"b":{"type":"string"}},)"
       R"("type":"object","properties":{"x":{"$ref":"#/$defs/a"}}})",
       R"({"type":"object","properties":{"x":{"type":"array","items":{"type":"string"}}}})", ""},
      // the whole schema is a reference
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"object","properties":{}}}})",
       R"({"type":"object","properties":{}})", ""},
      // pointers with escapes, into properties and lists
      {R"({"properties":{"a/b":{"type":"string"},"c~d":{"$ref":"#/properties/a~1b"},"e":{"$ref":"#/properties/c~0d"},)"
       R"("f":{"$ref":"#/properties/a%2Fb"},"g":{"$ref":"#/properties/h/anyOf/1"},"h":{"anyOf":[{},{"type":"null"}]}}})",
       R"({"properties":{"a/b":{"type":"string"},"c~d":{"type":"string"},"e":{"type":"string"},"f":{},"g":{"type":"null"},)"
       R"("h":{"anyOf":[{},{"type":"null"}]}}})",
       "/properties/f/$ref"},
      // what stands beside a reference wins over what it names
      {R"({"$defs":{"a":{"type":"string","description":"inner","minLength":1}},)"
       R"("items":{"$ref":"#/$defs/a","description":"outer","minLength":3}})",
       R"({"items":{"description":"outer","minLength":3,"type":"string"}})", "/$defs/a/description"},
      // by the schema's own id
      {R"({"$id":"https://x.example/s","$defs":{"a":{"type":"null"}},"items":{"$ref":"https://x.example/s#/$defs/a"}})",
       R"({"items":{"type":"null"}})", "/$id"},
      // nowhere
      {R"({"items":{"$ref":"#/$defs/gone"},"properties":{"a":{"$ref":"https://x.example/other"},"b":{"$ref":"#anchor"}}})",
       R"({"items":{},"properties":{"a":{},"b":{}}})", "/items/$ref /properties/a/$ref /properties/b/$ref"},
      // a property of that name is none
      {R"({"properties":{"$ref":{"type":"string"}}})", R"({"properties":{"$ref":{"type":"string"}}})", ""},
  };
  Check(kCases, Inlined());
}

TEST(SchemaCleaner, RefusesRecursionThatItCannotExpress) {
  for (
      const std::string_view schema :
      {R"({"type":"object","properties":{"next":{"$ref":"#"}}})",
       R"({"$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"items":{"$ref":"#/$defs/a"}}},"items":{"$ref":"#/$defs/a"}})",
       R"({"$defs":{"a":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"})",
       R"({"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"})"}) {
    EXPECT_EQ(Clean(schema, Inlined()).json, "unsupported") << schema;
    EXPECT_EQ(Clean(schema, Reduced()).json, "unsupported") << schema;
  }
}

TEST(SchemaCleaner, RefusesWhatGrowsWithoutEnd) {
  std::string bomb = R"({"$defs":{"d0":{"type":"string"})";
  for (int i = 1; i < 30; ++i) {
    const std::string below = R"({"$ref":"#/$defs/d)" + std::to_string(i - 1) + R"("})";
    bomb += R"(,"d)" + std::to_string(i) + R"(":{"anyOf":[)" + below + "," + below + "]}";
  }
  bomb += R"(},"$ref":"#/$defs/d29"})";
  EXPECT_EQ(Clean(bomb, Inlined()).json, "unsupported");

  std::string chain = R"({"$defs":{"d0":{"type":"string"})";
  for (int i = 1; i < 500; ++i) {
    chain += R"(,"d)" + std::to_string(i) + R"(":{"items":{"$ref":"#/$defs/d)" + std::to_string(i - 1) + R"("}})";
  }
  chain += R"(},"$ref":"#/$defs/d499"})";
  EXPECT_EQ(Clean(chain, Inlined()).json, "unsupported");

  // The deepest schema that is taken, at its widest, fits the writer.
  std::string deep = R"({"type":"string"})";
  for (int i = 0; i < 58; ++i) deep = R"({"type":["object","array"],"properties":{"a":)" + deep + "}}";
  SchemaRules rules = Strict();
  rules.type_arrays = false;
  rules.closed_objects = false;
  EXPECT_EQ(Clean(deep, rules).json.substr(0, 20), R"({"anyOf":[{"type":"o)");
}

TEST(SchemaCleaner, LeavesPropertiesOptionalWhereTheTargetDoes) {
  SchemaRules rules = Strict();
  rules.optional_properties = true;
  constexpr Case kCases[] = {
      {R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]})",
       R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],)"
       R"("additionalProperties":false})",
       ""},
      {R"({"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}})",
       R"({"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}})",
       "/items/additionalProperties"},
  };
  Check(kCases, rules);
}

TEST(SchemaCleaner, MergesAllOf) {
  constexpr Case kCases[] = {
      {R"({"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},)"
       R"({"properties":{"b":{"type":"integer"},"a":{"minLength":2}},"required":["b","a"]}],"description":"d"})",
       R"({"description":"d","type":"object","properties":{"a":{"type":"string","minLength":2},"b":{"type":"integer"}},)"
       R"("required":["a","b"]})",
       ""},
      {R"({"$defs":{"base":{"type":"object","properties":{"id":{"type":"string"}}}},)"
       R"("allOf":[{"$ref":"#/$defs/base"},{"properties":{"n":{"type":"number"}}}]})",
       R"({"type":"object","properties":{"id":{"type":"string"},"n":{"type":"number"}}})", ""},
      {R"({"allOf":[{"type":["string","integer"]},{"type":["number","string"]}]})", R"({"type":["string","integer"]})",
       ""},
      {R"({"allOf":[{"type":"number"},{"type":"integer"}]})", R"({"type":"integer"})", ""},
      {R"({"allOf":[{"type":"string"},{"type":"object"}]})", R"({"type":"string"})", "/allOf/1/type"},
      {R"({"allOf":[{"enum":["a","b"]},{"enum":["b","c"]}]})", R"({"enum":["b"]})", ""},
      {R"({"minimum":1,"maximum":9,"allOf":[{"minimum":3,"maximum":10},{"minimum":2,"maximum":8}]})",
       R"({"minimum":3,"maximum":8})", ""},
      {R"({"pattern":"a","allOf":[{"pattern":"b"}]})", R"({"pattern":"a"})", "/allOf/0/pattern"},
      {R"({"allOf":[{"additionalProperties":{"type":"string"}},{"additionalProperties":false}]})",
       R"({"additionalProperties":false})", ""},
      {R"({"allOf":[{"additionalProperties":true},{"additionalProperties":{"type":"string"}}]})",
       R"({"additionalProperties":{"type":"string"}})", ""},
      {R"({"allOf":[{"items":{"minLength":1}},{"items":{"type":"string"}}]})",
       R"({"items":{"minLength":1,"type":"string"}})", ""},
      {R"({"anyOf":[{"type":"string"}],"allOf":[{"anyOf":[{"type":"null"}]},{"anyOf":[{"type":"string"}]}]})",
       R"({"anyOf":[{"type":"string"}]})", "/allOf/0/anyOf"},
      {R"({"allOf":[true,{"type":"string"}]})", R"({"type":"string"})", ""},
      {R"({"items":{"allOf":[{"type":"string"},false]}})", R"({"items":false})", ""},
      {R"({"allOf":[]})", "{}", ""},
  };
  Check(kCases, Inlined());
}

TEST(SchemaCleaner, SaysTypesInTheTargetsWords) {
  constexpr Case kCases[] = {
      {R"({"type":["string","null"],"minLength":1})", R"({"type":"string","minLength":1,"nullable":true})", ""},
      {R"({"anyOf":[{"type":"string","minLength":1},{"type":"null"}],"description":"d"})",
       R"({"description":"d","type":"string","minLength":1,"nullable":true})", ""},
      {R"({"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]})",
       R"({"anyOf":[{"type":"string"},{"type":"integer"}],"nullable":true})", ""},
      {R"({"type":["string","integer","null"],"minLength":1,"minimum":2,"description":"d"})",
       R"({"description":"d","nullable":true,"anyOf":[{"type":"string","minLength":1},{"type":"integer","minimum":2}]})",
       ""},
      {R"({"type":["array","object"],"items":{"type":"string"},"properties":{"a":{"type":"string"}},"required":["a"]})",
       R"({"anyOf":[{"type":"array","items":{"type":"string"}},)"
       R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}]})",
       ""},
      {R"({"type":["string"]})", R"({"type":"string"})", ""},
      {R"({"type":["string","integer"],"enum":["a",1]})",
       R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"string","enum":["1"]}]})", "(root)"},
      {R"({"type":["string","integer"],"anyOf":[{"minLength":1}]})", R"({"type":"string","anyOf":[{"minLength":1}]})",
       "/type"},
      {R"({"oneOf":[{"type":"string"},{"type":"integer"}]})", R"({"anyOf":[{"type":"string"},{"type":"integer"}]})",
       "/oneOf"},
      {R"({"const":"a"})", R"({"type":"string","enum":["a"]})", ""},
      {R"({"type":"integer","enum":[1,2.50,12345678901234567890]})",
       R"({"type":"string","enum":["1","2.50","12345678901234567890"]})", "/type /enum"},
      {R"({"type":["string","null"],"enum":["a",null]})", R"({"type":"string","enum":["a"],"nullable":true})", ""},
      {R"({"type":"string","enum":["","a"]})", R"({"type":"string","enum":["a"]})", "/enum"},
      {R"({"properties":{"a":true,"b":false,"c":{"items":true}},"required":["a","b","gone"]})",
       R"({"type":"object","properties":{"a":{},"c":{"type":"array","items":{}}},"required":["a"]})",
       "/properties/b /required/1 /required/2"},
      {R"({"anyOf":[false,{"type":"string"},true]})", R"({"anyOf":[{"type":"string"},{}]})", "/anyOf/0"},
      {R"({"type":"array","items":false})", R"({"type":"array"})", "/items"},
      {R"({"type":"array","items":[{"type":"string"},{"type":"integer"}]})",
       R"({"type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]}})", "/items"},
      {R"({"type":"array","prefixItems":[{"type":"string"}]})", R"({"type":"array","items":{"type":"string"}})",
       "/prefixItems"},
  };
  Check(kCases, Reduced());
}

TEST(SchemaCleaner, TakesTheBestBranchWhereThereAreNone) {
  constexpr std::string_view kKeywords[] = {"type", "properties", "items", "description"};
  SchemaRules rules = Reduced();
  rules.keywords = kKeywords;
  constexpr Case kCases[] = {
      {R"({"description":"d","anyOf":[{"type":"null"},{"type":"string"},{"oneOf":[{"type":"array","items":{}}]}]})",
       R"({"description":"d","type":"string"})", "/anyOf"},
      {R"({"oneOf":[{"type":"string"},{"type":"object","properties":{"a":{"type":"string"}}},{"items":{}}]})",
       R"({"type":"object","properties":{"a":{"type":"string"}}})", "/oneOf"},
  };
  Check(kCases, rules);
}

TEST(SchemaCleaner, ClosesObjectsForStrictTargets) {
  constexpr Case kCases[] = {
      {R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","description":"d"}},"required":["a"]})",
       R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":["integer","null"],"description":"d"}},)"
       R"("required":["a","b"],"additionalProperties":false})",
       "/properties/b"},
      {R"({"type":"object"})", R"({"type":"object","properties":{},"required":[],"additionalProperties":false})", ""},
      {R"({"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}},"n":{"type":"object"}},)"
       R"("required":["m","n"],"additionalProperties":true})",
       R"({"type":"object","properties":{"m":{"type":"object","additionalProperties":false,"properties":{},"required":[]},)"
       R"("n":{"type":"object","properties":{},"required":[],"additionalProperties":false}},)"
       R"("required":["m","n"],"additionalProperties":false})",
       "/properties/m/additionalProperties /properties/n /additionalProperties"},
      {R"({"type":"object","properties":{"e":{"type":"string","enum":["a"]},"c":{"const":1},"x":{},)"
       R"("u":{"anyOf":[{"type":"string"},{"type":"integer"}]},"r":{"$ref":"#/$defs/s"},"o":{"type":["string","null"]}},)"
       R"("$defs":{"s":{"type":"string"}}})",
       R"({"type":"object","properties":{"e":{"type":["string","null"],"enum":["a",null]},)"
       R"("c":{"anyOf":[{"const":1},{"type":"null"}]},"x":{},)"
       R"("u":{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]},)"
       R"("r":{"anyOf":[{"$ref":"#/$defs/s"},{"type":"null"}]},"o":{"type":["string","null"]}},)"
       R"("$defs":{"s":{"type":"string"}},"required":["e","c","x","u","r","o"],"additionalProperties":false})",
       "/properties/e /properties/c /properties/u /properties/r"},
      // OpenAI takes nothing beside a reference
      {R"({"type":"object","properties":{"r":{"$ref":"#/$defs/s","description":"d"}},"required":["r"],)"
       R"("$defs":{"s":{"type":"string"}},"additionalProperties":false})",
       R"({"type":"object","properties":{"r":{"description":"d","type":"string"}},"required":["r"],)"
       R"("$defs":{"s":{"type":"string"}},"additionalProperties":false})",
       ""},
      {R"({"type":"object","properties":{"r":{"$ref":"#","description":"d"}},"required":["r"],"additionalProperties":false})",
       R"({"type":"object","properties":{"r":{"$ref":"#"}},"required":["r"],"additionalProperties":false})",
       "/properties/r/description"},
      // OpenAPI's way to say null
      {R"({"type":"object","properties":{"a":{"type":"string","nullable":true},"b":{"type":"string","nullable":false}},)"
       R"("required":["a","b"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"type":["string","null"]},"b":{"type":"string"}},)"
       R"("required":["a","b"],"additionalProperties":false})",
       ""},
      {R"({"type":"array","items":{"type":"string"}})", "unsupported", ""},
      {"{}", "unsupported", ""},
      {"true", "unsupported", ""},
      {R"({"anyOf":[{"type":"object"},{"type":"object"}]})", "unsupported", ""},
      // a root that is a reference becomes what it names, and its definition stays for the recursion
      {R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}}})",
       R"({"$defs":{"n":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},)"
       R"("required":["next"],"additionalProperties":false}},"type":"object",)"
       R"("properties":{"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["next"],)"
       R"("additionalProperties":false})",
       "/$defs/n/properties/next"},
  };
  Check(kCases, Strict());
}

TEST(SchemaCleaner, SurvivesMalformedSchemas) {
  for (const std::string_view schema :
       {"null", "[]", "1", "\"x\"",
        R"({"type":7,"properties":[1],"required":"a","enum":{},"items":3,"anyOf":{},"$ref":5})",
        R"({"type":[1,null],"properties":{"a":3},"required":[7],"enum":[],"format":9,"nullable":"x","const":null})",
        R"({"anyOf":[],"allOf":[],"oneOf":[],"prefixItems":[],"type":[]})"}) {
    for (const SchemaRules& rules : {Reduced(), Strict(), Inlined(), Open()}) {
      const Cleaned cleaned = Clean(schema, rules);
      Arena arena;
      EXPECT_TRUE(cleaned.json == "unsupported" || json::Parse(cleaned.json, arena).ok()) << schema;
    }
  }
}

}  // namespace
}  // namespace ag::wire
