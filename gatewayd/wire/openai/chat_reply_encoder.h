#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/random.h"
#include "gatewayd/wire/openai/chat_reply_writer.h"

namespace ag::wire::openai {

// What the streamed and the plain chat reply have in common: sorts the events by what they are about and says what a
// chat reply has no place for. Opaque reasoning state has none, and is kept by the gateway (row 12).
class ChatReplyEncoder : public ReplyEncoder {
 public:
  ChatReplyEncoder(const ReplyOptions& options, RandomSource& random);

  void OnEvent(const StreamEvent& event, std::string& out) final;
  std::vector<Loss> TakeLosses() final { return std::exchange(losses_, {}); }

 protected:
  using Part = ChatReplyParts::Part;

  virtual void OnStarted(std::string_view service_tier) = 0;
  virtual void OnBegin(const Part& part, const PartBegin& begin, std::string& out) = 0;
  virtual void OnText(const Part& part, std::string_view text, std::string& out) = 0;
  // A piece of a call's arguments, or of a custom tool's input.
  virtual void OnArguments(const Part& part, std::string_view text, std::string& out) = 0;
  virtual void OnAnnotations(const Part& part, std::span<const Annotation> annotations, std::string& out) = 0;
  virtual void OnLogprobs(const LogprobsDelta& logprobs, std::string& out) = 0;
  virtual void OnFinished(const Finished& finished, std::string& out) = 0;
  virtual void OnCompleted(std::string& out) = 0;

  const ReplyOptions& options() const { return options_; }
  const std::string& id() const { return id_; }
  const Usage& usage() const { return usage_; }
  bool function_call() const { return function_call_; }
  std::string_view FinishOf(const Finished& finished) const;
  // A refusal that the provider says at the end only.
  std::string_view LateRefusal(const Finished& finished) const;

 private:
  void Begin(const PartBegin& begin, std::string& out);
  void Arguments(const ArgumentsDelta& delta, std::string& out);
  void End(Part& part, std::string& out);
  // True for a call that `function_call` has no room for: it holds the first one only.
  bool IsSurplus(const Part& part) const { return function_call_ && part.call > 0; }
  // Notes a loss, once a reply.
  void Drop(std::string_view field, std::string_view code);

  ReplyOptions options_;
  std::string id_;
  bool function_call_;  // the client speaks of functions, not of tools
  ChatReplyParts parts_;
  Usage usage_;
  std::vector<Loss> losses_;
};

std::unique_ptr<ReplyEncoder> MakeChatStreamEncoder(const ReplyOptions& options, RandomSource& random);
std::unique_ptr<ReplyEncoder> MakeChatBodyEncoder(const ReplyOptions& options, RandomSource& random);

}  // namespace ag::wire::openai
