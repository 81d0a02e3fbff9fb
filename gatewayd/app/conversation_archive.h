#pragma once

#include "gatewayd/proxy/conversation_store.h"
#include "gatewayd/store/conversation_table.h"

namespace ag::app {

// The archive of conversation state in traffic.db: one connection for the writer's thread, one for the reader's.
class ConversationDatabase final : public proxy::ConversationArchive {
 public:
  ConversationDatabase(store::Database& writer, store::Database& reader) : written_(writer), read_(reader) {}

  absl::Status Write(const std::vector<Item>& items) override;
  absl::StatusOr<std::vector<Item>> Read(const std::vector<std::string>& keys) override;
  absl::Status Delete(const std::string& key) override;
  absl::Status Trim(WallTime oldest, std::int64_t max_bytes) override;

 private:
  store::ConversationTable written_;
  store::ConversationTable read_;
};

}  // namespace ag::app
