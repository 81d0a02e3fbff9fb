#pragma once

#include <string>
#include <vector>

namespace ag::cli {

// One line of CSV with its line end (https://www.rfc-editor.org/rfc/rfc4180): cells with commas, quotes or line ends
// are quoted.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace ag::cli
