#include "gui/models/sample_model.h"

#include <algorithm>
#include <array>

#include "gui/models/account_model.h"

namespace ag::gui {
namespace {

constexpr char kCommon[] = "gpt-5-mini";
// Models that do not talk, by what stands in their names.
constexpr std::array kSilent{"embed", "image", "tts",        "audio",    "whisper",    "dall",
                             "veo",   "sora",  "moderation", "realtime", "transcribe", "computer-use"};
// Small ones, which cost next to nothing.
constexpr std::array kSmall{"mini", "nano", "flash", "haiku", "lite", "small"};

template <typename Words>
bool HasOne(const QString& name, const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [&name](const char* word) { return name.contains(QLatin1String(word)); });
}

}  // namespace

QString SampleModel(const AccountModel& accounts) {
  QString talks;
  for (const AccountModel::Row& row : accounts.rows()) {
    if (row.state != "ready") continue;
    for (const QString& model : row.models) {
      if (HasOne(model, kSilent)) continue;
      if (HasOne(model, kSmall)) return model;
      if (talks.isEmpty()) talks = model;
    }
  }
  return talks.isEmpty() ? QString(kCommon) : talks;
}

}  // namespace ag::gui
