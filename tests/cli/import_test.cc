#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/import/import_plan.h"
#include "cli/import/node.h"

namespace ag::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void AddProvider(v1::ListProvidersResponse& providers, const std::string& name, const std::string& base_url,
                 bool needs_key = true) {
  auto& provider = *providers.add_providers();
  provider.set_name(name);
  provider.set_api_key_required(needs_key);
  provider.set_base_url_required(base_url.empty());
  provider.add_endpoints()->set_base_url(base_url);
}

class Import : public testing::Test {
 protected:
  Import() {
    AddProvider(context_.providers, "openai", "https://api.openai.com/v1");
    AddProvider(context_.providers, "anthropic", "https://api.anthropic.com/v1");
    AddProvider(context_.providers, "gemini", "https://generativelanguage.googleapis.com/v1beta");
    AddProvider(context_.providers, "deepseek", "https://api.deepseek.com/v1");
    AddProvider(context_.providers, "openrouter", "https://openrouter.ai/api/v1");
    AddProvider(context_.providers, "ollama", "http://127.0.0.1:11434/v1", false);
    AddProvider(context_.providers, "openai-compatible", "", false);
    context_.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
  }
  ImportPlan Read(const std::string& text, std::optional<ImportFormat> format = std::nullopt) {
    auto plan = ReadForeignConfig(text, format, context_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *std::move(plan) : ImportPlan();
  }
  // "label provider key [base URL] [proxy]"
  static std::vector<std::string> Accounts(const ImportPlan& plan) {
    std::vector<std::string> out;
    for (const auto& account : plan.accounts) {
      std::string text = account.label() + " " + account.provider() + " " + account.api_key();
      if (!account.base_url().empty()) text += " " + account.base_url();
      if (!account.egress().proxy_url().empty()) text += " via " + account.egress().proxy_url();
      out.push_back(text);
    }
    return out;
  }
  // "pattern: provider:model, provider:model"
  static std::vector<std::string> Routes(const ImportPlan& plan) {
    std::vector<std::string> out;
    for (const auto& route : plan.routes) {
      std::string text = route.pattern() + ": " + route.provider() + ":" + route.model();
      for (const auto& fallback : route.fallbacks()) text += ", " + fallback.provider() + ":" + fallback.model();
      out.push_back(text);
    }
    return out;
  }

  static std::vector<std::string> Notes(const ImportPlan& plan) {
    std::vector<std::string> out;
    for (const auto& note : plan.notes) out.push_back(NoteText(note));
    return out;
  }

  std::map<std::string, std::string> environment_;
  ImportContext context_;
};

constexpr char kLiteLlm[] = R"(
model_list:
  - model_name: smart
    litellm_params:
      model: anthropic/claude-opus-5
      api_key: os.environ/TEAM_ANTHROPIC_KEY
      rpm: 60
  - model_name: smart            # a second deployment: another account of the same place
    litellm_params: {model: anthropic/claude-opus-5, api_key: sk-ant-second}
  - model_name: quick
    litellm_params:
      model: gpt-5-mini
      api_key: sk-openai
  - model_name: local
    litellm_params:
      model: openai/qwen3
      api_base: http://gpu.lan:8000/v1
      api_key: none
  - model_name: claude-*
    litellm_params: {model: anthropic/claude-*, api_key: os.environ/TEAM_ANTHROPIC_KEY}
  - model_name: all/*
    litellm_params: {model: openai/*, api_key: sk-openai}
  - model_name: far
    litellm_params: {model: bedrock/some-model}
litellm_settings:
  drop_params: true
  fallbacks: [{smart: [quick, local]}, {quick: [nobody]}]
  context_window_fallbacks: [{local: [smart]}]
router_settings:
  model_group_alias: {gpt-4: quick, lost: nowhere}
general_settings:
  master_key: sk-1234
)";

TEST_F(Import, ReadsLiteLlm) {
  environment_["TEAM_ANTHROPIC_KEY"] = "sk-ant-first";
  const ImportPlan plan = Read(kLiteLlm);
  EXPECT_THAT(Accounts(plan), ElementsAre("anthropic anthropic sk-ant-first", "anthropic-2 anthropic sk-ant-second",
                                          "openai openai sk-openai", "openai-2 openai none http://gpu.lan:8000/v1"));
  EXPECT_THAT(Routes(plan),
              ElementsAre("smart: anthropic:claude-opus-5, openai:gpt-5-mini, openai:qwen3", "quick: openai:gpt-5-mini",
                          "local: openai:qwen3", "claude-*: anthropic:", "gpt-4: openai:gpt-5-mini"));
  for (const char* part :
       {"`litellm_params.rpm`", "all/*", "bedrock", "nobody", "drop_params", "lost", "general_settings"}) {
    // "nobody" is told of by the name whose fallbacks lead there.
    const std::string text = std::string(part) == "nobody" ? "\"quick\"" : part;
    EXPECT_THAT(Notes(plan), Contains(HasSubstr(text)));
  }
  for (const auto& note : Notes(plan)) EXPECT_THAT(note, Not(HasSubstr("sk-")));
}

// They would act when a provider is down, and never when a prompt is too long.
TEST_F(Import, LeavesFallbacksForLongPromptsOut) {
  const ImportPlan plan = Read(kLiteLlm);
  EXPECT_THAT(Routes(plan), Contains("local: openai:qwen3"));
  EXPECT_THAT(Notes(plan), Contains(AllOf(HasSubstr("not imported"), HasSubstr("`context_window_fallbacks`"),
                                          HasSubstr("\"local\""))));
}

TEST_F(Import, SaysWhichVariableIsMissing) {
  const ImportPlan plan = Read(kLiteLlm);
  EXPECT_THAT(Notes(plan), Contains(AllOf(HasSubstr("line 3"), HasSubstr("export TEAM_ANTHROPIC_KEY="))));
  EXPECT_THAT(Accounts(plan), Contains("anthropic anthropic sk-ant-second"));
}

constexpr char kCliProxyApi[] = R"(
port: 8317
auth-dir: "~/.cli-proxy-api"
api-keys: ["client-key"]
proxy-url: "http://company:3128"
gemini-api-key:
  - api-key: "AIza-one"
    proxy-url: "socks5://proxy.example:1080"
    excluded-models: ["gemini-2.5-pro"]
generative-language-api-key: ["AIza-old"]
claude-api-key:
  - api-key: "sk-ant-one"
  - api-key: "sk-ant-two"
    base-url: "https://claude.example"
    models: [{name: claude-sonnet-5, alias: sonnet}]
codex-api-key:
  - api-key: "sk-codex"
openai-compatibility:
  - name: "openrouter"
    base-url: "https://openrouter.ai/api/v1"
    api-key-entries: [{api-key: "sk-or-one"}, {api-key: "sk-or-two"}]
    models:
      - {name: "moonshotai/kimi-k2:free", alias: "kimi"}
      - {name: "same", alias: "same"}
  - name: "mine"
    base-url: "http://llm.lan/v1"
)";

TEST_F(Import, ReadsCliProxyApiWithoutItsSignIns) {
  const ImportPlan plan = Read(kCliProxyApi);
  EXPECT_THAT(Accounts(plan),
              ElementsAre("gemini gemini AIza-one via socks5://proxy.example:1080", "gemini-2 gemini AIza-old",
                          "anthropic anthropic sk-ant-one", "anthropic-2 anthropic sk-ant-two https://claude.example",
                          "openai openai sk-codex", "openrouter openrouter sk-or-one",
                          "openrouter-2 openrouter sk-or-two", "mine openai-compatible  http://llm.lan/v1"));
  EXPECT_THAT(Routes(plan),
              ElementsAre("sonnet: anthropic:claude-sonnet-5", "kimi: openrouter:moonshotai/kimi-k2:free"));
  EXPECT_THAT(Notes(plan), Contains(HasSubstr("sign-ins in `auth-dir`")));
  EXPECT_THAT(Notes(plan), Contains(HasSubstr("upstream.proxy_url")));
  EXPECT_THAT(Notes(plan), Contains(HasSubstr("`gemini-api-key.excluded-models`")));
  EXPECT_THAT(Notes(plan), Contains(HasSubstr("`api-keys`")));
}

constexpr char kClaudeCodeRouter[] = R"({
  "APIKEY": "secret-of-the-router",
  "Providers": [
    {"name": "deepseek", "api_base_url": "https://api.deepseek.com/chat/completions", "api_key": "$DEEPSEEK_KEY",
     "models": ["deepseek-chat"], "transformer": {"use": ["deepseek"]}},
    {"name": "ollama", "api_base_url": "http://localhost:11434/v1/chat/completions", "api_key": "ollama",
     "models": ["qwen2.5-coder:latest"]}
  ],
  "Router": {"default": "deepseek,deepseek-chat", "background": "ollama,qwen2.5-coder:latest",
             "think": "deepseek,deepseek-reasoner", "longContextThreshold": 60000}
})";

TEST_F(Import, ReadsClaudeCodeRouter) {
  environment_["DEEPSEEK_KEY"] = "sk-deep";
  const ImportPlan plan = Read(kClaudeCodeRouter);
  EXPECT_THAT(Accounts(plan), ElementsAre("deepseek deepseek sk-deep",
                                          "ollama ollama ollama http://localhost:11434/v1/chat/completions"));
  EXPECT_THAT(Routes(plan), ElementsAre("claude-*: deepseek:deepseek-chat", "opus: deepseek:deepseek-chat",
                                        "sonnet: deepseek:deepseek-chat", "claude-*haiku*: ollama:qwen2.5-coder:latest",
                                        "haiku: ollama:qwen2.5-coder:latest"));
  EXPECT_THAT(Notes(plan), Contains(HasSubstr("`Router.think`")));
  for (const auto& note : Notes(plan)) EXPECT_THAT(note, Not(HasSubstr("secret-of-the-router")));
}

// Its file is JSON5: people keep notes in it.
constexpr char kCommented[] =
    "\xEF\xBB\xBF"
    R"(// mine
/* written by hand,
   "Providers": [] */
{
	"PROXY_URL": "", // none: the office has no proxy
	"Providers": [
    {
      "name": "openrouter", // "paid"
      "api_base_url": "https://openrouter.ai/api/v1/chat/completions",
      "api_key": "sk-or-//not-a-comment",
      "models": ["vendor/model", /* "vendor/old", */ "vendor//odd"],
      "transformer": {"use": ["openrouter"]}
    },
    {
      "name": "lab \" // lab", "api_base_url": "http://llm.lan/v1/chat/completions", "api_key": "/* kept */",
      "models": [],
    },//the last one
  ],
  "Router": {
    "default": "openrouter,vendor//odd", // it's the best
    // "default": "lab,other",
    "background": "openrouter,vendor/model",
  },
}
/* the end)";

TEST_F(Import, ReadsJsonWithCommentsAndTrailingCommas) {
  const ImportPlan plan = Read(kCommented);
  EXPECT_THAT(Accounts(plan),
              ElementsAre("openrouter openrouter sk-or-//not-a-comment",
                          "lab \" // lab openai-compatible /* kept */ http://llm.lan/v1/chat/completions"));
  EXPECT_THAT(Routes(plan), ElementsAre("claude-*: openrouter:vendor//odd", "opus: openrouter:vendor//odd",
                                        "sonnet: openrouter:vendor//odd", "claude-*haiku*: openrouter:vendor/model",
                                        "haiku: openrouter:vendor/model"));
  // Lines are counted as the file has them.
  EXPECT_THAT(Notes(plan), Contains(AllOf(HasSubstr("line 12"), HasSubstr("`Providers.transformer`"))));
}

