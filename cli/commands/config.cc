#include <absl/strings/str_cat.h>

#include <cstdint>
#include <memory>
#include <string>

#include "cli/commands/commands.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

void WriteSetting(JsonWriter& json, const v1::Setting& setting) {
  json.BeginObject().Field("key", setting.key()).Key("value").Raw(setting.value());
  if (!setting.default_value().empty()) json.Key("default").Raw(setting.default_value());
  json.Field("source", NameOf(setting.source())).Field("description", setting.description());
  json.Field("sensitive", setting.sensitive()).Field("kind", NameOf(setting.kind()));
  if (!setting.choices().empty()) {
    json.Key("choices").BeginArray();
    for (const std::string& choice : setting.choices()) json.String(choice);
    json.EndArray();
  }
  if (setting.kind() == v1::SETTING_KIND_NUMBER) {
    json.Field("min", std::int64_t{setting.min()}).Field("max", std::int64_t{setting.max()});
    json.Field("unit", NameOf(setting.unit()));
  }
  json.Field("effect", NameOf(setting.effect()));
  if (!setting.environment_variable().empty()) json.Field("environment_variable", setting.environment_variable());
  json.EndObject();
}

void PrintJson(const v1::Setting& setting) {
  JsonWriter json;
  WriteSetting(json, setting);
  Print(json.text() + "\n");
}

absl::Status List(Session& session) {
  const auto settings = session.client().ListSettings();
  if (!settings.ok()) return settings.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& setting : settings->settings()) WriteSetting(json, setting);
    Print(json.EndArray().text() + "\n");
    return absl::OkStatus();
  }
  Table table({{"KEY"}, {"VALUE"}, {"FROM"}, {"MEANING"}});
  for (const auto& setting : settings->settings()) {
    table.AddRow({setting.key(), PlainValue(setting.value()), NameOf(setting.source()), setting.description()});
  }
  Print(table.ToText());
  return absl::OkStatus();
}

absl::Status Get(Session& session, const std::string& key) {
  if (key.empty()) return List(session);
  v1::GetSettingRequest request;
  request.set_key(key);
  const auto answer = session.client().GetSetting(request);
  if (!answer.ok()) return answer.status();
  if (session.json) {
    PrintJson(answer->setting());
  } else {
    Print(PlainValue(answer->setting().value()) + "\n");
  }
  return absl::OkStatus();
}

// What a change came to.
absl::Status Report(const Session& session, const v1::Setting& setting, const std::string& apply_error) {
  if (session.json) {
    PrintJson(setting);
  } else {
    Print(absl::StrCat(setting.key(), " = ", PlainValue(setting.value()), "\n"));
  }
  if (!apply_error.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("stored, but not in force: ", apply_error));
  }
  const bool overridden =
      setting.source() == v1::SETTING_SOURCE_FLAG || setting.source() == v1::SETTING_SOURCE_ENVIRONMENT;
  if (overridden && !session.json) {
    PrintNote(
        absl::StrCat("stored, but the ", NameOf(setting.source()), " of the running gatewayd still overrides it"));
  }
  return absl::OkStatus();
}

absl::Status Set(Session& session, const v1::SetSettingRequest& request) {
  const auto answer = session.client().SetSetting(request);
  if (!answer.ok()) return answer.status();
  return Report(session, answer->setting(), answer->apply_error());
}

absl::Status Unset(Session& session, const std::string& key) {
  v1::UnsetSettingRequest request;
  request.set_key(key);
  const auto answer = session.client().UnsetSetting(request);
  if (!answer.ok()) return answer.status();
  return Report(session, answer->setting(), answer->apply_error());
}

}  // namespace

void AddConfig(CLI::App& app, Session& session) {
  auto* config = app.add_subcommand("config", "The daemon's settings");
  config->require_subcommand(1)->fallthrough();

  auto* get = config->add_subcommand("get", "Show one setting, or all of them");
  auto get_key = std::make_shared<std::string>();  // shared here and below: the option and the command
  get->add_option("KEY", *get_key, "For example proxy.port; a bare name will do where it is unambiguous");
  get->callback([&session, get_key] { session.command = [&session, get_key] { return Get(session, *get_key); }; });

  auto* set = config->add_subcommand("set", "Change a setting");
  auto request = std::make_shared<v1::SetSettingRequest>();
  set->add_option("KEY", *request->mutable_key(), "The setting")->required();
  set->add_option("VALUE", *request->mutable_value(), "Its new value; lists with commas")->required();
  set->callback([&session, request] { session.command = [&session, request] { return Set(session, *request); }; });

  auto* unset = config->add_subcommand("unset", "Go back to a setting's default");
  auto unset_key = std::make_shared<std::string>();
  unset->add_option("KEY", *unset_key, "The setting")->required();
  unset->callback(
      [&session, unset_key] { session.command = [&session, unset_key] { return Unset(session, *unset_key); }; });
  for (auto* subcommand : config->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
