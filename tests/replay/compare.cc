#include "tests/replay/compare.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <optional>

#include "gatewayd/base/strings.h"

namespace ag::test {
namespace {

std::string Excerpt(std::string_view text, std::size_t at = 0) {
  const std::size_t from = at > 40 ? at - 40 : 0;
  return absl::StrCat("\"", absl::CHexEscape(std::string(text.substr(std::min(from, text.size()), 120))), "\"");
}

std::string Differ(const std::string& place, std::string_view expected, std::string_view actual) {
  return absl::StrCat(place, ": expected ", Excerpt(expected), ", got ", Excerpt(actual));
}

class JsonComparison {
 public:
  // A member of the top object that is not compared.
  explicit JsonComparison(std::string_view ignored = {}) : ignored_(ignored) {}

  std::string Compare(const json::Value& expected, const json::Value& actual, const std::string& place) const {
    if (expected.type() != actual.type()) return Differ(place, expected.raw(), actual.raw());
    switch (expected.type()) {
      case json::Type::kObject:
        return CompareObjects(expected, actual, place);
      case json::Type::kArray:
        return CompareArrays(expected, actual, place);
      case json::Type::kString:
        return expected.str() == actual.str() ? "" : Differ(place, expected.str(), actual.str());
      case json::Type::kNull:
      case json::Type::kBool:
      case json::Type::kNumber:
        break;
    }
    return expected.raw() == actual.raw() ? "" : Differ(place, expected.raw(), actual.raw());
  }

 private:
  bool Ignored(const std::string& place, std::string_view key) const { return place == "$" && key == ignored_; }

  std::string CompareObjects(const json::Value& expected, const json::Value& actual, const std::string& place) const {
    for (const json::Member& member : expected.members()) {
      if (Ignored(place, member.key)) continue;
      const std::string below = absl::StrCat(place, ".", ToAbsl(member.key));
      const json::Value* found = actual.Find(member.key);
      if (found == nullptr) return absl::StrCat(below, ": is missing");
      // The last of repeated keys counts on both sides.
      if (&member.value != expected.Find(member.key)) continue;
      if (std::string difference = Compare(member.value, *found, below); !difference.empty()) return difference;
    }
    for (const json::Member& member : actual.members()) {
      if (Ignored(place, member.key)) continue;
      if (expected.Find(member.key) == nullptr) return absl::StrCat(place, ".", ToAbsl(member.key), ": was added");
    }
    return {};
  }

  std::string CompareArrays(const json::Value& expected, const json::Value& actual, const std::string& place) const {
    if (expected.items().size() != actual.items().size()) {
      return absl::StrCat(place, ": expected ", expected.items().size(), " elements, got ", actual.items().size());
    }
    for (std::size_t i = 0; i < expected.items().size(); ++i) {
      std::string difference = Compare(expected.items()[i], actual.items()[i], absl::StrCat(place, "[", i, "]"));
      if (!difference.empty()) return difference;
    }
    return {};
  }

  std::string_view ignored_;
};

std::string ParseBoth(std::string_view expected, std::string_view actual, Arena& arena, const json::Value*& first,
                      const json::Value*& second) {
  const absl::StatusOr<const json::Value*> parsed_first = json::Parse(expected, arena);
  if (!parsed_first.ok()) return absl::StrCat("the expected text is no JSON: ", Excerpt(expected));
  const absl::StatusOr<const json::Value*> parsed_second = json::Parse(actual, arena);
  if (!parsed_second.ok()) return absl::StrCat("no JSON: ", Excerpt(actual));
  first = *parsed_first;
  second = *parsed_second;
  return {};
}

std::string CompareJsonBut(std::string_view ignored, std::string_view expected, std::string_view actual) {
  Arena arena;
  const json::Value* first = nullptr;
  const json::Value* second = nullptr;
  std::string problem = ParseBoth(expected, actual, arena, first, second);
  return problem.empty() ? JsonComparison(ignored).Compare(*first, *second, "$") : problem;
}

const json::Value* ModelsOf(const json::Value& list) {
  const json::Value* data = list.FindNonNull("data");
  return data != nullptr ? data : list.FindNonNull("models");
}

std::string_view IdOf(const json::Value& model) {
  const json::Value* id = model.FindNonNull("id");
  if (id == nullptr) id = model.FindNonNull("name");
  return id == nullptr ? std::string_view() : id->str();
}

}  // namespace

std::string CompareJson(std::string_view expected, std::string_view actual) {
  return CompareJsonBut({}, expected, actual);
}

std::string CompareBytes(std::string_view expected, std::string_view actual) {
  if (expected == actual) return {};
  const auto [first, second] = std::ranges::mismatch(expected, actual);
  const auto at = static_cast<std::size_t>(first - expected.begin());
  return absl::StrCat("byte ", at, " of ", expected.size(), " (got ", actual.size(), "): expected ",
                      Excerpt(expected, at), ", got ", Excerpt(actual, at));
}

std::string CompareModelLists(std::string_view expected, std::string_view actual) {
  Arena arena;
  const json::Value* first = nullptr;
  const json::Value* second = nullptr;
  std::string problem = ParseBoth(expected, actual, arena, first, second);
  if (!problem.empty()) return problem;
  const json::Value* wanted = ModelsOf(*first);
  const json::Value* found = ModelsOf(*second);
  if (wanted == nullptr || found == nullptr) return absl::StrCat("no list: ", Excerpt(actual));
  for (const json::Value& model : wanted->items()) {
    const auto same =
        std::ranges::find_if(found->items(), [&](const json::Value& other) { return IdOf(other) == IdOf(model); });
    if (same == found->items().end()) return absl::StrCat("model ", ToAbsl(IdOf(model)), ": is missing");
    std::string difference = JsonComparison().Compare(model, *same, absl::StrCat("model ", ToAbsl(IdOf(model))));
    if (!difference.empty()) return difference;
  }
  return {};
}

std::string CompareResponse(const Recording& recording, const HttpResponse& actual) {
  if (actual.status != recording.status()) {
    return absl::StrCat("status: expected ", recording.status(), ", got ", actual.status, " ", Excerpt(actual.body));
  }
  if (!actual.complete) return "the body was cut";
  if (recording.is_text() || recording.response_body().empty()) {
    return CompareBytes(recording.response_body(), actual.body);
  }
  const bool list = recording.entry().api == "models" && recording.status() == 200 && recording.model().empty();
  return list ? CompareModelLists(recording.response_body(), actual.body)
              : CompareJson(recording.response_body(), actual.body);
}

std::string CompareRequestBody(const Recording& recording, std::string_view actual) {
  if (recording.request_body().empty()) return CompareBytes({}, actual);
  return CompareJsonBut("stream_options", recording.request_body(), actual);
}

}  // namespace ag::test
