#include "cli/commands/account_add.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cli/commands/account_credential.h"
#include "cli/commands/account_view.h"
#include "cli/commands/egress_options.h"
#include "cli/output/text.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

constexpr std::size_t kModelsShown = 8;

struct AddOptions {
  v1::Account account;
  std::string api_key_file;
  CredentialOptions credential;
  NewEgressOptions egress;
  bool no_test = false;
};

// True when questions may be asked: a person is there, and standard input is not the key.
bool MayAsk(const Session& session, const AddOptions& options) {
  return InputIsTerminal() && !session.json && options.api_key_file != "-" &&
         options.credential.refresh_token_file != "-" && options.egress.proxy != "-";
}

StandardInput InputOf(const AddOptions& options) {
  const CredentialOptions& credential = options.credential;
  const bool taken = options.api_key_file == "-" || credential.refresh_token_file == "-" ||
                     credential.service_account == "-" || credential.authorized_user == "-" ||
                     credential.client_secret_file == "-";
  return taken ? StandardInput::kTaken : StandardInput::kFree;
}

const v1::Provider* FindProvider(const v1::ListProvidersResponse& providers, const std::string& name) {
  const auto found = std::ranges::find_if(providers.providers(), [&](const auto& one) { return one.name() == name; });
  return found == providers.providers().end() ? nullptr : &*found;
}

// Many providers hand out keys that begin so: OpenAI's are only the best known.
bool IsAnyones(std::string_view prefix) { return prefix == "sk-"; }

// Whose key it looks like by the longest prefix; `sure` when nobody else hands out such keys.
struct Detected {
  const v1::Provider* provider = nullptr;
  bool sure = false;
};
Detected DetectProvider(const v1::ListProvidersResponse& providers, const std::string& key) {
  Detected best;
  std::size_t best_length = 0;
  for (const auto& provider : providers.providers()) {
    for (const auto& prefix : provider.api_key_prefixes()) {
      if (prefix.size() <= best_length || key.rfind(prefix, 0) != 0) continue;
      best = {&provider, !IsAnyones(prefix)};
      best_length = prefix.size();
    }
  }
  return best;
}

std::vector<std::string> Names(const v1::ListProvidersResponse& providers) {
  std::vector<std::string> names;
  for (const auto& provider : providers.providers()) names.push_back(provider.name());
  return names;
}

// Those to whom a plain sk- key may belong: the likely one first, then who takes a key and has no prefix of its own.
std::vector<std::string> Candidates(const v1::ListProvidersResponse& providers, const v1::Provider& likely) {
  std::vector<std::string> names{likely.name()};
  for (const auto& provider : providers.providers()) {
    if (provider.api_key_prefixes().empty() && provider.api_key_required()) names.push_back(provider.name());
  }
  return names;
}

// A key is sent to nobody by a guess: whoever adds it says whose it is.
absl::Status NameProvider(const Session& session, const v1::ListProvidersResponse& providers,
                          const v1::Provider& likely, AddOptions& options) {
  const std::string names = absl::StrJoin(Candidates(providers, likely), ", ");
  if (!MayAsk(session, options)) {
    return UsageError(
        absl::StrCat("keys that begin with sk- are handed out by several providers; name yours with "
                     "--provider: ",
                     names));
  }
  auto name = Ask(absl::StrCat("Keys that begin with sk- are handed out by several providers (", names, "). Provider [",
                               likely.name(), "]: "),
                  Echo::kOn);
  if (!name.ok()) return name.status();
  options.account.set_provider(name->empty() ? likely.name() : *name);
  return absl::OkStatus();
}

absl::Status ReadKey(const Session& session, AddOptions& options) {
  if (!options.api_key_file.empty()) {
    auto key = ReadSecretFile(options.api_key_file);
    if (!key.ok()) return key.status();
    options.account.set_api_key(*std::move(key));
    return absl::OkStatus();
  }
  if (!MayAsk(session, options)) return absl::OkStatus();
  auto key = Ask("API key (not shown; empty for a server without keys): ", Echo::kOff);
  if (!key.ok()) return key.status();
  options.account.set_api_key(*std::move(key));
  return absl::OkStatus();
}

