#include "gatewayd/wire/grammar_guard.h"

namespace ag::wire {
namespace {

// One event's fields. Our encoders write one data line an event.
struct Fields {
  std::string_view name;
  std::string_view data;
};

Fields FieldsOf(std::string_view event) {
  Fields fields;
  while (!event.empty()) {
    const std::size_t end = event.find('\n');
    std::string_view line = event.substr(0, end);
    event = end == std::string_view::npos ? std::string_view() : event.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.substr(0, 6) == "data: ") fields.data = line.substr(6);
    if (line.substr(0, 7) == "event: ") fields.name = line.substr(7);
  }
  return fields;
}

// Length of the first event with its blank line; the rest when there is none.
std::size_t EventLength(std::string_view events) {
  const std::size_t lf = events.find("\n\n");
  const std::size_t crlf = events.find("\r\n\r\n");
  if (lf == std::string_view::npos && crlf == std::string_view::npos) return events.size();
  return lf < crlf ? lf + 2 : crlf + 4;
}

}  // namespace

std::size_t GrammarGuard::Check(std::string_view events) {
  if (grammar_ == nullptr) return events.size();
  std::size_t passed = 0;
  while (passed < events.size()) {
    const std::string_view rest = events.substr(passed);
    const std::size_t length = EventLength(rest);
    const Fields fields = FieldsOf(rest.substr(0, length));
    if (!fields.data.empty()) violation_ = grammar_->OnEvent(fields.name, fields.data);
    if (!violation_.empty()) return passed;
    passed += length;
  }
  return passed;
}

bool GrammarGuard::CheckEnd() {
  if (grammar_ != nullptr && violation_.empty()) violation_ = grammar_->OnEnd();
  return violation_.empty();
}

}  // namespace ag::wire
