#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"

namespace ag::wire::gemini {

// The arguments of a function call that Vertex AI streams in pieces: each names an argument by its JSON path and brings
// its value, or a piece of it if it is a text. The pieces may come in any order, so the object is known at the end
// only. https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/Content#PartialArg
class PartialArguments {
 public:
  // A partialArgs array. False when a piece's path or value is not understood; the others count all the same.
  bool Add(const json::Value& pieces);
  // The object of all that came.
  std::string TakeJson();

 private:
  enum class Kind : std::uint8_t { kNone, kText, kLiteral, kObject, kArray };
  struct Node {
    Kind kind = Kind::kNone;
    std::string key;   // of a member
    std::string text;  // kText: decoded; kLiteral: the JSON token
    std::vector<Node> children;
    bool continues = false;  // more of the text is to come
  };
  // One step of a path: a member's name, or an element's place where `index` is not negative.
  struct Step {
    std::string name;
    std::int64_t index = -1;
  };

  static bool ParsePath(std::string_view path, std::vector<Step>& steps);
  static bool ParseBracket(std::string_view& rest, Step& step);
  static Node* Descend(Node& node, const Step& step);
  static bool SetValue(const json::Value& piece, Node& node);
  static void Write(const Node& node, json::Writer& writer);
  bool AddPiece(const json::Value& piece);

  Node root_;
};

}  // namespace ag::wire::gemini