absl::StatusOr<const v1::Provider*> ChooseProvider(const Session& session, const v1::ListProvidersResponse& providers,
                                                   AddOptions& options) {
  if (options.account.provider().empty()) {
    const auto [detected, sure] = DetectProvider(providers, options.account.api_key());
    if (sure) {
      if (!session.json) PrintNote(absl::StrCat("The key looks like one of ", detected->display_name(), "."));
      options.account.set_provider(detected->name());
      return detected;
    }
    if (detected != nullptr) {
      if (auto named = NameProvider(session, providers, *detected, options); !named.ok()) return named;
    }
  }
  if (options.account.provider().empty()) {
    if (!MayAsk(session, options)) {
      return UsageError(absl::StrCat("name the provider with --provider: ", absl::StrJoin(Names(providers), ", ")));
    }
    auto name = Ask(absl::StrCat("Provider (", absl::StrJoin(Names(providers), ", "), "): "), Echo::kOn);
    if (!name.ok()) return name.status();
    options.account.set_provider(*name);
  }
  const std::string& name = options.account.provider();
  if (const auto* found = FindProvider(providers, name)) return found;
  const auto names = Names(providers);
  const auto near = Suggest(name, names);
  return UsageError(
      absl::StrCat("there is no provider \"", name, "\"",
                   near.empty() ? absl::StrCat("; there are ", absl::StrJoin(names, ", ")) : DidYouMean(name, names)));
}

// Asks for, or refuses, what the provider needs and the options lack.
absl::Status Complete(const Session& session, const v1::Provider& provider, AddOptions& options) {
  if (provider.base_url_required() && options.account.base_url().empty()) {
    if (!MayAsk(session, options)) {
      return UsageError(absl::StrCat(provider.display_name(), " needs the server's address: --base-url URL"));
    }
    auto url = Ask("Base URL of the server: ", Echo::kOn);
    if (!url.ok()) return url.status();
    options.account.set_base_url(*std::move(url));
  }
  if (provider.api_key_required() && options.account.api_key().empty() && !options.credential.given()) {
    return UsageError(absl::StrCat(provider.display_name(),
                                   " needs an API key: --api-key-file FILE, or - for standard "
                                   "input",
                                   provider.docs_url().empty() ? "" : absl::StrCat(" (see ", provider.docs_url(), ")"),
                                   provider.sign_in_supported() ? "; or a sign-in: `agctl accounts sign-in`" : ""));
  }
  return absl::OkStatus();
}

// The presets worth offering that nobody has applied yet.
absl::StatusOr<std::vector<std::string>> OfferedPresets(Session& session, const std::string& provider) {
  v1::ListRoutePresetsRequest request;
  request.set_provider(provider);
  const auto presets = session.client().ListRoutePresets(request);
  if (!presets.ok()) return presets.status();
  const auto routes = session.client().ListRoutes(v1::ListRoutesRequest());
  if (!routes.ok()) return routes.status();
  std::vector<std::string> offered;
  for (const auto& preset : presets->presets()) {
    const bool applied =
        std::ranges::any_of(routes->routes(), [&](const auto& route) { return route.origin() == preset.name(); });
    if (preset.offered() && !applied) offered.push_back(preset.name());
  }
  return offered;
}

absl::Status OfferPresets(Session& session, const v1::Provider& provider, const std::vector<std::string>& offered,
                          const AddOptions& options) {
  if (!offered.empty() && !MayAsk(session, options)) {
    Print(absl::StrCat("\nTo let clients that ask for other companies' models use it:\n"));
    for (const auto& name : offered) {
      Print(absl::StrCat("  agctl routes preset ", name, " --provider ", provider.name(), "\n"));
    }
    return absl::OkStatus();
  }
  for (const auto& name : offered) {
    v1::ApplyRoutePresetRequest request;
    request.set_preset(name);
    request.set_provider(provider.name());
    request.set_validate_only(true);
    const auto plan = session.client().ApplyRoutePreset(request);
    if (absl::IsInvalidArgument(plan.status())) continue;  // none of its models is meant by those names
    if (!plan.ok()) return plan.status();
    std::string question =
        absl::StrCat("Serve the models that ", name, " asks for with ", provider.display_name(), "?");
    if (!plan->replaced_routes().empty()) {
      absl::StrAppend(&question, " It replaces your routes for ",
                      absl::StrJoin(plan->replaced_routes(), ", ",
                                    [](std::string* out, const auto& route) { out->append(route.pattern()); }),
                      ".");
    }
    if (!Confirm(question)) continue;
    request.set_validate_only(false);
    request.set_replace(!plan->replaced_routes().empty());
    const auto applied = session.client().ApplyRoutePreset(request);
    if (!applied.ok()) return applied.status();
    Print(absl::StrCat("Wrote ", applied->routes_size(), " routes for ", name, ".\n"));
  }
  return absl::OkStatus();
}

