#include <sqlite3.h>

#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/store/database.h"
#include "gatewayd/store/sqlite_handle.h"

namespace ag::store {
namespace {

// A null pointer would bind NULL: an empty view is an empty text.
const char* BytesOf(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

}  // namespace

Statement::Statement(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Statement::~Statement() = default;
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;

Statement& Statement::Bind(int value) { return Bind(static_cast<std::int64_t>(value)); }

Statement& Statement::Bind(std::int64_t value) {
  return Bound(sqlite3_bind_int64(impl_->statement.get(), impl_->next_parameter, value));
}

Statement& Statement::Bind(double value) {
  return Bound(sqlite3_bind_double(impl_->statement.get(), impl_->next_parameter, value));
}

Statement& Statement::Bind(std::string_view text) {
  return Bound(sqlite3_bind_text64(impl_->statement.get(), impl_->next_parameter, BytesOf(text), text.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::BindView(std::string_view text) {
  return Bound(sqlite3_bind_text64(impl_->statement.get(), impl_->next_parameter, BytesOf(text), text.size(),
                                   SQLITE_STATIC, SQLITE_UTF8));
}

Statement& Statement::Bind(std::optional<std::int64_t> value) { return value ? Bind(*value) : BindNull(); }

Statement& Statement::BindNull() { return Bound(sqlite3_bind_null(impl_->statement.get(), impl_->next_parameter)); }

Statement& Statement::Bound(int code) {
  if (code != SQLITE_OK && impl_->bind_error == SQLITE_OK) impl_->bind_error = code;
  ++impl_->next_parameter;
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  if (impl_->bind_error != SQLITE_OK) return SqliteError(*impl_->database, impl_->bind_error, "cannot be used");
  const int code = sqlite3_step(impl_->statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const absl::Status status = SqliteError(*impl_->database, code, "cannot be used");
  Reset();  // releases the locks that a failed statement may still hold
  return status;
}

absl::Status Statement::Run() {
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) break;
  }
  Reset();
  return absl::OkStatus();
}

void Statement::Reset() {
  sqlite3_reset(impl_->statement.get());
  sqlite3_clear_bindings(impl_->statement.get());
  impl_->next_parameter = 1;
  impl_->bind_error = SQLITE_OK;
}

std::int64_t Statement::Int(int column) const { return sqlite3_column_int64(impl_->statement.get(), column); }

std::optional<std::int64_t> Statement::OptionalInt(int column) const {
  if (sqlite3_column_type(impl_->statement.get(), column) == SQLITE_NULL) return std::nullopt;
  return Int(column);
}

double Statement::Real(int column) const { return sqlite3_column_double(impl_->statement.get(), column); }

std::string Statement::Text(int column) const { return std::string(View(column)); }

std::string_view Statement::View(int column) const {
  const unsigned char* text = sqlite3_column_text(impl_->statement.get(), column);
  if (text == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(impl_->statement.get(), column));
  return {reinterpret_cast<const char*>(text), size};
}

}  // namespace ag::store
