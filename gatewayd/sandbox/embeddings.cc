#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/responder.h"

namespace ag::sandbox {
namespace {

constexpr std::int64_t kDefaultDimensions = 64;
constexpr std::int64_t kMostDimensions = 3072;

// FNV-1a: the same text always gives the same vector.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// A vector of length one.
std::vector<float> VectorOf(std::string_view text, std::int64_t dimensions) {
  FastRandom random(Hash(text));
  std::vector<float> vector(static_cast<std::size_t>(dimensions));
  double sum = 0;
  for (float& value : vector) {
    value = static_cast<float>(static_cast<double>(random.Next() >> 11) / static_cast<double>(1ULL << 52) - 1.0);
    sum += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto scale = static_cast<float>(sum > 0 ? 1 / std::sqrt(sum) : 0);
  for (float& value : vector) value *= scale;
  return vector;
}

std::string ToJson(const std::vector<float>& vector) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const float value : vector) writer.Double(static_cast<double>(value));
  writer.EndArray();
  return out;
}

// Little-endian float32, as encoding_format "base64" means.
std::string ToBase64(const std::vector<float>& vector) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(vector.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), vector.data(), bytes.size());
  return json::Quote(absl::Base64Escape(bytes));
}

std::int64_t Dimensions(const json::Value* value) {
  const std::optional<std::int64_t> wanted = value == nullptr ? std::nullopt : value->AsInt();
  return wanted && *wanted >= 1 && *wanted <= kMostDimensions ? *wanted : kDefaultDimensions;
}

std::string GeminiVector(const json::Value& request) {
  std::string text;
  if (const json::Value* content = request.FindNonNull("content")) {
    if (const json::Value* parts = content->FindNonNull("parts")) {
      for (const json::Value& part : parts->items()) {
        if (const json::Value* value = part.Find("text")) text += value->str();
      }
    }
  }
  return absl::StrCat(R"({"values":)", ToJson(VectorOf(text, Dimensions(request.FindNonNull("outputDimensionality")))),
                      "}");
}

}  // namespace

Plan EmbedOpenAi(const json::Value& body) {
  const json::Value* model = body.FindNonNull("model");
  const json::Value* input = body.FindNonNull("input");
  if (model == nullptr) return ErrorPlan(Family::kOpenAi, 400, "Missing required parameter: 'model'.", "model");
  if (input == nullptr) return ErrorPlan(Family::kOpenAi, 400, "Missing required parameter: 'input'.", "input");
  const json::Value* format = body.FindNonNull("encoding_format");
  const bool base64 = format != nullptr && format->str() == "base64";
  std::string data;
  std::size_t characters = 0;
  int index = 0;
  const auto add = [&](const json::Value& item) {
    const std::string_view text = item.is_string() ? item.str() : item.raw();
    const std::vector<float> vector = VectorOf(text, Dimensions(body.FindNonNull("dimensions")));
    characters += text.size();
    absl::StrAppend(&data, index == 0 ? "" : ",", R"({"object":"embedding","index":)", index, R"(,"embedding":)",
                    base64 ? ToBase64(vector) : ToJson(vector), "}");
    ++index;
  };
  // A list of texts, or one text (which may be a list of token numbers).
  const bool list = input->is_array() && !input->items().empty() && !input->items().front().is_number();
  if (list) {
    for (const json::Value& item : input->items()) add(item);
  } else {
    add(*input);
  }
  const std::size_t tokens = (characters + 3) / 4;
  Plan plan;
  plan.frames.push_back(absl::StrCat(R"({"object":"list","data":[)", data, R"(],"model":)", json::Quote(model->str()),
                                     R"(,"usage":{"prompt_tokens":)", tokens, R"(,"total_tokens":)", tokens, "}}"));
  return plan;
}

Plan EmbedGemini(const json::Value& body, Endpoint::Action action) {
  Plan plan;
  if (action == Endpoint::Action::kEmbed) {
    plan.frames.push_back(absl::StrCat(R"({"embedding":)", GeminiVector(body), "}"));
    return plan;
  }
  std::string items;
  if (const json::Value* requests = body.FindNonNull("requests")) {
    for (const json::Value& request : requests->items()) {
      absl::StrAppend(&items, items.empty() ? "" : ",", GeminiVector(request));
    }
  }
  plan.frames.push_back(absl::StrCat(R"({"embeddings":[)", items, "]}"));
  return plan;
}

}  // namespace ag::sandbox
