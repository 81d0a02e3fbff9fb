#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/session.h"

// Client keys as people and programs read them.
namespace ag::cli {

// All keys, over all pages.
absl::StatusOr<std::vector<v1::ClientKey>> AllKeys(Session& session);
// The key with that id or name; NOT_FOUND with suggestions.
absl::StatusOr<v1::ClientKey> FindKey(Session& session, const std::string& id_or_name);

std::string KeyTable(const std::vector<v1::ClientKey>& keys);
// A key as JSON or as lines. `secret` is shown where there is one: it was made just now.
void PrintKey(const Session& session, const v1::ClientKey& key, const std::string& secret = {});
// The members of a key, into an open object.
void WriteKey(JsonWriter& json, const v1::ClientKey& key);

}  // namespace ag::cli
