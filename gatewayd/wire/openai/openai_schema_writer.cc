#include "gatewayd/wire/openai/openai_schema_writer.h"

#include <absl/strings/str_cat.h>

#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/openai/openai_schema.h"
#include "gatewayd/wire/schema_cleaner.h"

namespace ag::wire::openai {
namespace {

bool SameFamily(const ChatRequest& request) { return FamilyOf(request.dialect) == Family::kOpenAi; }

}  // namespace

bool WriteParameters(const ToolSpec& tool, const SchemaSink& sink) {
  sink.writer.Key("parameters");
  const bool strict = tool.strict.value_or(false);
  if (strict && !SameFamily(sink.request)) {
    if (const auto clean = CleanForTarget(*tool.parameters, StrictSchemaRules()); clean.ok()) {
      NoteSchemaChanges(*clean, tool.field, sink.out);
      sink.writer.Raw(clean->json);
      return true;
    }
    NoteApprox(sink.out, tool.field, "strict_not_expressible");
  }
  sink.writer.Raw(tool.parameters->raw());
  return strict && SameFamily(sink.request);
}

absl::Status WriteJsonSchema(const ResponseFormat& format, const SchemaSink& sink) {
  sink.writer.Field("name", format.name.empty() ? "response" : format.name);
  if (!format.description.empty()) sink.writer.Field("description", format.description);
  sink.writer.Key("schema");
  if (SameFamily(sink.request)) {
    sink.writer.Raw(format.schema->raw());
    if (format.strict) sink.writer.Field("strict", *format.strict);
    return absl::OkStatus();
  }
  const absl::StatusOr<CleanSchema> clean = CleanForTarget(*format.schema, StrictSchemaRules());
  if (!clean.ok()) {
    return Untranslatable(
        sink.request, sink.target, format.field,
        absl::StrCat("its schema has no strict form and is not translated (", clean.status().message(), ")"));
  }
  NoteSchemaChanges(*clean, format.field, sink.out);
  sink.writer.Raw(clean->json).Field("strict", true);
  return absl::OkStatus();
}

}  // namespace ag::wire::openai
