#include "cli/commands/place_options.h"

#include <utility>

namespace ag::cli {

namespace v1 = client::v1;

void AddPlaceOptions(CLI::App& app, const std::string& anchor_name,
                     std::function<void(v1::Place place, const std::string& anchor)> set) {
  auto* group = app.add_option_group("place", "Where to");
  group->require_option(1);
  group->add_flag_callback("--first", [set] { set(v1::PLACE_FIRST, {}); }, "To the front");
  group->add_flag_callback("--last", [set] { set(v1::PLACE_LAST, {}); }, "To the end");
  group
      ->add_option_function<std::string>(
          "--before", [set](const std::string& anchor) { set(v1::PLACE_BEFORE, anchor); }, "Before this one")
      ->type_name(anchor_name);
  group
      ->add_option_function<std::string>(
          "--after", [set = std::move(set)](const std::string& anchor) { set(v1::PLACE_AFTER, anchor); },
          "After this one")
      ->type_name(anchor_name);
}

}  // namespace ag::cli
