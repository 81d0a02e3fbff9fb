#include "gatewayd/wire/anthropic/messages_client_tools.h"

namespace ag::wire::anthropic {
namespace {

constexpr std::string_view kBashSchema =
    R"({"type":"object","properties":{)"
    R"("command":{"type":"string","description":"The bash command to run. Required unless the tool is restarted."},)"
    R"("restart":{"type":"boolean","description":"True restarts the tool."}}})";

// Up to 2025-01 the editor can undo, and inserts new_str; later ones insert insert_text.
constexpr std::string_view kOldEditorSchema =
    R"({"type":"object","properties":{)"
    R"("command":{"type":"string","enum":["view","create","str_replace","insert","undo_edit"],)"
    R"("description":"What to do."},)"
    R"("path":{"type":"string","description":"Absolute path to a file or folder."},)"
    R"("file_text":{"type":"string","description":"create: the content of the file."},)"
    R"("old_str":{"type":"string","description":"str_replace: the text to replace, which must occur once."},)"
    R"("new_str":{"type":"string","description":"str_replace: the new text. insert: the text to insert."},)"
    R"("insert_line":{"type":"integer","description":"insert: the line after which the text goes; 0 is the start."},)"
    R"("view_range":{"type":"array","items":{"type":"integer"},)"
    R"("description":"view: first and last line, counted from 1; -1 is the end of the file."}},)"
    R"("required":["command","path"]})";

constexpr std::string_view kEditorSchema =
    R"({"type":"object","properties":{)"
    R"("command":{"type":"string","enum":["view","create","str_replace","insert"],"description":"What to do."},)"
    R"("path":{"type":"string","description":"Path to a file or folder."},)"
    R"("file_text":{"type":"string","description":"create: the content of the file."},)"
    R"("old_str":{"type":"string","description":"str_replace: the text to replace, which must occur once."},)"
    R"("new_str":{"type":"string","description":"str_replace: the new text."},)"
    R"("insert_line":{"type":"integer","description":"insert: the line after which the text goes; 0 is the start."},)"
    R"("insert_text":{"type":"string","description":"insert: the text to insert."},)"
    R"("view_range":{"type":"array","items":{"type":"integer"},)"
    R"("description":"view: first and last line, counted from 1; -1 is the end of the file."}},)"
    R"("required":["command","path"]})";

constexpr std::string_view kMemorySchema =
    R"({"type":"object","properties":{)"
    R"("command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"],)"
    R"("description":"What to do."},)"
    R"("path":{"type":"string","description":"Path below /memories; not for rename."},)"
    R"("file_text":{"type":"string","description":"create: the content of the file."},)"
    R"("old_str":{"type":"string","description":"str_replace: the text to replace."},)"
    R"("new_str":{"type":"string","description":"str_replace: the new text."},)"
    R"("insert_line":{"type":"integer","description":"insert: the line after which the text goes; 0 is the start."},)"
    R"("insert_text":{"type":"string","description":"insert: the text to insert."},)"
    R"("old_path":{"type":"string","description":"rename: the present path."},)"
    R"("new_path":{"type":"string","description":"rename: the new path."},)"
    R"("view_range":{"type":"array","items":{"type":"integer"},"description":"view: first and last line."}},)"
    R"("required":["command"]})";

}  // namespace

std::optional<ClientTool> FindClientTool(std::string_view type) {
  if (type.starts_with("bash_")) {
    return ClientTool{"bash", "Runs commands in a bash shell that keeps its state between calls.", kBashSchema};
  }
  if (type == "text_editor_20241022" || type == "text_editor_20250124") {
    return ClientTool{"str_replace_editor", "Views, creates and edits text files.", kOldEditorSchema};
  }
  if (type.starts_with("text_editor_")) {
    return ClientTool{"str_replace_based_edit_tool", "Views, creates and edits text files.", kEditorSchema};
  }
  if (type.starts_with("memory_")) {
    return ClientTool{"memory", "Keeps notes in files below /memories, which outlive the conversation.", kMemorySchema};
  }
  return std::nullopt;
}

}  // namespace ag::wire::anthropic
