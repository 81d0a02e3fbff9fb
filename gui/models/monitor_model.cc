#include "gui/models/monitor_model.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/request_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kMostTexts = 4'096;
constexpr std::size_t kMostChoices = 200;
// Two requests that end together may be told in either order.
constexpr qint64 kSlackMs = 1'000;

QString Count(qint64 tokens) { return tokens < 0 ? QStringLiteral("–") : ShortCount(tokens); }

}  // namespace

MonitorModel::MonitorModel(Backend& backend, QObject* parent) : QAbstractListModel(parent), backend_(backend) {
  tick_.setSingleShot(true);
  tick_.setInterval(kTick);
  connect(&tick_, &QTimer::timeout, this, &MonitorModel::Flush);
  connect(&backend, &Backend::forgotten, this, &MonitorModel::Forget);
  connect(&backend, &Backend::requestsReplaced, this, &MonitorModel::Replace);
  connect(&backend, &Backend::requestsArrived, this, &MonitorModel::Inject);
}

int MonitorModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : shown(); }

QHash<int, QByteArray> MonitorModel::roleNames() const {
  return {{IdRole, "requestId"},          {TimeRole, "time"},
          {ModelRole, "requestModel"},    {UpstreamModelRole, "upstreamModel"},
          {AccountRole, "account"},       {DialectsRole, "dialects"},
          {StatusRole, "status"},         {StatusTextRole, "statusText"},
          {StatusKindRole, "statusKind"}, {ErrorRole, "errorText"},
          {ErrorTipRole, "errorTip"},     {FirstByteRole, "firstByte"},
          {DurationRole, "duration"},     {TokensInRole, "tokensIn"},
          {TokensOutRole, "tokensOut"},   {CostRole, "cost"},
          {AttemptsRole, "attempts"},     {StreamRole, "stream"},
          {TranslatedRole, "translated"}, {FailedRole, "failed"},
          {SpokenRole, "spoken"}};
}

const RequestRow& MonitorModel::At(int row) const {
  const auto at = static_cast<std::size_t>(row);
  if (at >= shown_.size()) return found_[at - shown_.size()];
  const Number number = shown_[shown_.size() - 1 - at];
  return rows_[static_cast<std::size_t>(number - first_)];
}

QVariant MonitorModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() < 0 || index.row() >= shown()) return {};
  const RequestRow& row = At(index.row());
  switch (role) {
    case IdRole:
      return row.id;
    case TimeRole:
      return TimeText(row);
    case ModelRole:
      return row.model.isEmpty() ? QStringLiteral("–") : row.model;
    case UpstreamModelRole:
      return row.upstream_model == row.model ? QString() : row.upstream_model;
    case AccountRole:
      return row.account.isEmpty() ? QStringLiteral("–") : row.account;
    case DialectsRole:
      return DialectsText(row.client_dialect, row.translated ? row.upstream_dialect : QString());
    case StatusRole:
      return row.status;
    case StatusTextRole:
      return StatusText(row);
    case StatusKindRole:
      return StatusKind(row);
    case ErrorRole:
      return ErrorText(row);
    case ErrorTipRole:
      return ErrorTip(row);
    case FirstByteRole:
      return Duration(row.first_byte_us);
    case DurationRole:
      return Duration(row.duration_us);
    case TokensInRole:
      return Count(row.tokens_in);
    case TokensOutRole:
      return Count(row.tokens_out);
    case CostRole:
      return row.cost < 0 ? QStringLiteral("–") : Usd(row.cost);
    case AttemptsRole:
      return row.attempts;
    case StreamRole:
      return row.stream;
    case TranslatedRole:
      return row.translated;
    case FailedRole:
      return row.failed();
    case SpokenRole:
      return Spoken(row);
    default:
      return {};
  }
}

template <typename Value>
void MonitorModel::ChangeFilter(Value& member, const Value& value, bool narrower) {
  if (member == value) return;
  member = value;
  filter_.Prepare();
  const qint64 since = filter_.since_ms();
  beginResetModel();
  found_.clear();
  if (narrower) {
    std::erase_if(shown_, [this, since](Number number) {
      return !filter_.Matches(rows_[static_cast<std::size_t>(number - first_)], since);
    });
  } else {
    shown_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (filter_.Matches(rows_[i], since)) shown_.push_back(first_ + i);
    }
  }
  found_ended_ = false;
  found_from_ = 0;
  loading_older_ = false;
  ++question_;
  CountErrors();
  endResetModel();
  if (filter_.minutes != 0) tick_.start();
  Q_EMIT filterChanged();
  Q_EMIT countsChanged();
}

