#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ag::cli {

// A configuration file as a tree of texts: what YAML and JSON have in common. Missing parts are kNone nodes, so that
// readers can ask for paths without checking each step.
class Node {
 public:
  enum class Kind : std::uint8_t { kNone, kScalar, kList, kMap };

  Kind kind() const { return kind_; }
  bool exists() const { return kind_ != Kind::kNone; }
  // A scalar's text; empty for other kinds and for null.
  const std::string& text() const { return text_; }
  // Of a list; empty for other kinds.
  const std::vector<Node>& items() const { return items_; }
  // Of a map, in the file's order; empty for other kinds.
  const std::vector<std::pair<std::string, Node>>& members() const { return members_; }
  // The member of that name, or a node that does not exist.
  const Node& operator[](std::string_view name) const;
  int line() const { return line_; }  // from 1

 private:
  friend class NodeReader;

  Kind kind_ = Kind::kNone;
  std::string text_;
  std::vector<Node> items_;
  std::vector<std::pair<std::string, Node>> members_;
  int line_ = 0;
};

// Reads YAML 1.2 or JSON, which is a part of it, also JSON with comments (// and /* */) and commas before a closing
// bracket. INVALID_ARGUMENT names the line; also for a file that is no map at its
// top, nests deeper than 64 levels or is larger than 4 MB when its aliases are written out.
absl::StatusOr<Node> ReadNode(std::string_view text);

}  // namespace ag::cli
