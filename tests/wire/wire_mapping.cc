#include "wire_mapping.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <string_view>

#include "gatewayd/base/strings.h"

namespace ag::wire {
namespace {

constexpr std::string_view kIntroduction = R"(# What translation changes

A request in one API's form that goes to a provider of another is translated. What the two cannot say alike is listed in
the record of the request (`agctl monitor show`), each entry with the field and one of the codes below. **Dropped**: left
out. **Approximated**: said as nearly as the other API allows. A field that can neither be left out nor approximated is
refused with status 400 that names it. A request that goes to a provider of its own API is not translated.

Made from `gatewayd/wire/loss_rules.cc` by `build/dev/bin/ag_wire_mapping > docs/wire-mapping.md`. Each row is proven by an
example in `tests/wire/loss_examples`. `[]` stands for any index.
)";

std::string Fields(std::string_view fields) {
  return "`" + absl::StrReplaceAll(ToAbsl(fields), {{", ", "`, `"}}) + "`";
}

std::string Links(std::string_view pages) {
  std::string links;
  for (const absl::string_view page : absl::StrSplit(ToAbsl(pages), ' ')) {
    if (!links.empty()) links += " ";
    const absl::string_view host = page.substr(page.find("://") + 3);
    absl::StrAppend(&links, "[", host.substr(0, host.find('/')), "](", page, ")");
  }
  return links;
}

void Section(std::string_view title, bool of_replies, std::span<const LossRule> rules, std::string& text) {
  text.append("\n## ").append(title).append("\n\n| code | | ");
  text.append(of_replies ? "provider" : "from | to");
  text.append(" | field | what happens | source |\n| --- | --- | --- | --- | --- | --- |");
  text.append(of_replies ? "\n" : " --- |\n");
  for (const LossRule& rule : rules) {
    if ((rule.from == "reply") != of_replies) continue;
    text.append("| `").append(rule.code).append("` | ");
    text.append(rule.loss_class == LossClass::kDrop ? "dropped" : "approximated").append(" | ");
    if (!of_replies) text.append(rule.from).append(" | ");
    text.append(rule.to).append(" | ").append(Fields(rule.field)).append(" | ");
    text.append(rule.meaning).append(" | ").append(Links(rule.page)).append(" |\n");
  }
}

}  // namespace

std::string WireMapping(std::span<const LossRule> rules) {
  std::string text(kIntroduction);
  Section("Requests", false, rules, text);
  Section("Replies", true, rules, text);
  return text;
}

}  // namespace ag::wire
