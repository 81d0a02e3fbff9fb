#include "gatewayd/wire/openai/responses_reply_object.h"

namespace ag::wire::openai {
namespace {

using json::Value;

class ObjectWriter {
 public:
  ObjectWriter(const Value* request, json::Writer& writer) : request_(request), writer_(writer) {}

  void Write(const ReplyOptions& options, std::string_view id, const ResponseState& state) {
    writer_.BeginObject().Field("id", id).Field("object", "response").Field("created_at", options.created_s);
    writer_.Field("status", state.status).Field("background", false);
    WriteError(state);
    Echo("instructions", "null");
    Echo("max_output_tokens", "null");
    Echo("max_tool_calls", "null");
    writer_.Field("model", options.model).Key("output").BeginArray();
    if (!state.output.empty()) writer_.Raw(state.output);
    writer_.EndArray();
    Echo("parallel_tool_calls", "true");
    Echo("previous_response_id", "null");
    Echo("prompt_cache_key", "null");
    WriteReasoning();
    Echo("safety_identifier", "null");
    if (!state.service_tier.empty()) writer_.Field("service_tier", state.service_tier);
    Echo("store", "true");
    Echo("temperature", "1.0");
    WriteText();
    Echo("tool_choice", R"("auto")");
    Echo("tools", "[]");
    Echo("top_logprobs", "0");
    Echo("top_p", "1.0");
    Echo("truncation", R"("disabled")");
    writer_.Key("usage");
    WriteUsage(state.usage);
    Echo("user", "null");
    Echo("metadata", "{}");
    writer_.EndObject();
  }

 private:
  const Value* Find(std::string_view key) const { return request_ == nullptr ? nullptr : request_->FindNonNull(key); }

  void Echo(std::string_view key, std::string_view absent) {
    const Value* value = Find(key);
    writer_.Key(key).Raw(value == nullptr ? absent : value->raw());
  }

  void WriteError(const ResponseState& state) {
    writer_.Key("error");
    if (state.error_code.empty()) {
      writer_.Null();
    } else {
      writer_.BeginObject().Field("code", state.error_code).Field("message", state.error_message).EndObject();
    }
    writer_.Key("incomplete_details");
    if (state.incomplete_reason.empty()) {
      writer_.Null();
    } else {
      writer_.BeginObject().Field("reason", state.incomplete_reason).EndObject();
    }
  }

  // `member` of an object of the request.
  void EchoMember(const Value* object, std::string_view member, std::string_view absent) {
    const Value* value = object == nullptr ? nullptr : object->FindNonNull(member);
    writer_.Key(member).Raw(value == nullptr ? absent : value->raw());
  }

  void WriteReasoning() {
    const Value* reasoning = Find("reasoning");
    writer_.Key("reasoning").BeginObject();
    EchoMember(reasoning, "effort", "null");
    EchoMember(reasoning, "summary", "null");
    writer_.EndObject();
  }

  void WriteText() {
    const Value* text = Find("text");
    writer_.Key("text").BeginObject();
    EchoMember(text, "format", R"({"type":"text"})");
    EchoMember(text, "verbosity", R"("medium")");
    writer_.EndObject();
  }

  void WriteUsage(const Usage& usage) {
    if (!usage.known()) {
      writer_.Null();
      return;
    }
    writer_.BeginObject().Field("input_tokens", usage.InputTotal()).Key("input_tokens_details").BeginObject();
    writer_.Field("cached_tokens", usage.cache_read.value_or(0));
    writer_.Field("cache_write_tokens", usage.cache_write.value_or(0)).EndObject();
    writer_.Field("output_tokens", usage.OutputTotal()).Key("output_tokens_details").BeginObject();
    writer_.Field("reasoning_tokens", usage.reasoning.value_or(0)).EndObject();
    writer_.Field("total_tokens", usage.InputTotal() + usage.OutputTotal()).EndObject();
  }

  const Value* request_;
  json::Writer& writer_;
};

}  // namespace

void WriteResponseObject(const ReplyOptions& options, std::string_view id, const ResponseState& state,
                         json::Writer& writer) {
  const Value* request = options.request == nullptr ? nullptr : options.request->raw;
  ObjectWriter(request, writer).Write(options, id, state);
}

}  // namespace ag::wire::openai