void MonitorModel::CountErrors() {
  errors_ = 0;
  for (int row = 0; row < shown(); ++row) errors_ += At(row).failed() ? 1 : 0;
}

void MonitorModel::setText(const QString& text) {
  ChangeFilter(filter_.text, text, text.contains(filter_.text, Qt::CaseInsensitive));
}
void MonitorModel::setErrorsOnly(bool on) { ChangeFilter(filter_.errors_only, on, on); }
void MonitorModel::setAccount(const QString& id) { ChangeFilter(filter_.account, id, filter_.account.isEmpty()); }
void MonitorModel::setRequestModel(const QString& model) {
  ChangeFilter(filter_.model, model, filter_.model.isEmpty());
}
void MonitorModel::setDialect(const QString& dialect) {
  ChangeFilter(filter_.dialect, dialect, filter_.dialect.isEmpty());
}
void MonitorModel::setMinutes(int minutes) {
  ChangeFilter(filter_.minutes, std::max(MonitorFilter::kToday, minutes), filter_.minutes == 0);
}

void MonitorModel::clearFilter() {
  setErrorsOnly(false);
  setAccount({});
  setRequestModel({});
  setDialect({});
  setMinutes(0);
  setText({});
}

void MonitorModel::lookUp(const QVariantMap& filter) {
  clearFilter();
  const QString account = filter["account"].toString();
  if (!account.isEmpty()) {  // to be chosen it must be among the choices
    accounts_[account] = filter["accountName"].toString();
    Q_EMIT choicesChanged();
  }
  setErrorsOnly(filter["errorsOnly"].toBool());
  setAccount(account);
  setMinutes(filter["minutes"].toInt());
  loadOlder();
}

void MonitorModel::setPaused(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  Q_EMIT pausedChanged();
  if (!paused) Flush();
}

void MonitorModel::clear() {
  beginResetModel();
  first_ += rows_.size();
  rows_.clear();
  shown_.clear();
  found_.clear();
  pending_.clear();
  errors_ = 0;
  log_ended_ = false;
  log_from_ = 0;
  found_ended_ = false;
  found_from_ = 0;
  loading_older_ = false;
  ++question_;
  endResetModel();
  Q_EMIT countsChanged();
}

void MonitorModel::Forget() {
  clear();
  tick_.stop();
  loaded_ = false;
  accounts_.clear();
  models_.clear();
  dialects_.clear();
  texts_.clear();
  learned_ = false;
  setAccount({});
  setRequestModel({});
  setDialect({});
  Q_EMIT choicesChanged();
  Q_EMIT countsChanged();
}

bool MonitorModel::olderLeft() const {
  if (log_ended_) return false;
  if (!filtered()) return total() < kMostRows;
  if (found_ended_ || found_.size() >= kMostFound) return false;
  // What is further back has ended before the oldest row has, so it came before that too.
  const qint64 since = filter_.since_ms();
  return since == 0 || rows_.empty() || rows_.front().end_ms() >= since;
}

// Rows stand in the order of their ends, the log goes by beginnings: what it has besides the table has ended before the
// oldest row did, so it began before that. From then on it is read by beginnings. What is known already is passed over.
qint64 MonitorModel::ReadOnFrom() const {
  const qint64 read = filtered() ? found_from_ : log_from_;
  if (read > 0) return read + 1;
  return rows_.empty() ? 0 : rows_.front().end_ms() + kSlackMs;
}

