#include "gatewayd/wire/request_reader.h"

#include <absl/strings/str_cat.h>

#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::wire {

absl::Status WrongType(std::string_view field, std::string_view expected) {
  return FieldError(ErrorKind::kInvalidRequest, field,
                    absl::StrCat("`", ToAbsl(field), "` must be ", ToAbsl(expected), "."));
}

std::string_view RequestReader::Child(std::string_view parent, std::string_view key) {
  if (parent.empty()) return key;
  return arena_->Copy(absl::StrCat(ToAbsl(parent), ".", ToAbsl(key)));
}

std::string_view RequestReader::At(std::string_view parent, std::size_t index) {
  return arena_->Copy(absl::StrCat(ToAbsl(parent), "[", index, "]"));
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field, std::string_view& out) {
  if (!value.is_string()) return WrongType(field, "a string");
  out = value.str();
  return absl::OkStatus();
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field, std::optional<std::int64_t>& out) {
  out = value.AsInt();
  return out ? absl::OkStatus() : WrongType(field, "an integer");
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field, std::optional<Number>& out) {
  const auto number = value.AsDouble();
  if (!number) return WrongType(field, "a number");
  out = Number{*number, value.raw()};
  return absl::OkStatus();
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field, std::optional<bool>& out) {
  if (!value.is_bool()) return WrongType(field, "true or false");
  out = value.AsBool(false);
  return absl::OkStatus();
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field, bool& out) {
  std::optional<bool> flag;
  AG_RETURN_IF_ERROR(Read(value, field, flag));
  out = *flag;
  return absl::OkStatus();
}

absl::Status RequestReader::Read(const json::Value& value, std::string_view field,
                                 std::span<const std::string_view>& out) {
  if (!value.is_array()) return WrongType(field, "an array of strings");
  const auto list = arena_->NewSpan<std::string_view>(value.items().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    AG_RETURN_IF_ERROR(Read(value.items()[i], At(field, i), list[i]));
  }
  out = list;
  return absl::OkStatus();
}

void RequestReader::Note(std::string_view field, const json::Value& value, UnknownField::Treatment treatment) {
  if (value.is_null()) return;
  // The value lives in the document's arena, which the request outlives.
  unknown_.push_back({arena_->Copy(field), &value, treatment});
}

}  // namespace ag::wire
