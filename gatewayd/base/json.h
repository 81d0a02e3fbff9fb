#pragma once

#include <absl/status/statusor.h>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"

// JSON that loses nothing: numbers and strings keep the very characters of the source, duplicate keys and key order
// survive. Reading is strict RFC 8259: invalid UTF-8, trailing bytes, depth over the limit are errors (InvalidRequest,
// message with the byte offset).
//
// The reader is our own and not simdjson: simdjson wants 32 readable bytes behind the text, so each body and each SSE
// line would have to be copied first, and its on-demand walk reads a document once, in order, where codecs look fields
// up in theirs.
namespace ag::json {

enum class Type : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct Member;

// A node of a parsed document: views into the source and nodes in the arena, valid as long as both live.
class Value {
 public:
  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::kNull; }
  bool is_string() const { return type_ == Type::kString; }
  bool is_number() const { return type_ == Type::kNumber; }
  bool is_bool() const { return type_ == Type::kBool; }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }

  // The source text of this value with its quotes or brackets, exactly as it was written.
  std::string_view raw() const { return raw_; }
  // The decoded string (escapes resolved); empty for other types.
  std::string_view str() const { return type_ == Type::kString ? text_ : std::string_view(); }
  bool AsBool(bool fallback) const { return type_ == Type::kBool ? raw_.front() == 't' : fallback; }
  std::optional<std::int64_t> AsInt() const;  // integers only (also 1.0, 1e3); out of range = none
  std::optional<double> AsDouble() const;     // none when a double cannot hold its magnitude

  std::span<const Value> items() const;     // of an array; empty for other types
  std::span<const Member> members() const;  // of an object; empty for other types
  // The member's value; the last one wins when keys repeat. nullptr when absent or not an object.
  const Value* Find(std::string_view key) const;
  // As Find, but a JSON null counts as absent: most APIs treat both alike.
  const Value* FindNonNull(std::string_view key) const;

 private:
  friend class Parser;
  Type type_ = Type::kNull;
  std::string_view raw_;
  std::string_view text_;
  const void* children_ = nullptr;
  std::size_t count_ = 0;
};

struct Member {
  std::string_view key;  // decoded
  Value value;
};

inline constexpr std::size_t kMaxDepth = 200;

// Parses the whole text. Views refer to `text` (which must outlive them) and to `arena`.
absl::StatusOr<const Value*> Parse(std::string_view text, Arena& arena, std::size_t max_depth = kMaxDepth);

// One top-level member seen by ScanObject. `raw` is the value's exact source text inside the scanned text.
struct RawMember {
  std::string_view key;
  std::string_view raw;
  Type type;
};
// Walks the top level of an object without building nodes: passthrough reads `model` and `stream` this way and leaves
// the rest unread. Nested values are skipped by their brackets, not validated. Stops early when `visit` returns false.
// An error if the text is not an object or ends inside one.
class MemberVisitor {
 public:
  virtual ~MemberVisitor() = default;
  virtual bool OnMember(const RawMember& member) = 0;
};
absl::Status ScanObject(std::string_view text, Arena& arena, MemberVisitor& visitor);
// The same for an array: its elements are members without a key.
absl::Status ScanArray(std::string_view text, MemberVisitor& visitor);

// Decodes a raw string token (with its quotes); a view into it when it has no escapes, else into the arena. Lone
// surrogates become U+FFFD.
absl::StatusOr<std::string_view> DecodeString(std::string_view raw, Arena& arena);

// Append-only writer. The caller keeps the structure right (AG_CHECKed: closing what is not open is a bug).
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  Writer& BeginObject();
  Writer& EndObject();
  Writer& BeginArray();
  Writer& EndArray();
  Writer& Key(std::string_view key);
  Writer& String(std::string_view text);  // escapes what JSON demands, and U+2028/2029; invalid UTF-8 → U+FFFD
  Writer& Raw(std::string_view json);     // a complete value, as it stands
  Writer& Int(std::int64_t value);
  Writer& Double(double value);  // shortest form that reads back equal; NaN and infinity become null
  Writer& Bool(bool value);
  Writer& Null();

  // Key and value at once.
  Writer& Field(std::string_view key, std::string_view text) { return Key(key).String(text); }
  Writer& Field(std::string_view key, const char* text) { return Key(key).String(text); }
  Writer& Field(std::string_view key, std::int64_t value) { return Key(key).Int(value); }
  Writer& Field(std::string_view key, int value) { return Key(key).Int(value); }
  Writer& Field(std::string_view key, bool value) { return Key(key).Bool(value); }

 private:
  static constexpr std::size_t kMaxLevels = 256;  // deeper is a bug: documents that were read are kMaxDepth at most

  void Separate();
  void Open(char bracket, bool object);
  void Close(char bracket, bool object);

  std::string& out_;
  std::bitset<kMaxLevels> is_object_;
  std::bitset<kMaxLevels> has_element_;
  std::size_t depth_ = 0;
  bool after_key_ = false;
};

// `text` as a JSON string token with quotes.
std::string Quote(std::string_view text);

// One replacement inside a source text, by views into it.
struct Edit {
  std::string_view target;  // part of the source; empty = an insertion at target.data()
  std::string replacement;
};
// The source with all edits applied; edits must be in order and not overlap. Untouched bytes stay as they are.
std::string ApplyEdits(std::string_view source, std::span<const Edit> edits);

}  // namespace ag::json