TEST_F(Import, TellsWhatIsIncomplete) {
  EXPECT_THAT(Notes(Read("model_list: [{model_name: smart}]")),
              ElementsAre("line 1: model \"smart\" was not taken over: it needs model_name, model"));
  EXPECT_THAT(Notes(Read(R"({"Providers": [{"name": "lab"}], "Router": {"default": "lab,one"}})")),
              ElementsAre("line 1: provider \"lab\" was not taken over: it needs name, api_base_url",
                          "line 1: \"lab,one\" names no provider of this file (provider,model)"));
  EXPECT_THAT(Notes(Read("claude-api-key: [{base-url: 'https://claude.example'}]")),
              ElementsAre("anthropic: there is no key, which anthropic needs"));
}

TEST_F(Import, SaysWhoseConfigurationItIs) {
  EXPECT_EQ(Read(kLiteLlm).format, ImportFormat::kLiteLlm);
  EXPECT_EQ(Read(kCliProxyApi).format, ImportFormat::kCliProxyApi);
  EXPECT_EQ(Read(kClaudeCodeRouter).format, ImportFormat::kClaudeCodeRouter);
}

TEST_F(Import, KeepsTheRoutesThatAreHere) {
  ImportPlan plan = Read(kClaudeCodeRouter);
  v1::Route mine;
  mine.set_pattern("opus");
  v1::Route background;  // for clients' own tasks alone: another route
  background.set_pattern("haiku");
  background.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  KeepPresentRoutes(plan, {mine, background});
  EXPECT_THAT(Routes(plan),
              ElementsAre("claude-*: deepseek:deepseek-chat", "sonnet: deepseek:deepseek-chat",
                          "claude-*haiku*: ollama:qwen2.5-coder:latest", "haiku: ollama:qwen2.5-coder:latest"));
  EXPECT_THAT(Notes(plan), Contains("there is a route for opus already, which stays"));
}

