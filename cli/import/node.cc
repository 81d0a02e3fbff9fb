#include "cli/import/node.h"

#include <absl/strings/str_cat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace ag::cli {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxBytes = 4U << 20U;

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
    if (!reader.Read(YAML::Load(std::string(text)), root, 0)) {
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
