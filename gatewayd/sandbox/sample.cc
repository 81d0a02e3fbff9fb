#include "gatewayd/sandbox/sample.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "gatewayd/base/strings.h"

namespace ag::sandbox {
namespace {

constexpr int kFullDepth = 4;   // below it, only what is required: recursive schemas come to an end
constexpr int kMaxDepth = 32;   // a schema that demands itself has no value; null ends it
constexpr int kMaxTurns = 100;  // of $ref and the like without getting deeper

constexpr std::string_view kText = "sandbox";

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kFormats = {{
    {"date-time", "2026-01-01T00:00:00Z"},
    {"date", "2026-01-01"},
    {"time", "00:00:00Z"},
    {"duration", "PT1S"},
    {"email", "sandbox@example.com"},
    {"uri", "https://example.com/"},
    {"uuid", "00000000-0000-4000-8000-000000000000"},
    {"ipv4", "127.0.0.1"},
}};

std::string TypeOf(const json::Value& schema) {
  const json::Value* type = schema.FindNonNull("type");
  if (type == nullptr) return schema.FindNonNull("properties") != nullptr ? "object" : "";
  if (!type->is_array()) return absl::AsciiStrToLower(ToAbsl(type->str()));
  for (const json::Value& choice : type->items()) {
    if (choice.str() != "null") return absl::AsciiStrToLower(ToAbsl(choice.str()));
  }
  return "null";
}

// An integer bound in either form: 3, or "3" as Gemini's schemas write 64-bit numbers.
std::optional<double> Bound(const json::Value& schema, std::string_view key) {
  const json::Value* value = schema.FindNonNull(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) {
    double number = 0;
    if (absl::SimpleAtod(ToAbsl(value->str()), &number)) return number;
    return std::nullopt;
  }
  return value->AsDouble();
}

class Sampler {
 public:
  Sampler(const json::Value& root, json::Writer& writer) : root_(root), writer_(writer) {}

  void Write(const json::Value& schema, int depth) {
    const json::Value& resolved = Resolve(schema);
    if (const json::Value* constant = resolved.Find("const")) {
      writer_.Raw(constant->raw());
      return;
    }
    const json::Value* choices = resolved.FindNonNull("enum");
    if (choices != nullptr && !choices->items().empty()) {
      writer_.Raw(choices->items().front().raw());
      return;
    }
    const std::string type = depth > kMaxDepth ? "null" : TypeOf(resolved);
    if (type == "object") {
      WriteObject(resolved, depth);
    } else if (type == "array") {
      WriteArray(resolved, depth);
    } else if (type == "integer" || type == "number") {
      WriteNumber(resolved, type == "integer");
    } else if (type == "boolean") {
      writer_.Bool(true);
    } else if (type == "null") {
      writer_.Null();
    } else {
      WriteText(resolved);
    }
  }

  void WriteObject(const json::Value& schema, int depth) {
    writer_.BeginObject();
    if (const json::Value* properties = schema.FindNonNull("properties")) {
      for (const json::Member& member : properties->members()) {
        if (depth >= kFullDepth && !IsRequired(schema, member.key)) continue;
        writer_.Key(member.key);
        Write(member.value, depth + 1);
      }
    }
    writer_.EndObject();
  }

  // The schema that stands for this one: behind a $ref, or the first choice that is not null.
  const json::Value& Resolve(const json::Value& schema) const {
    const json::Value* at = &schema;
    for (int turn = 0; turn < kMaxTurns; ++turn) {
      const json::Value* next = nullptr;
      if (const json::Value* reference = at->FindNonNull("$ref")) next = Target(reference->str());
      for (const std::string_view key : {"anyOf", "oneOf", "allOf"}) {
        if (next == nullptr && TypeOf(*at).empty()) next = FirstChoice(at->FindNonNull(key));
      }
      if (next == nullptr) return *at;
      at = next;
    }
    return *at;
  }

 private:
  static bool IsRequired(const json::Value& schema, std::string_view key) {
    const json::Value* required = schema.FindNonNull("required");
    return required != nullptr &&
           std::ranges::any_of(required->items(), [key](const json::Value& name) { return name.str() == key; });
  }

  static const json::Value* FirstChoice(const json::Value* choices) {
    if (choices == nullptr) return nullptr;
    for (const json::Value& choice : choices->items()) {
      if (TypeOf(choice) != "null") return &choice;
    }
    return nullptr;
  }

  // "#/$defs/Step"; null for what is not in the document.
  const json::Value* Target(std::string_view reference) const {
    if (!reference.starts_with('#')) return nullptr;
    const json::Value* at = &root_;
    for (const absl::string_view step : absl::StrSplit(ToAbsl(reference.substr(1)), '/', absl::SkipEmpty())) {
      at = at->Find(ToStd(step));
      if (at == nullptr) return nullptr;
    }
    return at;
  }

  void WriteArray(const json::Value& schema, int depth) {
    const json::Value* items = schema.FindNonNull("items");
    const bool room = depth < kFullDepth && Bound(schema, "maxItems").value_or(1) >= 1;
    const double least = Bound(schema, "minItems").value_or(items != nullptr && room ? 1 : 0);
    writer_.BeginArray();
    for (int i = 0; i < static_cast<int>(std::min(least, 100.0)); ++i) {
      if (items != nullptr) {
        Write(*items, depth + 1);
      } else {
        writer_.String(kText);
      }
    }
    writer_.EndArray();
  }

  void WriteNumber(const json::Value& schema, bool integer) {
    const double step = Bound(schema, "multipleOf").value_or(1);
    double number = step;
    if (const auto least = Bound(schema, "minimum")) number = std::ceil(*least / step) * step;
    if (const auto above = Bound(schema, "exclusiveMinimum")) number = (std::floor(*above / step) + 1) * step;
    if (const auto most = Bound(schema, "maximum"); most && number > *most) number = *most;
    if (integer) {
      writer_.Int(static_cast<std::int64_t>(number));
    } else {
      writer_.Double(number);
    }
  }

  void WriteText(const json::Value& schema) {
    const json::Value* format = schema.FindNonNull("format");
    for (const auto& [name, example] : kFormats) {
      if (format != nullptr && format->str() == name) {
        writer_.String(example);
        return;
      }
    }
    std::string text(kText);
    const auto least = static_cast<std::size_t>(std::clamp(Bound(schema, "minLength").value_or(0), 0.0, 1000.0));
    const auto most = static_cast<std::size_t>(std::clamp(Bound(schema, "maxLength").value_or(1000), 0.0, 1000.0));
    while (text.size() < least) text += kText;
    text.resize(std::min(text.size(), std::max(least, most)));
    writer_.String(text);
  }

  const json::Value& root_;
  json::Writer& writer_;
};

}  // namespace

std::string SampleOf(const json::Value& schema) {
  std::string out;
  json::Writer writer(out);
  Sampler(schema, writer).Write(schema, 0);
  return out;
}

std::string ArgumentsFor(const json::Value* schema) {
  if (schema == nullptr) return "{}";
  std::string out;
  json::Writer writer(out);
  Sampler sampler(*schema, writer);
  sampler.WriteObject(sampler.Resolve(*schema), 0);
  return out;
}

}  // namespace ag::sandbox
