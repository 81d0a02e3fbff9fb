#include "gatewayd/config/config_file.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::config {
namespace {

constexpr off_t kMaxFileBytes = 1 << 20;
// Known to users as a setting, but sealed in gateway.db: written here it would lie open, and would not work.
constexpr std::string_view kSealedKey = "proxy.api_key";

absl::Status Refuse(const std::string& path, absl::string_view what) {
  return MakeError(ErrorKind::kInvalidRequest, absl::StrCat("Settings file ", path, " ", what));
}

absl::Status RefuseErrno(const std::string& path) {
  return Refuse(path, absl::StrCat("cannot be read: ", std::strerror(errno), ". Check its owner and permissions"));
}

// The file's text; none when there is no file.
absl::StatusOr<std::optional<std::string>> ReadText(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 && errno == ENOENT) return std::optional<std::string>();
  if (file < 0) return RefuseErrno(path);
  std::string text;
  absl::Status status;
  struct stat facts{};
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    status = Refuse(path, "is not a regular file: move it away");
  } else if (facts.st_size > kMaxFileBytes) {
    status = Refuse(path, "is larger than 1 MiB, so it is not a settings file of AG Gateway: move it away");
  } else {
    text.resize(static_cast<std::size_t>(facts.st_size));
    const ssize_t got = read(file, text.data(), text.size());
    if (got < 0) status = RefuseErrno(path);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  close(file);
  if (!status.ok()) return status;
  return std::optional<std::string>(std::move(text));
}

std::string Position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t column = offset - (before.rfind('\n') + 1) + 1;
  return absl::StrCat("line ", line, ", column ", column);
}

// The reader's sentence ends in "at byte N: what was expected": people look for lines.
std::string DescribeFault(std::string_view text, std::string_view message) {
  constexpr std::string_view kMarker = "at byte ";
  const auto at = message.find(kMarker);
  const auto colon = message.find(": ", at);
  std::size_t offset = 0;
  if (at == std::string_view::npos || colon == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(message.substr(at + kMarker.size(), colon - at - kMarker.size())), &offset)) {
    return std::string(message);
  }
  return absl::StrCat(Position(text, std::min(offset, text.size())), ": ", ToAbsl(message.substr(colon + 2)));
}

class Loader {
 public:
  Loader(const std::string& path, FileContent& content) : path_(path), content_(content) {}

  absl::Status Load(const json::Value& root) {
    for (const json::Member& section : root.members()) {
      if (root.Find(section.key) != &section.value) continue;  // repeated: the last one counts
      AG_RETURN_IF_ERROR(LoadSection(section));
    }
    return absl::OkStatus();
  }

 private:
  std::string Place(const json::Value& value) const {
    return Position(content_.text, static_cast<std::size_t>(value.raw().data() - content_.text.data()));
  }

  absl::Status LoadSection(const json::Member& section) {
    const std::string prefix = absl::StrCat(ToAbsl(section.key), ".");
    const bool known = std::any_of(Registry().begin(), Registry().end(),
                                   [&](const SettingSpec& spec) { return spec.key.starts_with(prefix); });
    if (!known && !section.value.is_object()) {
      Warn(section.key, section.value);
      return absl::OkStatus();
    }
    if (!section.value.is_object()) {
      return Refuse(path_, absl::StrCat("at ", Place(section.value), ": \"", ToAbsl(section.key),
                                        "\" must be an object of settings. The file was left as it is"));
    }
    for (const json::Member& member : section.value.members()) {
      if (section.value.Find(member.key) != &member.value) continue;
      const std::string key = absl::StrCat(prefix, ToAbsl(member.key));
      const SettingSpec* spec = FindSpec(key);
      if (spec == nullptr) {
        Warn(key, member.value);
      } else if (!member.value.is_null()) {
        const std::string where = absl::StrCat(path_, ", ", Place(member.value));
        AG_ASSIGN_OR_RETURN(content_.values[key], FromJson(*spec, member.value, where));
      }
    }
    return absl::OkStatus();
  }

  void Warn(std::string_view key, const json::Value& value) {
    const std::string start = absl::StrCat(path_, ", ", Place(value), ": ");
    if (key == kSealedKey) {
      content_.warnings.push_back(absl::StrCat(start, ToAbsl(key),
                                               " is not read from this file, for the key is kept "
                                               "sealed: use agctl config set proxy.api_key, and remove it here"));
    } else {
      content_.warnings.push_back(
          absl::StrCat(start, "there is no setting ", ToAbsl(key), DidYouMean(key), "; it is kept but has no effect"));
    }
  }

  const std::string& path_;
  FileContent& content_;
};

// The object with one member replaced, appended (at the end) or, without `raw`, left out. Other members keep their
// text.
std::string Rebuild(const json::Value* object, std::string_view key, const std::optional<std::string>& raw,
                    std::string_view indent) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  const json::Value* present = object == nullptr ? nullptr : object->Find(key);
  if (object != nullptr) {
    for (const json::Member& member : object->members()) {
      if (member.key != key) {
        members.emplace_back(member.key, member.value.raw());
      } else if (raw && &member.value == present) {
        members.emplace_back(key, *raw);
      }
    }
  }
  if (raw && present == nullptr) members.emplace_back(key, *raw);
  if (members.empty()) return "{}";
  std::string text = "{";
  for (std::size_t i = 0; i < members.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "\n" : ",\n", ToAbsl(indent), "  ", json::Quote(members[i].first), ": ",
                    ToAbsl(members[i].second));
  }
  absl::StrAppend(&text, "\n", ToAbsl(indent), "}");
  return text;
}

}  // namespace

absl::StatusOr<FileContent> ReadConfigFile(const std::string& path) {
  AG_ASSIGN_OR_RETURN(auto text, ReadText(path));
  if (!text) return FileContent();
  if (TrimSpace(*text).empty()) return Refuse(path, "is empty. Write {} into it, or move it away");
  return ParseConfigText(path, *std::move(text));
}

absl::StatusOr<FileContent> ParseConfigText(const std::string& path, std::string text) {
  FileContent content;
  if (text.empty()) return content;
  content.text = std::move(text);
  Arena arena;
  const auto root = json::Parse(content.text, arena);
  if (!root.ok()) {
    return Refuse(path,
                  absl::StrCat("is not valid JSON at ", DescribeFault(content.text, ToStd(root.status().message())),
                               ". It was left as it is: correct that line, or move the file away"));
  }
  if (!(*root)->is_object()) return Refuse(path, "must hold one JSON object. It was left as it is");
  AG_RETURN_IF_ERROR(Loader(path, content).Load(**root));
  return content;
}

absl::StatusOr<std::string> EditConfigText(const std::string& text, std::string_view key,
                                           const std::optional<std::string>& json) {
  const std::string_view source = text.empty() ? std::string_view("{}") : std::string_view(text);
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(source, arena));
  const auto dot = key.find('.');
  const std::string_view section = key.substr(0, dot);
  const std::string_view leaf = key.substr(dot + 1);
  const json::Value* present = root->Find(section);
  if (!json && (present == nullptr || present->Find(leaf) == nullptr)) return text;
  const std::string rebuilt = Rebuild(present, leaf, json, "  ");
  return absl::StrCat(Rebuild(root, section, rebuilt, ""), "\n");
}

}  // namespace ag::config
