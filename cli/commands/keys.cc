#include <absl/strings/str_cat.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/budget_options.h"
#include "cli/commands/commands.h"
#include "cli/commands/key_view.h"
#include "cli/output/time_text.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

// What the command line says of a key.
struct KeyOptions {
  std::string key;  // the one to be changed: its id or name
  std::string name;
  std::string expires;
  std::vector<std::string> models;
  BudgetOptions<v1::ClientKeyLimits> budgets;
  bool enable = false;
  bool disable = false;
  bool any_model = false;
  bool clear_limits = false;
  bool yes = false;

  bool changes_limits() const { return clear_limits || budgets.any(); }
};

void SetLimits(const KeyOptions& options, v1::ClientKeyLimits& limits) {
  if (options.clear_limits) limits.Clear();
  options.budgets.Apply(limits);
}

absl::Status SetExpiry(const std::string& text, v1::ClientKey& key) {
  if (text.empty() || text == "never") return absl::OkStatus();
  auto time = ParseTime(text, Direction::kAhead);
  if (!time.ok()) return time.status();
  *key.mutable_expire_time() = *std::move(time);
  return absl::OkStatus();
}

absl::Status List(Session& session) {
  const auto keys = AllKeys(session);
  if (!keys.ok()) return keys.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& key : *keys) {
      json.BeginObject();
      WriteKey(json, key);
      json.EndObject();
    }
    Print(json.EndArray().text() + "\n");
  } else if (keys->empty()) {
    Print(
        "There are no further keys, only the primary one (agctl config get proxy.api_key). Make one with "
        "`agctl keys create NAME`.\n");
  } else {
    Print(KeyTable(*keys));
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, const std::string& name) {
  const auto key = FindKey(session, name);
  if (key.ok()) PrintKey(session, *key);
  return key.status();
}

absl::Status Create(Session& session, const KeyOptions& options) {
  v1::CreateClientKeyRequest request;
  v1::ClientKey& key = *request.mutable_client_key();
  key.set_name(options.name);
  key.set_enabled(!options.disable);
  for (const auto& model : options.models) key.add_models(model);
  SetLimits(options, *key.mutable_limits());
  if (auto status = SetExpiry(options.expires, key); !status.ok()) return status;
  const auto created = session.client().CreateClientKey(request);
  if (!created.ok()) return created.status();
  PrintKey(session, created->client_key(), created->secret());
  return absl::OkStatus();
}

absl::Status Update(Session& session, const KeyOptions& options) {
  const auto present = FindKey(session, options.key);
  if (!present.ok()) return present.status();
  v1::UpdateClientKeyRequest request;
  v1::ClientKey& key = *request.mutable_client_key();
  auto& mask = *request.mutable_update_mask();
  key.set_id(present->id());
  key.set_etag(present->etag());
  if (!options.name.empty()) {
    key.set_name(options.name);
    mask.add_paths("name");
  }
  if (options.enable || options.disable) {
    key.set_enabled(options.enable);
    mask.add_paths("enabled");
  }
  if (!options.expires.empty()) {
    if (auto status = SetExpiry(options.expires, key); !status.ok()) return status;
    mask.add_paths("expire_time");
  }
  if (options.any_model || !options.models.empty()) {
    for (const auto& model : options.models) key.add_models(model);
    mask.add_paths("models");
  }
  if (options.changes_limits()) {
    *key.mutable_limits() = present->limits();
    SetLimits(options, *key.mutable_limits());
    mask.add_paths("limits");
  }
  if (mask.paths().empty()) return UsageError("say what shall change: `agctl keys update --help` lists it");
  const auto updated = session.client().UpdateClientKey(request);
  if (!updated.ok()) return updated.status();
  PrintKey(session, updated->client_key());
  return absl::OkStatus();
}

// Both make the present secret worthless: people are asked, scripts know what they do.
bool Agreed(const Session& session, const KeyOptions& options, const std::string& question) {
  return options.yes || session.json || !InputIsTerminal() || Confirm(question);
}

