#include "gatewayd/proxy/model_catalog.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "gatewayd/base/json.h"
#include "gatewayd/http/message.h"

namespace ag::proxy {
namespace {

constexpr std::string_view kGeminiPrefix = "models/";
// A fixed date: the synthesised entries have none of their own, and clients sort by it.
constexpr std::string_view kCreatedAt = "2025-01-01T00:00:00Z";
constexpr std::int64_t kCreated = 1'735'689'600;

std::size_t NumberFromQuery(std::string_view query, std::string_view name, std::size_t fallback, std::size_t most) {
  const auto text = http::QueryValue(query, name);
  if (!text) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || value == 0) return fallback;
  return std::min(value, most);
}

void WriteOpenAi(json::Writer& writer, const std::string& id, const std::string& owner) {
  writer.BeginObject().Field("id", id).Field("object", "model").Field("created", kCreated);
  writer.Field("owned_by", owner).EndObject();
}

void WriteAnthropic(json::Writer& writer, const std::string& id, const catalog::ModelInfo& info) {
  writer.BeginObject().Field("type", "model").Field("id", id);
  writer.Field("display_name", info.display_name.empty() ? id : info.display_name);
  writer.Field("created_at", kCreatedAt);
  if (info.context_window) writer.Field("max_input_tokens", *info.context_window);
  if (info.max_output) writer.Field("max_tokens", *info.max_output);
  writer.EndObject();
}

void WriteGemini(json::Writer& writer, const std::string& id, const catalog::ModelInfo& info) {
  writer.BeginObject().Field("name", std::string(kGeminiPrefix) + id).Field("version", "001");
  writer.Field("displayName", info.display_name.empty() ? id : info.display_name);
  if (info.context_window) writer.Field("inputTokenLimit", *info.context_window);
  if (info.max_output) writer.Field("outputTokenLimit", *info.max_output);
  writer.Key("supportedGenerationMethods").BeginArray().String("generateContent").String("countTokens").EndArray();
  writer.EndObject();
}

}  // namespace

ModelCatalog::ModelCatalog(const pool::PoolSnapshot& pool, const Listings& listings,
                           const std::vector<std::string>& aliases, const catalog::Catalog& catalog) {
  std::map<std::string, std::size_t, std::less<>> known;
  const auto add = [&](const std::string& id, const std::string& owner) -> Entry* {
    if (id.empty()) return nullptr;
    const auto [found, added] = known.emplace(id, entries_.size());
    if (added) {
      Entry& entry = entries_.emplace_back();
      entry.id = id;
      entry.owner = owner;
      entry.info = catalog.FindModel(id);
    }
    return &entries_[found->second];
  };
  for (const auto& pooled : pool.accounts) {
    const pool::Account& account = pooled.account;
    if (!account.enabled) continue;
    const auto listing = listings.find(account.id);
    if (listing != listings.end()) {
      for (const auto& model : listing->second) {
        Entry* entry = add(model.id, account.preset);
        if (entry != nullptr && !model.raw.empty()) entry->raw.emplace(account.family, model.raw);
      }
    }
    for (const std::string& id : account.models) add(id, account.preset);
  }
  for (const std::string& alias : aliases) add(alias, "ag-gateway");
}

std::shared_ptr<const ModelCatalog> ModelCatalog::Only(const std::function<bool(std::string_view)>& wanted) const {
  auto some = std::shared_ptr<ModelCatalog>(new ModelCatalog);  // shared, as the whole one is
  std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(some->entries_),
               [&](const Entry& entry) { return wanted(entry.id); });
  return some;
}

std::string ModelCatalog::Render(const Entry& entry, Family client) {
  if (const auto raw = entry.raw.find(client); raw != entry.raw.end()) return raw->second;
  std::string out;
  json::Writer writer(out);
  switch (client) {
    case Family::kOpenAi:
      WriteOpenAi(writer, entry.id, entry.owner);
      break;
    case Family::kAnthropic:
      WriteAnthropic(writer, entry.id, entry.info);
      break;
    case Family::kGemini:
      WriteGemini(writer, entry.id, entry.info);
      break;
  }
  return out;
}

std::size_t ModelCatalog::IndexOf(std::string_view id) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.id == id; });
  return static_cast<std::size_t>(found - entries_.begin());
}

std::optional<std::string> ModelCatalog::Get(Family client, std::string_view id) const {
  if (id.substr(0, kGeminiPrefix.size()) == kGeminiPrefix) id.remove_prefix(kGeminiPrefix.size());
  const std::size_t index = IndexOf(id);
  if (index == entries_.size()) return std::nullopt;
  return Render(entries_[index], client);
}

std::string ModelCatalog::List(Family client, std::string_view query) const {
  if (client == Family::kAnthropic) return ListAnthropic(query);
  if (client == Family::kGemini) return ListGemini(query);
  std::string out;
  json::Writer writer(out);
  writer.BeginObject().Field("object", "list").Key("data").BeginArray();
  for (const Entry& entry : entries_) writer.Raw(Render(entry, client));
  writer.EndArray().EndObject();
  return out;
}

// https://docs.claude.com/en/api/models-list: limit 1–1000 (20), after_id, before_id.
std::string ModelCatalog::ListAnthropic(std::string_view query) const {
  const std::size_t limit = NumberFromQuery(query, "limit", 20, 1000);
  std::size_t begin = 0;
  std::size_t end = entries_.size();
  bool more_before = false;  // backwards, has_more tells of what comes earlier
  if (const auto after = http::QueryValue(query, "after_id")) begin = std::min(IndexOf(*after) + 1, end);
  if (const auto before = http::QueryValue(query, "before_id")) {
    end = IndexOf(*before);
    more_before = end > limit && end - limit > begin;
    if (more_before) begin = end - limit;
  }
  const std::size_t stop = std::min(end, begin + limit);
  std::string out;
  json::Writer writer(out);
  writer.BeginObject().Key("data").BeginArray();
  for (std::size_t i = begin; i < stop; ++i) writer.Raw(Render(entries_[i], Family::kAnthropic));
  writer.EndArray().Field("has_more", stop < end || more_before);
  if (begin < stop) {
    writer.Field("first_id", entries_[begin].id).Field("last_id", entries_[stop - 1].id);
  } else {
    writer.Key("first_id").Null().Key("last_id").Null();
  }
  writer.EndObject();
  return out;
}

// https://ai.google.dev/api/models#method:-models.list: pageSize up to 1000 (50), pageToken.
std::string ModelCatalog::ListGemini(std::string_view query) const {
  const std::size_t limit = NumberFromQuery(query, "pageSize", 50, 1000);
  std::size_t begin = NumberFromQuery(query, "pageToken", 0, entries_.size());
  const std::size_t stop = std::min(entries_.size(), begin + limit);
  std::string out;
  json::Writer writer(out);
  writer.BeginObject().Key("models").BeginArray();
  for (; begin < stop; ++begin) writer.Raw(Render(entries_[begin], Family::kGemini));
  writer.EndArray();
  if (stop < entries_.size()) writer.Field("nextPageToken", std::to_string(stop));
  writer.EndObject();
  return out;
}

std::vector<std::string> ModelCatalog::Names() const {
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.id);
  return names;
}

}  // namespace ag::proxy
