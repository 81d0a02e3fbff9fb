#include "cli/output/csv.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

namespace ag::cli {

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    const bool plain = cell.find_first_of(",\"\r\n") == std::string::npos;
    absl::StrAppend(&line, plain ? cell : absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\""));
  }
  return line + "\r\n";
}

}  // namespace ag::cli