// What came of one account.
struct Added {
  v1::Account account;
  std::optional<v1::TestAccountResponse> test;
};

void WriteAdded(JsonWriter& json, const Added& added, const std::vector<std::string>& offered) {
  const auto& [account, test] = added;
  json.BeginObject();
  WriteAccount(json, account);
  if (test) {
    json.Key("test").BeginObject();
    WriteTest(json, *test);
    json.EndObject();
  }
  json.Key("offered_presets").BeginArray();
  for (const auto& name : offered) json.String(name);
  json.EndArray().EndObject();
}

enum class Wanted : std::uint8_t { kOne, kSeveral };

// One account is an object; several are a list of those that were added.
void PrintJson(Wanted wanted, const std::vector<Added>& added, const std::vector<std::string>& offered) {
  JsonWriter json;
  if (wanted == Wanted::kSeveral) json.BeginArray();
  for (const Added& one : added) WriteAdded(json, one, offered);
  if (wanted == Wanted::kSeveral) json.EndArray();
  Print(json.text() + "\n");
}

// Tests the new account and shows what came. CANCELLED when the user takes a bad account back.
absl::StatusOr<v1::TestAccountResponse> TestNew(Session& session, const AddOptions& options, v1::Account& account) {
  auto test = TestAccount(session, account);
  if (!test.ok()) {
    v1::TestAccountResponse failed;
    failed.set_message(std::string(test.status().message()));
    test = std::move(failed);
  }
  v1::GetAccountRequest again;
  again.set_id(account.id());
  if (auto refreshed = session.client().GetAccount(again); refreshed.ok()) account = refreshed->account();
  if (session.json) return test;
  if (test->ok()) {
    Print(TestText(account, *test));
    return test;
  }
  PrintNote(TestText(account, *test));
  if (!MayAsk(session, options)) {
    PrintNote(absl::StrCat("It is kept all the same. Once the cause is mended: agctl accounts test ", account.id(),
                           "; or take it back: agctl accounts remove ", account.id()));
    return test;
  }
  if (Confirm("Keep the account anyway?")) return test;
  v1::DeleteAccountRequest remove;
  remove.set_id(account.id());
  if (const auto removed = session.client().DeleteAccount(remove); !removed.ok()) return removed.status();
  return absl::CancelledError("the account was not added");
}

absl::StatusOr<Added> AddOne(Session& session, const AddOptions& options, const v1::Account& wanted) {
  v1::CreateAccountRequest request;
  *request.mutable_account() = wanted;
  auto created = session.client().CreateAccount(request);
  if (!created.ok()) return created.status();
  Added added;
  added.account = std::move(*created->mutable_account());
  if (!session.json) Print(absl::StrCat("Added ", added.account.label(), " (", added.account.id(), ").\n"));
  if (options.no_test) return added;
  auto tested = TestNew(session, options, added.account);
  if (!tested.ok()) return tested.status();
  added.test = *std::move(tested);
  return added;
}

// The accounts that the options describe: several when a file has several refresh tokens.
absl::StatusOr<std::vector<v1::Account>> Describe(const AddOptions& options) {
  if (options.credential.given()) return WithCredentials(options.account, options.credential);
  return std::vector<v1::Account>{options.account};
}

