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
constexpr qint64 kMinuteMs = 60'000;
// Rows among which one may have begun before the oldest row's end.
constexpr std::size_t kNearOldest = 200;

QString Count(qint64 tokens) { return tokens < 0 ? QStringLiteral("–") : ShortCount(tokens); }

QVariantMap Choice(const QString& value, const QString& text) { return {{"value", value}, {"text", text}}; }

QVariantList Choices(const QString& all, const std::set<QString>& values) {
  QVariantList list{Choice({}, all)};
  for (const QString& value : values) list << Choice(value, value);
  return list;
}

}  // namespace

MonitorModel::MonitorModel(Backend& backend, QObject* parent) : QAbstractListModel(parent), backend_(backend) {
  matcher_.setCaseSensitivity(Qt::CaseInsensitive);
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
  const Number number = shown_[shown_.size() - 1 - static_cast<std::size_t>(row)];
  return rows_[static_cast<std::size_t>(number - first_)];
}

QVariant MonitorModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() < 0 || index.row() >= shown()) return {};
  const RequestRow& row = At(index.row());
  switch (role) {
    case IdRole:
      return row.id;
    case TimeRole:
      return row.time;
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

bool MonitorModel::filtered() const {
  return errors_only_ || minutes_ > 0 || !text_.isEmpty() || !account_.isEmpty() || !model_.isEmpty() ||
         !dialect_.isEmpty();
}

bool MonitorModel::Matches(const RequestRow& row) const {
  if (errors_only_ && !row.failed()) return false;
  if (!account_.isEmpty() && row.account != account_) return false;
  if (!model_.isEmpty() && row.model != model_ && row.upstream_model != model_) return false;
  if (!dialect_.isEmpty() && row.client_dialect != dialect_) return false;
  if (minutes_ > 0 && row.start_ms < QDateTime::currentMSecsSinceEpoch() - minutes_ * kMinuteMs) return false;
  if (text_.isEmpty()) return true;
  const auto has = [this](const QString& text) { return matcher_.indexIn(text) >= 0; };
  return has(row.model) || has(row.account) || has(row.upstream_model) || has(row.id) ||
         (row.failed() && (has(row.error_kind) || has(row.error_text) || has(ErrorKindText(row.error_kind))));
}

template <typename Value>
void MonitorModel::ChangeFilter(Value& member, const Value& value, bool narrower) {
  if (member == value) return;
  member = value;
  matcher_.setPattern(text_);
  beginResetModel();
  if (narrower) {
    std::erase_if(shown_, [this](Number number) { return !Matches(rows_[static_cast<std::size_t>(number - first_)]); });
  } else {
    shown_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (Matches(rows_[i])) shown_.push_back(first_ + i);
    }
  }
  endResetModel();
  if (minutes_ > 0) tick_.start();
  Q_EMIT filterChanged();
  Q_EMIT countsChanged();
}

void MonitorModel::setText(const QString& text) {
  ChangeFilter(text_, text, text.contains(text_, Qt::CaseInsensitive));
}
void MonitorModel::setErrorsOnly(bool on) { ChangeFilter(errors_only_, on, on); }
void MonitorModel::setAccount(const QString& account) { ChangeFilter(account_, account, account_.isEmpty()); }
void MonitorModel::setRequestModel(const QString& model) { ChangeFilter(model_, model, model_.isEmpty()); }
void MonitorModel::setDialect(const QString& dialect) { ChangeFilter(dialect_, dialect, dialect_.isEmpty()); }
void MonitorModel::setMinutes(int minutes) { ChangeFilter(minutes_, std::max(0, minutes), minutes_ == 0); }

void MonitorModel::clearFilter() {
  setErrorsOnly(false);
  setAccount({});
  setRequestModel({});
  setDialect({});
  setMinutes(0);
  setText({});
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
  pending_.clear();
  errors_ = 0;
  older_left_ = true;
  ++table_;
  endResetModel();
  Q_EMIT countsChanged();
}

