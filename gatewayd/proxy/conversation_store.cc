#include "gatewayd/proxy/conversation_store.h"

#include <utility>

#include "gatewayd/base/log.h"

namespace ag::proxy {
namespace {

using Item = ConversationArchive::Item;

constexpr std::string_view kCallPrefix = "call:";
constexpr std::string_view kResponsePrefix = "response:";
constexpr std::chrono::hours kTrimEvery{1};
// What an entry costs besides its value.
constexpr std::size_t kEntryBytes = 128;

std::string KeyOf(std::string_view prefix, std::string_view id) { return std::string(prefix) + std::string(id); }

}  // namespace

ConversationStore::ConversationStore(runtime::Shard& control, runtime::BlockingExecutor& writer,
                                     runtime::BlockingExecutor& reader, ConversationArchive& archive,
                                     ConversationLimits limits)
    : control_(control), writer_(writer), reader_(reader), archive_(archive), limits_(limits) {}

ConversationStore::~ConversationStore() = default;

ConversationStore::Lookup ConversationStore::LookUp(const std::vector<std::string>& keys) {
  Lookup lookup;
  for (const std::string& key : keys) {
    const auto entry = index_.find(key);
    if (entry == index_.end()) {
      lookup.missing.push_back(key);
      continue;
    }
    order_.splice(order_.end(), order_, entry->second);
    if (!entry->second->value.empty()) lookup.found.push_back({key, entry->second->value, {}});
  }
  return lookup;
}

void ConversationStore::Insert(std::string key, std::string value) {
  if (const auto old = index_.find(key); old != index_.end()) {
    bytes_ -= old->second->value.size() + kEntryBytes;
    const auto entry = old->second;
    index_.erase(old);
    order_.erase(entry);
  }
  bytes_ += value.size() + kEntryBytes;
  order_.push_back({std::move(key), std::move(value)});
  index_.emplace(order_.back().key, std::prev(order_.end()));
  while (bytes_ > limits_.memory_bytes && order_.size() > 1) {
    bytes_ -= order_.front().value.size() + kEntryBytes;
    index_.erase(order_.front().key);
    order_.pop_front();
  }
}

runtime::Task<std::vector<Item>> ConversationStore::Find(std::vector<std::string> keys) {
  auto look_up = [this, keys = std::move(keys)] { return LookUp(keys); };
  Lookup lookup = co_await runtime::CallOn(control_, std::move(look_up));
  if (lookup.missing.empty()) co_return std::move(lookup.found);
  auto read = [this, missing = lookup.missing] { return archive_.Read(missing); };
  auto archived = co_await runtime::OnBlocking(reader_, std::move(read));
  if (!archived.ok()) {
    Log(LogLevel::kError, "kept conversation state was not read: ", archived.status().message());
    co_return std::move(lookup.found);
  }
  for (const Item& item : *archived) lookup.found.push_back(item);
  // Remembered, the absent ones too: a tool loop names the same ids in each of its requests.
  control_.Post([this, missing = std::move(lookup.missing), items = *std::move(archived)]() mutable {
    for (std::string& key : missing) {
      if (index_.find(key) == index_.end()) Insert(std::move(key), {});
    }
    for (Item& item : items) Insert(std::move(item.key), std::move(item.value));
  });
  co_return std::move(lookup.found);
}

runtime::Task<std::vector<wire::KeptState>> ConversationStore::FindState(std::vector<std::string> call_ids) {
  for (std::string& id : call_ids) id.insert(0, kCallPrefix);
  std::vector<Item> items = co_await Find(std::move(call_ids));
  std::vector<wire::KeptState> states;
  states.reserve(items.size());
  for (Item& item : items) states.push_back({item.key.substr(kCallPrefix.size()), std::move(item.value)});
  co_return states;
}

runtime::Task<std::optional<std::string>> ConversationStore::FindResponse(std::string id) {
  std::vector<std::string> keys;
  keys.push_back(KeyOf(kResponsePrefix, id));
  std::vector<Item> items = co_await Find(std::move(keys));
  if (items.empty()) co_return std::nullopt;
  co_return std::move(items.front().value);
}

void ConversationStore::Keep(std::vector<Item> items) {
  for (const Item& item : items) Insert(item.key, item.value);
  writer_.Post([this, items = std::move(items)] {
    const absl::Status written = archive_.Write(items);
    if (!written.ok()) Log(LogLevel::kError, "conversation state was not written: ", written.message());
  });
}

void ConversationStore::KeepState(std::vector<wire::KeptState> states) {
  const WallTime now = control_.clock().Now();
  std::vector<Item> items;
  for (wire::KeptState& state : states) {
    if (state.value.size() > limits_.max_value_bytes) continue;
    items.push_back({KeyOf(kCallPrefix, state.key), std::move(state.value), now});
  }
  if (items.empty()) return;
  control_.Post([this, items = std::move(items)]() mutable { Keep(std::move(items)); });
}

void ConversationStore::KeepResponse(std::string_view id, std::string value) {
  if (value.size() > limits_.max_value_bytes) {
    Log(LogLevel::kWarning, "response ", std::string(id), " is too large to be kept (", value.size(), " bytes)");
    return;
  }
  std::vector<Item> items;
  items.push_back({KeyOf(kResponsePrefix, id), std::move(value), control_.clock().Now()});
  control_.Post([this, items = std::move(items)]() mutable { Keep(std::move(items)); });
}

runtime::Task<bool> ConversationStore::DeleteResponse(std::string id) {
  const std::optional<std::string> there = co_await FindResponse(id);
  if (!there) co_return false;
  control_.Post([this, key = KeyOf(kResponsePrefix, id)]() mutable {
    Insert(key, {});
    writer_.Post([this, key = std::move(key)] {
      const absl::Status deleted = archive_.Delete(key);
      if (!deleted.ok()) Log(LogLevel::kError, "a response was not deleted: ", deleted.message());
    });
  });
  co_return true;
}

void ConversationStore::Start() {
  trim_timer_.emplace(control_.wheel(), [this] { Trim(); });
  Trim();
}

void ConversationStore::Stop() { trim_timer_.reset(); }

void ConversationStore::Trim() {
  writer_.Post([this, oldest = control_.clock().Now() - limits_.max_age] {
    const absl::Status trimmed = archive_.Trim(oldest, limits_.archive_bytes);
    if (!trimmed.ok()) Log(LogLevel::kError, "old conversation state was not deleted: ", trimmed.message());
  });
  trim_timer_->Arm(kTrimEvery);
}

}  // namespace ag::proxy
