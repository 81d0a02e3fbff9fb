#include "cli/output/json.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

namespace ag::cli {
namespace {

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppend(&out, absl::StrFormat("\\u%04x", static_cast<unsigned>(c)));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace

void JsonWriter::NewLine() {
  if (layout_ == Layout::kOneLine) return;
  out_ += '\n';
  out_.append(2 * has_element_.size(), ' ');
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_element_.empty()) return;
  if (has_element_.back()) out_ += layout_ == Layout::kOneLine ? ", " : ",";
  has_element_.back() = true;
  NewLine();
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  has_element_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  const bool had_elements = has_element_.back();
  has_element_.pop_back();
  if (had_elements) NewLine();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  out_ += Quote(key) + ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) { return Raw(Quote(text)); }
JsonWriter& JsonWriter::Int(std::int64_t value) { return Raw(absl::StrCat(value)); }
JsonWriter& JsonWriter::Number(double value) { return Raw(absl::StrFormat("%.3f", value)); }
JsonWriter& JsonWriter::Bool(bool value) { return Raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::Null() { return Raw("null"); }

}  // namespace ag::cli
