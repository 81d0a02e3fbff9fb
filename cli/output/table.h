#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ag::cli {

// Columns that a UTF-8 text takes on a terminal: wide East Asian characters count two, combining ones none.
std::size_t DisplayWidth(std::string_view text);
// The text and blanks up to `width` columns.
std::string PadRight(std::string text, std::size_t width);
std::string PadLeft(std::string text, std::size_t width);

// Rows of aligned columns under a header.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // As many cells as there are columns.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  // Lines without trailing blanks, each with its line end.
  std::string ToText() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ag::cli
