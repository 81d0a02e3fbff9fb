#pragma once

#include <optional>
#include <string_view>

namespace ag::wire::anthropic {

// A tool that Anthropic defines and the client runs. Its schema is part of Anthropic's models; other models must be
// told.
struct ClientTool {
  std::string_view name;
  std::string_view description;
  std::string_view schema;  // JSON
};

// By the type of the definition, of any version: "bash_20250124", "text_editor_20250728", "memory_20250818".
//   https://platform.claude.com/docs/en/agents-and-tools/tool-use/bash-tool
//   https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool
//   https://platform.claude.com/docs/en/agents-and-tools/tool-use/memory-tool
std::optional<ClientTool> FindClientTool(std::string_view type);

}  // namespace ag::wire::anthropic