void MonitorModel::loadOlder() {
  if (!loaded_ || loading_older_ || !olderLeft() || !backend_.connected()) return;
  client::v1::ListRequestsRequest request;
  request.set_page_size(kOlderRows);
  filter_.Write(request);
  const qint64 until = ReadOnFrom();
  if (until > 0) {
    request.mutable_end_time()->set_seconds(until / 1'000);
    request.mutable_end_time()->set_nanos(static_cast<std::int32_t>(until % 1'000 * 1'000'000));
  }
  if (until > 0 && until <= filter_.since_ms()) {
    found_ended_ = true;
    Q_EMIT countsChanged();
    return;
  }
  loading_older_ = true;
  Q_EMIT countsChanged();
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.ListRequests(request); },
      [this, until, question = question_](absl::StatusOr<client::v1::ListRequestsResponse> reply) {
        if (question != question_) return;
        loading_older_ = false;
        if (!reply.ok()) {
          backend_.Report(reply.status());
        } else {
          TakeOlder(*reply, until);
        }
        Q_EMIT countsChanged();
      });
}

void MonitorModel::TakeOlder(const client::v1::ListRequestsResponse& reply, qint64 until) {
  RequestBatch rows;
  for (const auto& record : reply.requests()) rows.push_back(ToRow(record));
  const qint64 oldest = rows.empty() ? 0 : std::ranges::min_element(rows, {}, &RequestRow::start_ms)->start_ms;
  const bool further = !reply.next_page_token().empty() && (until == 0 || oldest + 1 < until);
  (filtered() ? found_from_ : log_from_) = oldest;
  (filtered() ? found_ended_ : log_ended_) = !further;
  rows = Unknown(std::move(rows), until);
  const bool all_known = rows.empty();
  if (filtered()) {
    AppendFound(std::move(rows));
  } else {
    Prepend(std::move(rows));
  }
  if (all_known && further) loadOlder();
}

RequestBatch MonitorModel::Unknown(RequestBatch rows, qint64 until) const {
  QSet<QString> known;
  for (const auto* table : {&rows_, &found_, &pending_}) {
    for (const RequestRow& row : *table) {
      if (until == 0 || row.start_ms < until) known.insert(row.id);
    }
  }
  std::erase_if(rows, [&known](const RequestRow& row) { return known.contains(row.id); });
  return rows;
}

// Nothing is filtered: all of them are shown.
void MonitorModel::Prepend(RequestBatch rows) {
  const std::size_t room = static_cast<std::size_t>(kMostRows) - rows_.size();
  if (rows.size() > room) {
    rows.resize(room);
    log_ended_ = false;
    log_from_ = 0;
  }
  if (rows.empty()) return;
  beginInsertRows({}, shown(), shown() + static_cast<int>(rows.size()) - 1);
  for (RequestRow& row : rows) {
    Learn(row);
    if (row.failed()) ++errors_;
    shown_.push_front(--first_);
    rows_.push_front(std::move(row));
  }
  endInsertRows();
  if (std::exchange(learned_, false)) Q_EMIT choicesChanged();
}

// The daemon has matched them.
void MonitorModel::AppendFound(RequestBatch rows) {
  if (rows.empty()) return;
  beginInsertRows({}, shown(), shown() + static_cast<int>(rows.size()) - 1);
  for (RequestRow& row : rows) {
    Learn(row);
    if (row.failed()) ++errors_;
    found_.push_back(std::move(row));
  }
  endInsertRows();
  if (std::exchange(learned_, false)) Q_EMIT choicesChanged();
}

QString MonitorModel::idAt(int row) const { return row < 0 || row >= shown() ? QString() : At(row).id; }

int MonitorModel::rowOf(const QString& id) const {
  if (id.isEmpty()) return -1;
  for (int row = 0; row < shown(); ++row) {
    if (At(row).id == id) return row;
  }
  return -1;
}

// A stream that begins again tells the newest requests once more. Where it goes on from what is known, the older rows
// stay: they are further back than any picture reaches. A picture with room left is all that a daemon has seen since
// its start: it was restarted, and the rows of before stay too. A full one may have left some out in between.
void MonitorModel::Replace(std::shared_ptr<const RequestBatch> rows) {
  const QString last = !pending_.empty() ? pending_.back().id : rows_.empty() ? QString() : rows_.back().id;
  std::size_t from = rows->size();
  while (from > 0 && (*rows)[from - 1].id != last) --from;
  if (from == 0 && rows->size() >= Backend::kPictureSize) clear();
  loaded_ = true;
  Collect(*rows, from);
  Flush();
  Q_EMIT countsChanged();
}

void MonitorModel::Inject(std::shared_ptr<const RequestBatch> rows) {
  if (rows->empty()) return;
  Collect(*rows, 0);
  if (paused_) Q_EMIT countsChanged();
  if (!tick_.isActive()) tick_.start();
}

void MonitorModel::Collect(const RequestBatch& rows, std::size_t from) {
  for (std::size_t i = from; i < rows.size(); ++i) {
    pending_.push_back(rows[i]);
    Learn(pending_.back());
    const auto account = accounts_.find(rows[i].account_id);
    if (account != accounts_.end() && account->second != rows[i].account) {  // it was renamed
      account->second = rows[i].account;
      learned_ = true;
    }
    if (pending_.size() > kMostRows) pending_.pop_front();
  }
}

void MonitorModel::Flush() {
  if (paused_) return;
  if (filter_.minutes != 0) tick_.start();  // rows grow too old also while none arrive
  DropOldest(pending_.size());
  std::vector<Number> fresh;
  const bool news = !pending_.empty();
  const qint64 since = filter_.since_ms();
  for (RequestRow& row : pending_) {
    if (filter_.Matches(row, since)) {
      fresh.push_back(first_ + rows_.size());
      if (row.failed()) ++errors_;
    }
    rows_.push_back(std::move(row));
  }
  pending_.clear();
  if (!fresh.empty()) {
    beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
    shown_.insert(shown_.end(), fresh.begin(), fresh.end());
    endInsertRows();
  }
  if (news) Q_EMIT countsChanged();
  if (learned_) {
    learned_ = false;
    Q_EMIT choicesChanged();
  }
}

void MonitorModel::DropOldest(std::size_t arriving) {
  const std::size_t after = rows_.size() + arriving;
  const std::size_t dropped = after > kMostRows ? std::min(rows_.size(), after - kMostRows) : 0;
  const qint64 too_old = filter_.since_ms();
  std::size_t young = found_.size();
  while (young > 0 && found_[young - 1].start_ms < too_old) --young;
  KeepFound(young);
  int leaving = 0;
  for (const Number number : shown_) {
    const auto place = static_cast<std::size_t>(number - first_);
    if (place >= dropped && rows_[place].start_ms >= too_old) break;
    ++leaving;
  }
  // What is found further back stays next to them: they go there too, which is the same place in the table.
  if (!found_.empty()) {
    for (; leaving > 0; --leaving) {
      found_.push_front(rows_[static_cast<std::size_t>(shown_.front() - first_)]);
      shown_.pop_front();
    }
    KeepFound(kMostFound);
  }
  if (leaving > 0) beginRemoveRows({}, shown() - leaving, shown() - 1);
  for (int i = 0; i < leaving; ++i) {
    if (rows_[static_cast<std::size_t>(shown_.front() - first_)].failed()) --errors_;
    shown_.pop_front();
  }
  rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(dropped));
  first_ += dropped;
  if (dropped > 0) {
    log_ended_ = false;
    log_from_ = 0;
  }
  if (leaving > 0) {
    endRemoveRows();
    Q_EMIT countsChanged();
  }
}

