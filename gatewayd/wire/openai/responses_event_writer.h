#pragma once

#include <absl/strings/str_cat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::wire::openai {

// Appends the events of one Responses stream, each with its number
// (https://platform.openai.com/docs/api-reference/responses-streaming). Of a plain reply nothing is written. Between
// Begin and End the caller appends further members, each with a comma before it.
class ResponsesEventWriter {
 public:
  // `streams` is false for a plain reply.
  enum class Mode : std::uint8_t { kPlain, kStream };
  explicit ResponsesEventWriter(Mode mode) : mode_(mode) {}

  bool streams() const { return mode_ == Mode::kStream; }
  std::int64_t next_number() const { return sequence_; }

  void Begin(std::string_view type, std::string& out) {
    absl::StrAppend(&out, "event: ", ToAbsl(type), "\ndata: {\"type\":\"", ToAbsl(type),
                    "\",\"sequence_number\":", sequence_++);
  }
  static void End(std::string& out) { out.append("}\n\n"); }

  // Where an event belongs: the item, and, unless negative, the part or content within it.
  static void Place(std::string_view item_id, std::size_t output_index, std::string& out) {
    absl::StrAppend(&out, ",\"item_id\":\"", ToAbsl(item_id), "\",\"output_index\":", output_index);
  }
  static void Index(std::string_view key, std::size_t index, std::string& out) {
    absl::StrAppend(&out, ",\"", ToAbsl(key), "\":", index);
  }
  static void Text(std::string_view key, std::string_view text, std::string& out) {
    absl::StrAppend(&out, ",\"", ToAbsl(key), "\":");
    json::Writer(out).String(text);
  }
  static void Raw(std::string_view key, std::string_view json, std::string& out) {
    absl::StrAppend(&out, ",\"", ToAbsl(key), "\":", ToAbsl(json));
  }

  // An event that says no more than which item it is about.
  void Bare(std::string_view type, std::string_view item_id, std::size_t output_index, std::string& out) {
    if (!streams()) return;
    Begin(type, out);
    Place(item_id, output_index, out);
    End(out);
  }

  // output_item.added and output_item.done.
  void Item(std::string_view type, std::size_t output_index, std::string_view item, std::string& out) {
    if (!streams()) return;
    Begin(type, out);
    Index("output_index", output_index, out);
    Raw("item", item, out);
    End(out);
  }

 private:
  Mode mode_;
  std::int64_t sequence_ = 0;
};

}  // namespace ag::wire::openai
