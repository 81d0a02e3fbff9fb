#include "gatewayd/app/conversation_archive.h"

#include "gatewayd/base/status_macros.h"

namespace ag::app {
namespace {

using Millis = std::chrono::milliseconds;

std::int64_t MillisOf(WallTime time) { return std::chrono::duration_cast<Millis>(time.time_since_epoch()).count(); }

}  // namespace

absl::Status ConversationDatabase::Write(const std::vector<Item>& items) {
  std::vector<store::ConversationRow> rows;
  rows.reserve(items.size());
  for (const Item& item : items) rows.push_back({item.key, item.value, MillisOf(item.created)});
  return written_.Put(rows);
}

absl::StatusOr<std::vector<proxy::ConversationArchive::Item>> ConversationDatabase::Read(
    const std::vector<std::string>& keys) {
  AG_ASSIGN_OR_RETURN(std::vector<store::ConversationRow> rows, read_.Get(keys));
  std::vector<Item> items;
  items.reserve(rows.size());
  for (store::ConversationRow& row : rows) {
    items.push_back({std::move(row.key), std::move(row.value), WallTime(Millis(row.created_ms))});
  }
  return items;
}

absl::Status ConversationDatabase::Delete(const std::string& key) { return written_.Delete(key).status(); }

absl::Status ConversationDatabase::Trim(WallTime oldest, std::int64_t max_bytes) {
  return written_.Trim(MillisOf(oldest), max_bytes).status();
}

}  // namespace ag::app
