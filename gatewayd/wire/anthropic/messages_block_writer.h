#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/stream_event.h"

// The bytes of a reply in the messages dialect, block after block: as the events of a stream, or as one message.
//   https://platform.claude.com/docs/en/build-with-claude/streaming
//   https://platform.claude.com/docs/en/api/messages
namespace ag::wire::anthropic {

// What is known of the message so far.
struct MessageFacts {
  std::string id;
  std::string_view model;         // as the client asked for it
  std::string_view service_tier;  // standard, priority; empty = the upstream named none
  Usage usage;
  StopReason reason = StopReason::kUnknown;
  std::string stop_sequence;
  std::string refusal;  // the provider's words; may be empty
  int searches = 0;     // of the web
};

struct BlockHead {
  enum class Type : std::uint8_t { kText, kThinking, kRedactedThinking, kToolUse, kServerToolUse, kSearchResult };
  Type type = Type::kText;
  std::string_view id;    // of a tool's call, also in its result
  std::string_view name;  // of the tool
  std::string_view data;  // kRedactedThinking
};

// One block is open at a time; the calls for its content are those that its type allows.
class BlockWriter {
 public:
  virtual ~BlockWriter() = default;
  virtual void Open(const BlockHead& head, const MessageFacts& facts, std::string& out) = 0;
  virtual void Text(std::string_view text, std::string& out) = 0;   // text, thinking
  virtual void Input(std::string_view json, std::string& out) = 0;  // a piece of a call's arguments
  virtual void Citation(const UrlCitation& citation, std::string& out) = 0;
  virtual void Signature(std::string_view signature, std::string& out) = 0;  // the whole of it
  // False if a call's arguments were no JSON object and have become the text of one. A stream has them sent already.
  virtual bool Close(std::string& out) = 0;
  virtual void Finish(const MessageFacts& facts, std::string& out) = 0;
};

std::unique_ptr<BlockWriter> MakeStreamWriter();
std::unique_ptr<BlockWriter> MakeBodyWriter();

}  // namespace ag::wire::anthropic
