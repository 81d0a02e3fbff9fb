#include "gatewayd/wire/loss_rules.h"

#include <absl/strings/str_split.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/catalog/catalog.h"
#include "translation_testing.h"
#include "wire_mapping.h"

namespace ag::wire {
namespace {

// One line of a file in loss_examples:
//   {"code":…, "field":…, "client":"chat", "target":"messages", "model":…, "with":{…}, "request":{…}, "reply":{…},
//   "stream":"…"}
// `with` adds members to the smallest request of the client's dialect; `request` is a whole one. `model` is one of the
// catalogue; without it the upstream's model is unknown. `reply` is the provider's plain body, `stream` its stream.
struct Example {
  std::string origin;  // file and line
  std::string code;
  std::string field;
  Dialect client = Dialect::kChat;
  Dialect target = Dialect::kChat;
  std::string model;
  std::string request;
  std::string reply;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string SmallestRequest(Dialect dialect) {
  switch (dialect) {
    case Dialect::kChat:
      return R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
    case Dialect::kCompletions:
      return R"({"model":"m","prompt":"x"})";
    case Dialect::kResponses:
      return R"({"model":"m","input":"x"})";
    case Dialect::kMessages:
      return R"({"model":"m","max_tokens":2048,"messages":[{"role":"user","content":"x"}]})";
    case Dialect::kGemini:
      return R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})";
  }
  return {};
}

// `base` with the members of `more` in place of its own.
std::string Merged(const std::string& base, const json::Value* more) {
  if (more == nullptr) return base;
  Arena arena;
  const auto parsed = json::Parse(base, arena);
  EXPECT_TRUE(parsed.ok());
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  for (const auto& [key, value] : (*parsed)->members()) {
    if (more->Find(key) == nullptr) writer.Key(key).Raw(value.raw());
  }
  for (const auto& [key, value] : more->members()) writer.Key(key).Raw(value.raw());
  writer.EndObject();
  return text;
}

std::string TextAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

Example ExampleOf(const std::string& line, const std::string& origin) {
  Example example;
  example.origin = origin;
  Arena arena;
  const auto parsed = json::Parse(line, arena);
  EXPECT_TRUE(parsed.ok()) << origin << ": " << parsed.status();
  if (!parsed.ok()) return example;
  const json::Value& value = **parsed;
  example.code = TextAt(value, "code");
  example.field = TextAt(value, "field");
  const auto client = DialectFromName(TextAt(value, "client"));
  const auto target = DialectFromName(TextAt(value, "target"));
  EXPECT_TRUE(client && target) << origin << ": which dialects?";
  if (!client || !target) return example;
  example.client = *client;
  example.target = *target;
  example.model = TextAt(value, "model");
  const json::Value* whole = value.Find("request");
  example.request = whole != nullptr ? std::string(whole->raw()) : Merged(SmallestRequest(*client), value.Find("with"));
  if (const json::Value* reply = value.Find("reply")) example.reply = std::string(reply->raw());
  if (example.reply.empty()) example.reply = TextAt(value, "stream");
  return example;
}

std::vector<Example> Examples() {
  std::vector<Example> examples;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/wire/loss_examples")) files.insert(entry.path());
  for (const auto& path : files) {
    int number = 0;
    for (const absl::string_view line : absl::StrSplit(ReadFile(path), '\n')) {
      ++number;
      if (line.empty()) continue;
      examples.push_back(ExampleOf(std::string(line), path.filename().string() + ":" + std::to_string(number)));
    }
  }
  return examples;
}

Endpoint EndpointOf(Dialect dialect, bool stream) {
  if (dialect == Dialect::kGemini) return GeminiEndpoint(stream ? StreamFraming::kSse : StreamFraming::kNone);
  return {dialect, Operation::kGenerate, {}, StreamFraming::kNone};
}

// "messages[0].content[1]" → "messages[].content[]"
std::string Pattern(std::string_view field) {
  std::string pattern;
  bool index = false;
  for (const char c : field) {
    if (c == ']') index = false;
    if (!index) pattern += c;
    if (c == '[') index = true;
  }
  return pattern;
}

bool Lists(std::string_view list, std::string_view item) {
  const std::vector<absl::string_view> items = absl::StrSplit(ToAbsl(list), ", ");
  return std::find(items.begin(), items.end(), ToAbsl(item)) != items.end();
}

// Proven by the tests of the code that gives them: an example would need a history or a reply.
const std::set<std::string_view> kProvenByUnit = {
    "allowed_subset",      "custom_grammar",     "document_as_text",      "invalid_arguments",      "json_by_tool",
    "missing_result",      "only_text",          "orphan_result",         "other_provider_tool",    "refused_reasoning",
    "reply_arguments",     "result_media_moved", "schema_keyword",        "schema_not_sent",        "second_result",
    "server_tool_history", "server_tool_reply",  "signature_placeholder", "strict_not_expressible", "texts_joined",
    "tool_error_flag",     "web_search_option"};

TEST(LossRules, AreFoundByCode) {
  for (const LossRule& rule : LossRules()) {
    EXPECT_EQ(FindLossRule(rule.code), &rule);
    EXPECT_FALSE(rule.meaning.empty() || rule.page.empty() || rule.field.empty()) << rule.code;
  }
  EXPECT_EQ(FindLossRule("no_such_code"), nullptr);
  EXPECT_EQ(FindLossRule(""), nullptr);
  EXPECT_EQ(LossOf("top_k", "not_in_dialect").loss_class, LossClass::kDrop);
  EXPECT_EQ(LossOf("temperature", "clamped").loss_class, LossClass::kApprox);
}

TEST(LossRulesDeathTest, ACodeWithoutARowIsABug) { EXPECT_DEATH(LossOf("top_k", "no_such_code"), "no_such_code"); }

TEST(LossRules, EachExampleHasTheLossThatItsRowDescribes) {
  const catalog::Catalog catalog = catalog::Catalog::Shipped();
  for (const Example& example : Examples()) {
    SCOPED_TRACE(example.origin + " " + example.code + " " + example.field);
    const LossRule* rule = FindLossRule(example.code);
    ASSERT_NE(rule, nullptr) << "loss_rules.cc has no such row";
    EXPECT_TRUE(Lists(rule->field, Pattern(example.field))) << "the row does not list the field";
    if (rule->from != "any" && rule->from != "reply") {
      EXPECT_TRUE(Lists(rule->from, NameOf(example.client))) << "the row does not list the client";
    }
    EXPECT_TRUE(rule->to == "any foreign" || Lists(rule->to, NameOf(example.target)))
        << "the row does not list the target";

    UpstreamTarget target = TargetOf(example.target);
    if (!example.model.empty()) {
      target.model = example.model;
      target.model_info = catalog.FindModel(example.model);
      ASSERT_TRUE(target.model_info.known) << example.model;
    }
    const bool stream = !example.reply.empty() && example.reply.front() != '{';
    Exchange exchange(EndpointOf(example.client, stream), example.request, target);
    ASSERT_TRUE(exchange.status().ok()) << exchange.status();
    if (!example.reply.empty()) {
      EXPECT_EQ(exchange.Reply(example.reply), Step::kDone) << exchange.report().error;
    }
    const bool of_reply = rule->from == "reply";
    EXPECT_EQ(of_reply, !example.reply.empty()) << "a loss of a reply needs one, and the others none";
    const auto& losses = exchange.report().losses;
    const auto found = std::find_if(losses.begin(), losses.end(), [&](const Loss& loss) {
      return loss.field == example.field && loss.reason.code == example.code;
    });
    ASSERT_NE(found, losses.end()) << "losses: " << exchange.Losses() << "\nbody: " << exchange.upstream_body();
    EXPECT_EQ(found->loss_class, rule->loss_class);
  }
}

TEST(LossRules, EachFieldOfEachRowHasAnExample) {
  std::map<std::string, std::set<std::string>> seen;
  for (const Example& example : Examples()) seen[example.code].insert(Pattern(example.field));
  for (const LossRule& rule : LossRules()) {
    if (kProvenByUnit.contains(rule.code)) continue;
    for (const absl::string_view field : absl::StrSplit(ToAbsl(rule.field), ", ")) {
      EXPECT_TRUE(seen[std::string(rule.code)].contains(std::string(field)))
          << rule.code << " of " << field << ": add a line to tests/wire/loss_examples";
    }
  }
}

TEST(LossRules, ThePageIsMadeFromThem) {
  EXPECT_EQ(ReadFile("docs/wire-mapping.md"), WireMapping(LossRules()))
      << "The page is stale: build/dev/bin/ag_wire_mapping > docs/wire-mapping.md";
}

}  // namespace
}  // namespace ag::wire
