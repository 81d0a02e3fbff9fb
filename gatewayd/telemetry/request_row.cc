#include "gatewayd/telemetry/request_row.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ag::telemetry {
namespace {

using std::chrono::microseconds;

constexpr char kSectionEnd = '\x1d';
constexpr char kFieldEnd = '\x1f';

// Writes one section: each field with its end; Close takes the ends of empty fields back.
class SectionWriter {
 public:
  explicit SectionWriter(std::string& out) : out_(out) {}

  // A word of ours, without control characters.
  SectionWriter& Word(std::string_view word) {
    out_.append(word).push_back(kFieldEnd);
    return *this;
  }
  SectionWriter& Text(std::string_view text) {
    const std::size_t start = out_.size();
    out_.append(text);
    for (std::size_t i = start; i < out_.size(); ++i) {
      if (out_[i] >= '\x1c' && out_[i] <= kFieldEnd) out_[i] = ' ';
    }
    out_.push_back(kFieldEnd);
    return *this;
  }
  SectionWriter& Int(std::int64_t value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return Word({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  // Empty where there is nothing to say.
  SectionWriter& Int(std::optional<std::int64_t> value) { return value ? Int(*value) : Word({}); }
  SectionWriter& NonZero(std::int64_t value) { return value != 0 ? Int(value) : Word({}); }
  SectionWriter& Time(microseconds time) { return time.count() >= 0 ? Int(std::int64_t{time.count()}) : Word({}); }
  SectionWriter& Args(const ReasonView& reason) {
    Text(reason.code);
    for (const ReasonArg& arg : reason.args) Text(arg.name).Text(arg.value);
    return *this;
  }
  void Close() {
    while (!out_.empty() && out_.back() == kFieldEnd) out_.pop_back();
    out_.push_back(kSectionEnd);
  }

 private:
  std::string& out_;
};

void WriteRequest(const RequestRecord& record, SectionWriter& out) {
  out.Word(NameOf(record.dialect)).Word(NameOf(record.operation));
  out.Word(record.stream ? (record.translated ? "st" : "s") : (record.translated ? "t" : ""));
  out.Int(std::int64_t{record.status}).Text(record.client_key).Time(record.first_byte).Time(record.duration);
  out.Time(record.upstream).Int(record.usage.input).Int(record.usage.cache_read).Int(record.usage.cache_write);
  out.Int(record.usage.output).Int(record.usage.reasoning).Word(NameOf(record.stop_reason));
  out.Text(record.user_agent).Text(record.trace_id).Args(record.routed).Close();
}

void WriteError(const ErrorView* error, SectionWriter& out) {
  if (error == nullptr) {
    for (int field = 0; field < 7; ++field) out.Word({});
    return;
  }
  std::optional<std::int64_t> retry_after;
  if (error->retry_after) retry_after = error->retry_after->count();
  out.Word(NameOf(error->kind)).Word(NameOf(error->scope)).NonZero(error->http_status).Int(retry_after);
  out.Text(error->provider_code).Text(error->provider_text).Text(error->param);
}

void WriteAttempt(const AttemptRecord& attempt, const AttemptRecord& last, SectionWriter& out) {
  const bool is_last = &attempt == &last;
  out.Word("A").Text(attempt.account).Text(is_last ? std::string_view() : attempt.account_label);
  out.Text(is_last ? std::string_view() : attempt.model).Word(NameOf(attempt.dialect)).NonZero(attempt.status);
  out.Time(attempt.started).Time(attempt.head).Time(attempt.duration).NonZero(attempt.connect.count());
  out.Word(attempt.reused_connection ? "r" : "");
  WriteError(attempt.error, out);
  out.Args(attempt.chosen).Close();
  if (!attempt.violation.empty()) out.Word("V").Text(attempt.violation).Close();
}

// Reads one section's fields in order; those beyond its end are empty.
class SectionReader {
 public:
  explicit SectionReader(std::string_view fields) : rest_(fields) {}

  bool done() const { return rest_.empty(); }
  std::string_view Text() {
    const std::size_t end = rest_.find(kFieldEnd);
    const std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return field;
  }
  std::optional<std::int64_t> Int() {
    const std::string_view text = Text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  }
  microseconds Time(std::int64_t absent) { return microseconds(Int().value_or(absent)); }
  ReasonView Args(Arena& arena) {
    ReasonView reason;
    reason.code = Text();
    std::vector<ReasonArg> args;
    while (!done()) {
      ReasonArg& arg = args.emplace_back();
      arg.name = Text();
      arg.value = Text();
    }
    reason.args = arena.CopySpan(std::span<const ReasonArg>(args));
    return reason;
  }

 private:
  std::string_view rest_;
};

// The first section of `rest`, which it is taken from.
std::string_view TakeSection(std::string_view& rest) {
  const std::size_t end = rest.find(kSectionEnd);
  const std::string_view section = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return section;
}

void ReadRequest(SectionReader in, RequestRecord& record, Arena& arena) {
  record.dialect = DialectFromName(in.Text()).value_or(record.dialect);
  record.operation = OperationFromName(in.Text()).value_or(record.operation);
  const std::string_view flags = in.Text();
  record.stream = flags.find('s') != std::string_view::npos;
  record.translated = flags.find('t') != std::string_view::npos;
  record.status = static_cast<int>(in.Int().value_or(0));
  record.client_key = in.Text();
  record.first_byte = in.Time(-1);
  record.duration = in.Time(0);
  record.upstream = in.Time(0);
  record.usage.input = in.Int();
  record.usage.cache_read = in.Int();
  record.usage.cache_write = in.Int();
  record.usage.output = in.Int();
  record.usage.reasoning = in.Int();
  record.stop_reason = StopReasonFromName(in.Text()).value_or(StopReason::kUnknown);
  record.user_agent = in.Text();
  record.trace_id = in.Text();
  record.routed = in.Args(arena);
}

const ErrorView* ReadError(SectionReader& in, Arena& arena) {
  ErrorView error;
  const std::string_view kind = in.Text();
  error.kind = ErrorKindFromName(kind).value_or(ErrorKind::kInternal);
  error.scope = ErrorScopeFromName(in.Text()).value_or(ErrorScope::kRequest);
  error.http_status = static_cast<int>(in.Int().value_or(0));
  if (const auto retry_after = in.Int()) error.retry_after = std::chrono::milliseconds(*retry_after);
  error.provider_code = in.Text();
  error.provider_text = in.Text();
  error.param = in.Text();
  return kind.empty() ? nullptr : arena.New<ErrorView>(error);
}

AttemptRecord ReadAttempt(SectionReader in, Arena& arena) {
  AttemptRecord attempt;
  attempt.account = in.Text();
  attempt.account_label = in.Text();
  attempt.model = in.Text();
  attempt.dialect = DialectFromName(in.Text()).value_or(attempt.dialect);
  attempt.status = static_cast<int>(in.Int().value_or(0));
  attempt.started = in.Time(0);
  attempt.head = in.Time(-1);
  attempt.duration = in.Time(0);
  attempt.connect = in.Time(0);
  attempt.reused_connection = in.Text() == "r";
  attempt.error = ReadError(in, arena);
  attempt.chosen = in.Args(arena);
  return attempt;
}

LossView ReadLoss(SectionReader in, Arena& arena) {
  LossView loss;
  loss.loss_class = in.Text() == "approx" ? LossClass::kApprox : LossClass::kDrop;
  loss.field = in.Text();
  loss.reason = in.Args(arena);
  return loss;
}

PassedOverView ReadPassedOver(SectionReader in) {
  PassedOverView row;
  row.account = in.Text();
  row.account_label = in.Text();
  row.model = in.Text();
  row.reason = in.Text();
  row.until = WallTime(std::chrono::milliseconds(in.Int().value_or(0)));
  return row;
}

}  // namespace

store::RequestRow ToRow(const RequestRecord& record, std::string& details) {
  details.clear();
  SectionWriter out(details);
  WriteRequest(record, out);
  for (const AttemptRecord& attempt : record.attempts) WriteAttempt(attempt, record.attempts.back(), out);
  if (record.cost) out.Word("C").Int(*record.cost).Close();
  for (const LossView& loss : record.losses) {
    out.Word("L").Word(loss.loss_class == LossClass::kApprox ? "approx" : "drop").Text(loss.field);
    out.Args(loss.reason).Close();
  }
  for (const PassedOverView& row : record.passed_over) {
    out.Word("P").Text(row.account).Text(row.account_label).Text(row.model).Word(row.reason);
    out.NonZero(row.until.time_since_epoch().count()).Close();
  }
  details.pop_back();
  store::RequestRow row;
  row.id = record.id;
  row.started_ms = record.started.time_since_epoch().count();
  row.model = record.model;
  if (!record.attempts.empty()) {
    row.upstream_model = record.attempts.back().model;
    row.account_label = record.attempts.back().account_label;
  }
  if (record.error != nullptr) row.error_kind = NameOf(record.error->kind);
  row.error_text = record.error_text;
  row.details = details;
  return row;
}

RequestRecord FromRow(const store::RequestRow& row, Arena& arena) {
  RequestRecord record;
  record.id = row.id;
  record.started = WallTime(std::chrono::milliseconds(row.started_ms));
  record.model = row.model;
  record.error_text = row.error_text;
  if (!row.error_kind.empty()) {
    auto* error = arena.New<ErrorView>();
    error->kind = ErrorKindFromName(row.error_kind).value_or(ErrorKind::kInternal);
    record.error = error;
  }
  std::vector<AttemptRecord> attempts;
  std::vector<LossView> losses;
  std::vector<PassedOverView> passed_over;
  std::string_view rest = row.details;
  for (bool first = true; first || !rest.empty(); first = false) {
    SectionReader section(TakeSection(rest));
    if (first) {
      ReadRequest(section, record, arena);
      continue;
    }
    const std::string_view kind = section.Text();
    if (kind == "A") attempts.push_back(ReadAttempt(section, arena));
    if (kind == "V" && !attempts.empty()) attempts.back().violation = section.Text();
    if (kind == "C") record.cost = section.Int();
    if (kind == "L") losses.push_back(ReadLoss(section, arena));
    if (kind == "P") passed_over.push_back(ReadPassedOver(section));
  }
  if (!attempts.empty()) {
    AttemptRecord& last = attempts.back();
    if (last.account_label.empty()) last.account_label = row.account_label;
    if (last.model.empty()) last.model = row.upstream_model;
  }
  record.attempts = arena.CopySpan(std::span<const AttemptRecord>(attempts));
  record.losses = arena.CopySpan(std::span<const LossView>(losses));
  record.passed_over = arena.CopySpan(std::span<const PassedOverView>(passed_over));
  return record;
}

bool Matches(const store::RequestRow& row, const RowFilter& filter) {
  std::string_view rest = row.details;
  SectionReader request(TakeSection(rest));
  const std::string_view dialect = request.Text();
  if (filter.dialect && dialect != NameOf(*filter.dialect)) return false;
  for (int skipped = 0; skipped < 3; ++skipped) request.Text();  // operation, flags, status
  if (filter.client_key && request.Text() != *filter.client_key) return false;
  if (filter.account_id.empty()) return true;
  while (!rest.empty()) {
    SectionReader section(TakeSection(rest));
    if (section.Text() == "A" && section.Text() == filter.account_id) return true;
  }
  return false;
}

}  // namespace ag::telemetry
