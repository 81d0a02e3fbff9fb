#include "gatewayd/keys/key_book.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::keys {
namespace {

constexpr std::size_t kIdLength = 12;

absl::StatusOr<std::shared_ptr<const HeldKey>> Hold(ClientKey key, std::shared_ptr<KeyCounters> counters) {
  auto held = std::make_shared<HeldKey>();
  for (const std::string& model : key.models) {
    AG_ASSIGN_OR_RETURN(routing::Pattern pattern, routing::Pattern::Parse(model));
    held->models.push_back(std::move(pattern));
  }
  held->key = std::move(key);
  held->counters = std::move(counters);
  return std::shared_ptr<const HeldKey>(std::move(held));
}

void Apply(const ClientKeyChange& change, ClientKey& key) {
  if (change.name) key.name = *change.name;
  if (change.enabled) key.enabled = *change.enabled;
  if (change.expires) key.expires = *change.expires;
  if (change.models) key.models = *change.models;
  if (change.limits) key.limits = *change.limits;
}

void SetSecret(const Secret& secret, ClientKey& key) {
  key.sha256_hex = auth::KeyHash(secret.Reveal());
  key.hint = secret.Hint();
}

}  // namespace

std::shared_ptr<const HeldKey> KeyRing::Find(std::string_view id) const {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& held) { return held->key.id.value() == id; });
  return found == keys.end() ? nullptr : *found;
}

absl::Status KeyBook::Load() {
  AG_ASSIGN_OR_RETURN(const std::vector<store::ClientKeyRow> rows, table_.List());
  auto ring = std::make_shared<KeyRing>();
  for (const store::ClientKeyRow& row : rows) {
    AG_ASSIGN_OR_RETURN(ClientKey key, FromRow(row));
    auto counters = std::make_shared<KeyCounters>();  // shared by the snapshots to come
    counters->since_ms = row.created_ms;
    AG_ASSIGN_OR_RETURN(auto held, Hold(std::move(key), std::move(counters)));
    ring->keys.push_back(std::move(held));
  }
  ring_ = std::move(ring);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const HeldKey>> KeyBook::Get(std::string_view id,
                                                            std::optional<std::int64_t> revision) const {
  auto held = ring_->Find(id);
  if (held == nullptr) return absl::NotFoundError(absl::StrCat("there is no client key \"", ToAbsl(id), "\""));
  if (!revision || *revision == held->key.revision) return held;
  return absl::AbortedError(
      absl::StrCat("the key \"", held->key.name, "\" was changed by somebody else meanwhile: read it again"));
}

absl::StatusOr<std::shared_ptr<const HeldKey>> KeyBook::Store(ClientKey key, std::shared_ptr<KeyCounters> counters) {
  AG_RETURN_IF_ERROR(CheckClientKey(key));
  const bool taken = std::any_of(ring_->keys.begin(), ring_->keys.end(), [&](const auto& other) {
    return other->key.name == key.name && other->key.id != key.id;
  });
  if (taken) {
    return FieldError(ErrorKind::kInvalidRequest, "name",
                      absl::StrCat("there is a key \"", key.name, "\" already: choose another name"));
  }
  AG_RETURN_IF_ERROR(table_.Put(ToRow(key)));
  AG_ASSIGN_OR_RETURN(auto held, Hold(std::move(key), std::move(counters)));
  auto ring = std::make_shared<KeyRing>(*ring_);
  const auto place = std::find_if(ring->keys.begin(), ring->keys.end(),
                                  [&](const auto& other) { return other->key.id == held->key.id; });
  if (place == ring->keys.end()) {
    ring->keys.push_back(held);
  } else {
    *place = held;
  }
  ring_ = std::move(ring);
  return held;
}

absl::StatusOr<KeyBook::Issued> KeyBook::Create(const ClientKeyChange& wanted) {
  Issued issued;
  issued.secret = auth::NewGatewayKey();
  ClientKey key;
  key.id = ClientKeyId(absl::StrCat("key_", RandomToken(random_, kIdLength)));
  key.created = clock_.Now();
  SetSecret(issued.secret, key);
  Apply(wanted, key);
  auto counters = std::make_shared<KeyCounters>();  // shared by the snapshots to come
  counters->since_ms = key.created.time_since_epoch().count();
  AG_ASSIGN_OR_RETURN(issued.held, Store(std::move(key), std::move(counters)));
  return issued;
}

absl::StatusOr<std::shared_ptr<const HeldKey>> KeyBook::Change(std::string_view id, const ClientKeyChange& change,
                                                               std::optional<std::int64_t> revision) {
  AG_ASSIGN_OR_RETURN(const auto present, Get(id, revision));
  ClientKey key = present->key;
  Apply(change, key);
  ++key.revision;
  return Store(std::move(key), present->counters);
}

absl::StatusOr<KeyBook::Issued> KeyBook::Rotate(std::string_view id, std::optional<std::int64_t> revision) {
  AG_ASSIGN_OR_RETURN(const auto present, Get(id, revision));
  Issued issued;
  issued.secret = auth::NewGatewayKey();
  ClientKey key = present->key;
  SetSecret(issued.secret, key);
  ++key.revision;
  AG_ASSIGN_OR_RETURN(issued.held, Store(std::move(key), present->counters));
  return issued;
}

absl::Status KeyBook::Remove(std::string_view id, std::optional<std::int64_t> revision) {
  AG_ASSIGN_OR_RETURN(const auto present, Get(id, revision));
  const auto deleted = table_.Delete(present->key.id.value());
  if (!deleted.ok()) return deleted.status();
  auto ring = std::make_shared<KeyRing>(*ring_);
  std::erase(ring->keys, present);
  ring_ = std::move(ring);
  return absl::OkStatus();
}

}  // namespace ag::keys
