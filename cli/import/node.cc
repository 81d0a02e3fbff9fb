#include "cli/import/node.h"

#include <absl/strings/str_cat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace ag::cli {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxBytes = 4U << 20U;
constexpr std::string_view kBeforeComment = " \t\r\n{}[],\"'";

// Blanks the comments of JSON with comments: "// …" to the line's end and "/* … */", outside of strings. Lines keep
// their numbers. One begins after a space or a mark of structure only: YAML's bare http://host and vendor/* stay.
std::string WithoutComments(std::string text) {
  const auto begins = [&text](std::size_t i, std::string_view mark) {
    return text.compare(i, mark.size(), mark) == 0 &&
           (i == 0 || kBeforeComment.find(text[i - 1]) != std::string_view::npos);
  };
  const auto blank = [&text](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) text[i] = text[i] == '\n' ? '\n' : ' ';
  };
  char quote = 0;  // of the string that is open
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == '\\' && quote == '"') {
        ++i;
      } else if (text[i] == quote) {
        quote = 0;
      }
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (begins(i, "//")) {
      blank(i, std::min(text.find('\n', i), text.size()));
    } else if (begins(i, "/*")) {
      const auto end = text.find("*/", i + 2);
      blank(i, end == std::string::npos ? text.size() : end + 2);
    }
  }
  return text;
}

// JSON's top is an object; YAML that begins with a brace is a part of JSON but for its comments (#).
bool IsJson(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// What yaml-cpp can read.
std::string ToYaml(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string bare = WithoutComments(std::string(text));
  return IsJson(bare) ? bare : std::string(text);
}

}  // namespace

// yaml-cpp reports by exceptions; none leaves this file.
class NodeReader {
 public:
  // False when a bound is passed: an alias that names another many times over grows without end.
  bool Read(const YAML::Node& from, Node& to, int depth) {
    to.line_ = from.Mark().line + 1;
    ++bytes_;
    if (depth > kMaxDepth || bytes_ > kMaxBytes) return false;
    if (from.IsScalar()) {
      to.kind_ = Node::Kind::kScalar;
      to.text_ = from.Scalar();
      bytes_ += to.text_.size();
    } else if (from.IsSequence()) {
      to.kind_ = Node::Kind::kList;
      for (const auto& item : from) {
        if (!Read(item, to.items_.emplace_back(), depth + 1)) return false;
      }
    } else if (from.IsMap()) {
      to.kind_ = Node::Kind::kMap;
      for (const auto& member : from) {
        auto& [name, value] = to.members_.emplace_back();
        name = member.first.IsScalar() ? member.first.Scalar() : std::string();
        bytes_ += name.size();
        if (!Read(member.second, value, depth + 1)) return false;
      }
    }
    return true;
  }

 private:
  std::size_t bytes_ = 0;
};

const Node& Node::operator[](std::string_view name) const {
  static const Node kMissing;
  const auto found =
      std::ranges::find(members_, name, [](const auto& member) { return std::string_view(member.first); });
  return found == members_.end() ? kMissing : found->second;
}

absl::StatusOr<Node> ReadNode(std::string_view text) {
  if (text.size() > kMaxBytes) return absl::InvalidArgumentError("the file is larger than 4 MB");
  Node root;
  try {
    NodeReader reader;
    if (!reader.Read(YAML::Load(ToYaml(text)), root, 0)) {
      return absl::InvalidArgumentError("the file nests too deep or grows too large when its aliases are written out");
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file cannot be read: line ", error.mark.line + 1, ": ", error.msg));
  }
  if (root.kind() != Node::Kind::kMap) {
    return absl::InvalidArgumentError("the file cannot be read: it holds no settings by name");
  }
  return root;
}

}  // namespace ag::cli