absl::Status Add(Session& session, AddOptions options) {
  const auto providers = session.client().ListProviders();
  if (!providers.ok()) return providers.status();
  if (auto read = ReadEgress(options.egress, InputOf(options), options.account); !read.ok()) return read;
  if (!options.credential.given()) {
    if (const auto status = ReadKey(session, options); !status.ok()) return status;
  }
  const auto provider = ChooseProvider(session, *providers, options);
  if (!provider.ok()) return provider.status();
  if (const auto status = Complete(session, **provider, options); !status.ok()) return status;
  const auto wanted = Describe(options);
  if (!wanted.ok()) return wanted.status();

  std::vector<Added> added;
  absl::Status outcome;
  for (const v1::Account& account : *wanted) {
    auto one = AddOne(session, options, account);
    if (!one.ok()) {
      outcome = one.status();
      break;
    }
    added.push_back(*std::move(one));
  }
  std::vector<std::string> offered;
  if (outcome.ok()) {
    auto found = OfferedPresets(session, (*provider)->name());
    if (!found.ok()) outcome = found.status();
    if (found.ok()) offered = *std::move(found);
  }
  if (session.json) {
    // Whatever failed after them: they are there.
    if (!added.empty()) PrintJson(wanted->size() == 1 ? Wanted::kOne : Wanted::kSeveral, added, offered);
    return outcome;
  }
  if (!outcome.ok()) return outcome;
  // First things first.
  if (std::ranges::any_of(added, [](const Added& one) { return one.test && !one.test->ok(); })) return absl::OkStatus();
  return OfferPresets(session, **provider, offered, options);
}

}  // namespace

absl::StatusOr<v1::TestAccountResponse> TestAccount(Session& session, const v1::Account& account) {
  v1::TestAccountRequest request;
  request.set_id(account.id());
  return session.client().TestAccount(request);
}

void WriteTest(JsonWriter& json, const v1::TestAccountResponse& test) {
  json.Field("ok", test.ok()).Field("message", test.message()).Key("models").BeginArray();
  for (const auto& model : test.models()) json.String(model);
  json.EndArray().Key("latency_ms").Number(Millis(test.latency()));
}

std::string TestText(const v1::Account& account, const v1::TestAccountResponse& test) {
  if (!test.ok()) return absl::StrCat(account.label(), ": the test failed: ", test.message(), "\n");
  std::string text = absl::StrCat(account.label(), ": ", test.message(), " (", ShortDuration(test.latency()), ")\n");
  const auto shown = std::min(kModelsShown, static_cast<std::size_t>(test.models_size()));
  for (std::size_t i = 0; i < shown; ++i) absl::StrAppend(&text, "  ", test.models(static_cast<int>(i)), "\n");
  if (const auto more = static_cast<std::size_t>(test.models_size()) - shown; more > 0) {
    absl::StrAppend(&text, "  and ", more, " more: `agctl accounts show ", account.id(), "`\n");
  }
  return text;
}

void AddAccountAdd(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand("add", "Add an account; on a terminal it asks for what is missing");
  auto options = std::make_shared<AddOptions>();  // shared: the options and the command
  v1::Account& account = options->account;
  app->add_option("--provider", *account.mutable_provider(), "What it belongs to: `agctl accounts providers`");
  app->add_option("--label", *account.mutable_label(), "Its name for people");
  app->add_option("--base-url", *account.mutable_base_url(), "Another server that speaks the provider's API");
  app->add_option("--api-key-file", options->api_key_file, "The file with the API key, or - for standard input");
  AddCredentialOptions(*app, options->credential);
  options->egress.AddTo(*app);
  app->add_option("--project", *account.mutable_project(),
                  "The cloud project: billed for tokens (vertex needs it), groups API keys that share its limits");
  app->add_option("--location", *account.mutable_location(), "The cloud region (vertex: global if none is given)");
  app->add_option("--quota-group", *account.mutable_quota_group(),
                  "Accounts of one group share one limit; those of one --project do anyway");
  app->add_option_function<int>(
      "--priority", [&account](int value) { account.set_priority(value); }, "Higher is used first");
  app->add_option_function<int>(
         "--weight", [&account](int value) { account.set_weight(value); }, "Its share among equals")
      ->check(CLI::Range(1, 1'000'000));
  app->add_flag("--no-test", options->no_test, "Store it without asking the provider");
  app->callback([&session, options] { session.command = [&session, options] { return Add(session, *options); }; });
}

}  // namespace ag::cli