absl::Status Rotate(Session& session, const KeyOptions& options) {
  const auto key = FindKey(session, options.key);
  if (!key.ok()) return key.status();
  if (!Agreed(session, options,
              absl::StrCat("Replace the key \"", key->name(), "\"? Whoever uses the old one is locked out."))) {
    return absl::CancelledError("nothing was changed");
  }
  v1::RotateClientKeyRequest request;
  request.set_id(key->id());
  request.set_etag(key->etag());
  const auto rotated = session.client().RotateClientKey(request);
  if (!rotated.ok()) return rotated.status();
  PrintKey(session, rotated->client_key(), rotated->secret());
  return absl::OkStatus();
}

absl::Status Remove(Session& session, const KeyOptions& options) {
  const auto key = FindKey(session, options.key);
  if (!key.ok()) return key.status();
  if (!Agreed(session, options, absl::StrCat("Remove the key \"", key->name(), "\"?"))) {
    return absl::CancelledError("nothing was changed");
  }
  v1::DeleteClientKeyRequest request;
  request.set_id(key->id());
  if (const auto deleted = session.client().DeleteClientKey(request); !deleted.ok()) return deleted.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("id", key->id()).Field("name", key->name()).Field("removed", true).EndObject();
    Print(json.text() + "\n");
  } else {
    Print(absl::StrCat("removed the key \"", key->name(), "\"\n"));
  }
  return absl::OkStatus();
}

void AddBounds(CLI::App& app, KeyOptions& options) {
  app.add_option("--expires", options.expires, "When it ends: 2026-12-31, 2026-12-31T18:00Z, 30d from now, or never");
  app.add_option("--model", options.models,
                 "A model that it may ask for, or a pattern as of routes; again for more (default: all)")
      ->allow_extra_args(false);
  options.budgets.AddTo(app);
}

using OptionsPtr = std::shared_ptr<KeyOptions>;  // shared: the options and the command

// A subcommand that works on one key.
CLI::App* AddOne(CLI::App& keys, Session& session, const char* name, const char* help, const OptionsPtr& options,
                 absl::Status (*run)(Session&, const KeyOptions&)) {
  auto* app = keys.add_subcommand(name, help);
  app->add_option("KEY", options->key, "The key's id or name")->required();
  app->callback(
      [&session, options, run] { session.command = [&session, options, run] { return run(session, *options); }; });
  return app;
}

void AddCreate(CLI::App& keys, Session& session) {
  auto* app = keys.add_subcommand("create", "Make a key and show it, this once");
  auto options = std::make_shared<KeyOptions>();
  app->add_option("NAME", options->name, "Whom or what it is for")->required();
  app->add_flag("--disabled", options->disable, "Made, but not let in yet");
  AddBounds(*app, *options);
  app->callback([&session, options] { session.command = [&session, options] { return Create(session, *options); }; });
}

void AddUpdate(CLI::App& keys, Session& session) {
  const auto options = std::make_shared<KeyOptions>();
  auto* app =
      AddOne(keys, session, "update", "Change a key's bounds (what is not named stays as it is)", options, &Update);
  app->add_option("--name", options->name, "Its new name");
  auto* enable = app->add_flag("--enable", options->enable, "Let it in");
  app->add_flag("--disable", options->disable, "Refuse it")->excludes(enable);
  AddBounds(*app, *options);
  app->add_flag("--any-model", options->any_model, "Let it ask for every model again");
  app->add_flag("--clear-limits", options->clear_limits, "Take the budgets away that are set, before setting others");
}

}  // namespace

void AddKeys(CLI::App& app, Session& session) {
  auto* keys = app.add_subcommand("keys", "Further keys for clients, each with its own bounds");
  keys->require_subcommand(1)->fallthrough();
  keys->add_subcommand("list", "List all keys with what they have used")->callback([&session] {
    session.command = [&session] { return List(session); };
  });
  AddOne(*keys, session, "show", "Show one key", std::make_shared<KeyOptions>(),
         [](Session& its_session, const KeyOptions& options) { return Show(its_session, options.key); });
  AddCreate(*keys, session);
  AddUpdate(*keys, session);
  const auto rotate = std::make_shared<KeyOptions>();
  AddOne(*keys, session, "rotate", "Replace a key by a new one with the same bounds", rotate, &Rotate)
      ->add_flag("--yes", rotate->yes, "Do not ask");
  const auto remove = std::make_shared<KeyOptions>();
  AddOne(*keys, session, "remove", "Remove a key", remove, &Remove)->add_flag("--yes", remove->yes, "Do not ask");
  for (auto* subcommand : keys->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