void MonitorModel::Forget() {
  clear();
  tick_.stop();
  loaded_ = false;
  loading_older_ = false;
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

void MonitorModel::loadOlder() {
  if (loading_older_ || !older_left_ || !backend_.connected()) return;
  client::v1::ListRequestsRequest request;
  request.set_page_size(kOlderRows);
  if (!rows_.empty()) {
    // Rows stand in the order of their ends, the log goes by beginnings: what is known already is passed over.
    qint64 until = 0;
    for (std::size_t i = 0; i < std::min(rows_.size(), kNearOldest); ++i) until = std::max(until, rows_[i].start_ms);
    request.mutable_end_time()->set_seconds((until + 1) / 1'000);
    request.mutable_end_time()->set_nanos(static_cast<std::int32_t>((until + 1) % 1'000 * 1'000'000));
  }
  loading_older_ = true;
  Q_EMIT countsChanged();
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.ListRequests(request); },
      [this, table = table_](absl::StatusOr<client::v1::ListRequestsResponse> reply) {
        loading_older_ = false;
        if (!reply.ok()) {
          backend_.Report(reply.status());
        } else if (table == table_) {
          RequestBatch rows;
          for (const auto& record : reply->requests()) rows.push_back(ToRow(record));
          const std::size_t added = Prepend(std::move(rows));
          older_left_ = added > 0 && !reply->next_page_token().empty() && total() < kMostRows;
        }
        Q_EMIT countsChanged();
      });
}

std::size_t MonitorModel::Prepend(RequestBatch rows) {
  QSet<QString> known;
  for (std::size_t i = 0; i < std::min(rows_.size(), kNearOldest + rows.size()); ++i) known.insert(rows_[i].id);
  for (const RequestRow& row : pending_) known.insert(row.id);
  std::erase_if(rows, [&known](const RequestRow& row) { return known.contains(row.id); });
  rows.resize(std::min(rows.size(), static_cast<std::size_t>(kMostRows) - rows_.size()));
  const auto fresh = static_cast<int>(std::ranges::count_if(rows, [this](const auto& row) { return Matches(row); }));
  if (fresh > 0) beginInsertRows({}, shown(), shown() + fresh - 1);
  for (RequestRow& row : rows) {
    Learn(row);
    if (row.failed()) ++errors_;
    --first_;
    if (Matches(row)) shown_.push_front(first_);
    rows_.push_front(std::move(row));
  }
  if (fresh > 0) endInsertRows();
  if (std::exchange(learned_, false)) Q_EMIT choicesChanged();
  return rows.size();
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
    if (pending_.size() > kMostRows) pending_.pop_front();
  }
}

void MonitorModel::Flush() {
  if (paused_) return;
  if (minutes_ > 0) tick_.start();  // rows grow too old also while none arrive
  DropOldest(pending_.size());
  std::vector<Number> fresh;
  const bool news = !pending_.empty();
  for (RequestRow& row : pending_) {
    if (Matches(row)) fresh.push_back(first_ + rows_.size());
    if (row.failed()) ++errors_;
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
  const qint64 too_old = minutes_ > 0 ? QDateTime::currentMSecsSinceEpoch() - minutes_ * kMinuteMs : 0;
  int leaving = 0;
  for (const Number number : shown_) {
    const auto place = static_cast<std::size_t>(number - first_);
    if (place >= dropped && rows_[place].start_ms >= too_old) break;
    ++leaving;
  }
  if (leaving > 0) beginRemoveRows({}, shown() - leaving, shown() - 1);
  shown_.erase(shown_.begin(), shown_.begin() + leaving);
  for (std::size_t i = 0; i < dropped; ++i) {
    if (rows_.front().failed()) --errors_;
    rows_.pop_front();
  }
  first_ += dropped;
  if (leaving > 0) {
    endRemoveRows();
    Q_EMIT countsChanged();
  }
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
  learn(accounts_, row.account);
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

QVariantList MonitorModel::accountChoices() const { return Choices(tr("All accounts"), accounts_); }
QVariantList MonitorModel::modelChoices() const { return Choices(tr("All models"), models_); }

QVariantList MonitorModel::dialectChoices() const {
  QVariantList list{Choice({}, tr("All APIs"))};
  for (const QString& dialect : dialects_) list << Choice(dialect, DialectText(dialect));
  return list;
}

QVariantList MonitorModel::timeChoices() const {
  return {QVariantMap{{"value", 0}, {"text", tr("Any time")}}, QVariantMap{{"value", 1}, {"text", tr("Last minute")}},
          QVariantMap{{"value", 5}, {"text", tr("Last 5 minutes")}},
          QVariantMap{{"value", 15}, {"text", tr("Last 15 minutes")}},
          QVariantMap{{"value", 60}, {"text", tr("Last hour")}}};
}

void MonitorModel::Retranslate() {
  if (shown() > 0) Q_EMIT dataChanged(index(0), index(shown() - 1));
  Q_EMIT countsChanged();
  Q_EMIT choicesChanged();
}

}  // namespace ag::gui