TEST_F(Import, KnowsAFileThatAPassphraseOpens) {
  EXPECT_TRUE(IsSealedExport("AG-GATEWAY-ACCOUNTS 1\nscrypt N=32768 r=8 p=1 salt=00"));
  EXPECT_FALSE(IsSealedExport(kLiteLlm));
  EXPECT_FALSE(IsSealedExport(""));
}

TEST_F(Import, KeepsWhatLooksLikeACommentInYaml) {
  constexpr char kText[] = R"(
openai-compatibility:
  - {name: mine, base-url: http://llm.lan/v1, api-key-entries: [{api-key: one //two}]} # "note"
)";
  EXPECT_THAT(Accounts(Read(kText)), ElementsAre("mine openai-compatible one //two http://llm.lan/v1"));
  constexpr char kFlow[] = "{openai-compatibility: [{name: mine, base-url: http://llm.lan/v1}]}";
  EXPECT_THAT(Accounts(Read(kFlow)), ElementsAre("mine openai-compatible  http://llm.lan/v1"));
}

TEST_F(Import, NamesTheLineOfAFileThatCannotBeRead) {
  const auto broken = ReadForeignConfig("model_list:\n  - model_name: [\n", std::nullopt, context_);
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("line 3"));
  const auto other = ReadForeignConfig("port: 80\n", std::nullopt, context_);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("--from"));
  const auto list = ReadForeignConfig("- one\n", std::nullopt, context_);
  EXPECT_THAT(std::string(list.status().message()), HasSubstr("no settings by name"));
  EXPECT_THAT(Read("port: 80\n", ImportFormat::kLiteLlm).accounts, IsEmpty());
}

TEST_F(Import, BoundsWhatAFileMayGrowTo) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int n = 0; n < 9; ++n) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_THAT(std::string(ReadNode(bomb).status().message()), HasSubstr("too large"));
  EXPECT_FALSE(ReadNode(std::string(5U << 20U, 'x')).ok());
}

}  // namespace
}  // namespace ag::cli