void MonitorModel::KeepFound(std::size_t count) {
  if (found_.size() <= count) return;
  beginRemoveRows({}, static_cast<int>(shown_.size() + count), shown() - 1);
  for (; found_.size() > count; found_.pop_back()) {
    if (found_.back().failed()) --errors_;
  }
  endRemoveRows();
  Q_EMIT countsChanged();
}

void MonitorModel::Learn(RequestRow& row) {
  for (QString* text :
       {&row.model, &row.upstream_model, &row.account, &row.account_id, &row.client_dialect, &row.upstream_dialect,
        &row.client_key_id, &row.user_agent, &row.error_kind, &row.error_text, &row.provider_text}) {
    *text = Shared(*text);
  }
  const auto learn = [this](std::set<QString>& known, const QString& value) {
    if (!value.isEmpty() && known.size() < kMostChoices && known.insert(value).second) learned_ = true;
  };
  if (!row.account_id.isEmpty() && (accounts_.size() < kMostChoices || accounts_.contains(row.account_id))) {
    QString& name = accounts_[row.account_id];
    if (name.isEmpty()) {
      name = row.account;
      learned_ = true;
    }
  }
  learn(models_, row.model);
  learn(models_, row.upstream_model);
  learn(dialects_, row.client_dialect);
}

QString MonitorModel::Shared(const QString& text) {
  if (text.isEmpty()) return {};
  if (static_cast<std::size_t>(texts_.size()) >= kMostTexts) texts_.clear();
  return *texts_.insert(text);
}

QString MonitorModel::summary() const {
  const QLocale locale;
  QString text = filtered() ? tr("%1 of %2 requests").arg(locale.toString(shown()), locale.toString(total()))
                            : tr("%1 requests").arg(locale.toString(total()));
  text += QStringLiteral(" · ") + tr("%1 failed").arg(locale.toString(errors_));
  if (paused_) text += QStringLiteral(" · ") + tr("%1 held back").arg(locale.toString(pending()));
  return text;
}

void MonitorModel::Retranslate() {
  if (shown() > 0) Q_EMIT dataChanged(index(0), index(shown() - 1));
  Q_EMIT countsChanged();
  Q_EMIT choicesChanged();
}

}  // namespace ag::gui
