// Translates exchanges given as JSON lines, for the matrix over recorded exchanges (tests/matrix/run).
//
// One object a line:
//   client     dialect of the client; `request` its body; `path_model`, `framing` ("none", "sse", "array") for Gemini
//   upstream   dialect of the account; `model` its model name
//   status, content_type, reply    what the upstream answers; absent: only the request is translated
//   step       bytes fed at once (0 = all)
//   count      true: a token count
//   kept       {"key": …, "value": …}, state kept from earlier replies
// One object out for each: upstream_request, upstream_stream, client_reply, content_type, outcome ("done", "failed",
// "refused"), error {kind, param, text}, http_error {status, body}, losses, usage, stop_reason, kept, stored,
// violation.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/upstream/provider.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/translation.h"

namespace ag {
namespace {

constexpr WallTime kNow{std::chrono::seconds(1'764'000'000)};

class TextSink final : public wire::Sink {
 public:
  void Append(std::string_view bytes) override { text.append(bytes); }
  void Borrow(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

std::string_view Text(const json::Value& line, std::string_view key) {
  const json::Value* value = line.FindNonNull(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::int64_t Int(const json::Value& line, std::string_view key, std::int64_t fallback) {
  const json::Value* value = line.FindNonNull(key);
  return value == nullptr ? fallback : value->AsInt().value_or(fallback);
}

wire::StreamFraming FramingOf(std::string_view name) {
  if (name == "sse") return wire::StreamFraming::kSse;
  return name == "array" ? wire::StreamFraming::kJsonArray : wire::StreamFraming::kNone;
}

// One line's work.
class Case {
 public:
  Case(const json::Value& line, const catalog::Catalog& catalog, std::string& out)
      : line_(line), catalog_(catalog), writer_(out) {}

  void Run() {
    writer_.BeginObject();
    absl::Status status = Translate();
    if (!status.ok()) WriteError(status);
    writer_.EndObject();
  }

 private:
  absl::Status Translate() {
    const auto client = DialectFromName(Text(line_, "client"));
    const auto upstream = DialectFromName(Text(line_, "upstream"));
    if (!client || !upstream) return MakeError(ErrorKind::kInternal, "unknown dialect in the line");
    wire::Endpoint endpoint;
    endpoint.dialect = *client;
    endpoint.framing = FramingOf(Text(line_, "framing"));
    endpoint.path_model = Text(line_, "path_model");
    const json::Value* count = line_.FindNonNull("count");
    if (count != nullptr && count->AsBool(false)) {
      endpoint.operation = Operation::kCountTokens;
    } else if (*client == Dialect::kGemini && endpoint.framing != wire::StreamFraming::kNone) {
      endpoint.operation = Operation::kGenerateStream;
    }
    auto request = wire::ClientRequest::Read(endpoint, Text(line_, "request"), arena_);
    if (!request.ok()) return request.status();
    request_ = std::make_unique<wire::ClientRequest>(*std::move(request));
    wire::UpstreamTarget target;
    target.dialect = *upstream;
    target.model = std::string(Text(line_, "model"));
    target.model_info = catalog_.FindModel(target.model);
    ReadKept();
    context_ = std::make_unique<wire::TranslationContext>(wire::TranslationContext{kNow, random_, kept_});
    auto made = wire::MakeTranslation(*request_, target, *context_);
    if (!made.ok()) return made.status();
    translation_ = *std::move(made);
    auto call = translation_->EncodeRequest();
    if (!call.ok()) return call.status();
    std::string body;
    for (const std::string_view piece : call->body) body.append(piece);
    writer_.Field("upstream_request", body).Field("upstream_stream", call->stream);
    if (line_.FindNonNull("reply") != nullptr) Reply(FamilyOf(*client), FamilyOf(*upstream));
    WriteReport();
    return absl::OkStatus();
  }

  void ReadKept() {
    const json::Value* kept = line_.FindNonNull("kept");
    if (kept == nullptr) return;
    for (const json::Value& each : kept->items()) {
      kept_.push_back({std::string(Text(each, "key")), std::string(Text(each, "value"))});
    }
  }

  void Reply(Family client, Family upstream) {
    const int status = static_cast<int>(Int(line_, "status", 200));
    const std::string_view bytes = Text(line_, "reply");
    if (status >= 400) {
      const ErrorDetail detail = upstream::Classify(upstream, status, http::Headers(), bytes, kNow);
      const absl::Status error = MakeError(detail, detail.provider_text);
      return WriteHttpError(error, client);
    }
    translation_->OnUpstreamHead(status, Text(line_, "content_type"));
    const wire::Step last = Feed(bytes);
    if (last == wire::Step::kFailed) {
      const absl::Status error = StreamError(upstream);
      WriteError(error);
      translation_->OnUpstreamError(DetailOf(error), sink_);
      if (sink_.text.empty()) WriteHttpError(error, client);
    } else {
      writer_.Field("outcome", "done");
    }
    writer_.Field("client_reply", sink_.text).Field("content_type", translation_->ClientContentType());
  }

  wire::Step Feed(std::string_view bytes) {
    const std::size_t step = static_cast<std::size_t>(std::max<std::int64_t>(Int(line_, "step", 0), 0));
    while (!bytes.empty()) {
      const std::string piece(bytes.substr(0, step == 0 ? bytes.size() : step));  // a buffer that dies
      bytes.remove_prefix(piece.size());
      const wire::Step at = translation_->OnUpstreamBytes(piece, sink_);
      if (at == wire::Step::kDone || at == wire::Step::kFailed) return at;
    }
    return translation_->OnUpstreamEnd(sink_);
  }

  // As the proxy reads it.
  absl::Status StreamError(Family upstream) const {
    const wire::TranslationReport& report = translation_->Report();
    if (report.stream_error_json.empty()) return report.error;
    ErrorDetail detail = upstream::ClassifyStreamError(upstream, report.stream_error_json, kNow);
    const std::string text = detail.provider_text;
    return MakeError(std::move(detail), text);
  }

  void WriteError(const absl::Status& error) {
    const ErrorDetail detail = DetailOf(error);
    writer_.Field("outcome", translation_ == nullptr || Text(line_, "reply").empty() ? "refused" : "failed");
    writer_.Key("error").BeginObject().Field("kind", NameOf(detail.kind)).Field("param", detail.param);
    writer_.Field("text", ToStd(error.message())).EndObject();
  }

  void WriteHttpError(const absl::Status& error, Family client) {
    const wire::HttpError encoded = wire::EncodeError(error, client, "req_matrix");
    writer_.Key("http_error").BeginObject().Field("status", encoded.status).Field("body", encoded.body).EndObject();
  }

  void WriteReport() {
    const wire::TranslationReport& report = translation_->Report();
    writer_.Key("losses").BeginArray();
    for (const Loss& loss : report.losses) {
      writer_.BeginObject().Field("class", loss.loss_class == LossClass::kDrop ? "drop" : "approx");
      writer_.Field("field", loss.field).Field("code", loss.reason.code).EndObject();
    }
    writer_.EndArray();
    writer_.Field("stop_reason", NameOf(report.stop_reason)).Field("violation", report.violation);
    writer_.Field("stored", report.kept_reply.text).Key("kept").BeginArray();
    for (const wire::KeptState& each : report.to_keep) {
      writer_.BeginObject().Field("key", each.key).Field("value", each.value).EndObject();
    }
    writer_.EndArray();
  }

  const json::Value& line_;
  const catalog::Catalog& catalog_;
  json::Writer writer_;
  Arena arena_;
  FastRandom random_{7};
  std::vector<wire::KeptState> kept_;
  std::unique_ptr<wire::ClientRequest> request_;
  std::unique_ptr<wire::TranslationContext> context_;
  std::unique_ptr<wire::Translation> translation_;
  TextSink sink_;
};

int Main() {
  std::ios::sync_with_stdio(false);
  const catalog::Catalog catalog = catalog::Catalog::Shipped();
  std::string text;
  while (std::getline(std::cin, text)) {
    Arena arena;
    const auto line = json::Parse(text, arena);
    if (!line.ok()) {
      std::cerr << "translate_lines: " << line.status().message() << "\n";
      return EXIT_FAILURE;
    }
    std::string out;
    Case(**line, catalog, out).Run();
    out.push_back('\n');
    std::cout << out;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace ag

int main() { return ag::Main(); }
