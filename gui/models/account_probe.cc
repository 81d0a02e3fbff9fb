#include "gui/models/account_probe.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "gui/app/backend.h"
#include "gui/models/account_convert.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr std::chrono::seconds kBeat{1};

struct Look {
  const char* state;
  const char* icon;
  const char* kind;
};

Look LookOf(v1::ModelTestOutcome outcome) {
  switch (outcome) {
    case v1::MODEL_TEST_OUTCOME_WORKS:
      return {"works", "circle-check", "ok"};
    case v1::MODEL_TEST_OUTCOME_NO_QUOTA:
      return {"no_quota", "circle-alert", "warning"};
    case v1::MODEL_TEST_OUTCOME_NOT_THERE:
      return {"not_there", "circle-alert", "warning"};
    case v1::MODEL_TEST_OUTCOME_PAUSED:
      return {"paused", "pause", "warning"};
    case v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED:
      return {"account_refused", "triangle-alert", "error"};
    case v1::MODEL_TEST_OUTCOME_NO_ANSWER:
      return {"no_answer", "triangle-alert", "error"};
    case v1::MODEL_TEST_OUTCOME_NOT_ASKED:
      return {"not_asked", "pause", "warning"};
    default:
      return {"refused", "triangle-alert", "error"};
  }
}

QString OutcomeText(const v1::TestAccountModelResponse& found) {
  switch (found.outcome()) {
    case v1::MODEL_TEST_OUTCOME_WORKS:
      return AccountProbe::tr("Works");
    case v1::MODEL_TEST_OUTCOME_NO_QUOTA:
      return AccountProbe::tr("No quota for it on this account");
    case v1::MODEL_TEST_OUTCOME_NOT_THERE:
      return AccountProbe::tr("Not there for this account");
    default:
      return ErrorKindText(NameOf(found.error_kind()));
  }
}

QString Capitalized(QString sentence) {
  if (!sentence.isEmpty()) sentence.front() = sentence.front().toUpper();
  return sentence;
}

// The sentence, and when what it tells is over.
QString Over(const v1::TestObstacle& obstacle, QString sentence) {
  if (!obstacle.has_end_time()) return sentence;
  if (sentence.endsWith('.')) sentence.chop(1);
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  return AccountProbe::tr("%1 · over %2").arg(sentence, Countdown(Milliseconds(obstacle.end_time()), now));
}

// Why it was not asked has a code, which the daemon's sentence only repeats.
QString NotAskedText(const v1::TestAccountModelResponse& found) {
  const QString why = RejectText(found.obstacle().reason());
  return why.isEmpty() ? Capitalized(Text(found.message())) : AccountProbe::tr("Not asked: %1").arg(why);
}

QString FoundText(const v1::TestAccountModelResponse& found) {
  if (found.outcome() == v1::MODEL_TEST_OUTCOME_NOT_ASKED) return Over(found.obstacle(), NotAskedText(found));
  if (found.outcome() != v1::MODEL_TEST_OUTCOME_WORKS) {
    return Over(found.obstacle(), Capitalized(DaemonText(OutcomeText(found), Text(found.message()))));
  }
  if (!found.has_input_tokens()) return OutcomeText(found);
  return AccountProbe::tr("%1 · %2 tokens in, %3 out")
      .arg(OutcomeText(found), ShortCount(found.input_tokens()), ShortCount(found.output_tokens()));
}

QString TookText(const v1::TestAccountModelResponse& found) {
  if (found.request_id().empty()) return {};
  const QString took = Duration(Microseconds(found.latency()));
  return found.has_cost_nano_usd() ? took + " · " + Usd(found.cost_nano_usd()) : took;
}

// A failed call that says nothing of the other models.
bool ConcernsOneModel(const absl::Status& status) {
  return status.code() == absl::StatusCode::kDeadlineExceeded || status.code() == absl::StatusCode::kInvalidArgument;
}

}  // namespace

struct AccountProbe::Row {
  v1::PlannedModelTest plan;
  Step step = Step::kPlanned;
  bool chosen = true;
  v1::TestAccountModelResponse found;  // of kAnswered
  absl::Status failure;                // of kFailed

  // It would not be asked now. An obstacle with an end goes by itself.
  bool Blocked() const {
    if (!plan.has_obstacle()) return false;
    return !plan.obstacle().has_end_time() ||
           Milliseconds(plan.obstacle().end_time()) > QDateTime::currentMSecsSinceEpoch();
  }
  bool Asked() const { return step == Step::kAnswered && found.outcome() != v1::MODEL_TEST_OUTCOME_NOT_ASKED; }
  Look look() const {
    switch (step) {
      case Step::kPlanned:
        return Blocked() ? Look{"blocked", "pause", "warning"} : Look{"planned", "clock", "neutral"};
      case Step::kWaiting:
        return {"waiting", "clock", "neutral"};
      case Step::kAsking:
        return {"asking", "loader-circle", "info"};
      case Step::kAnswered:
        return LookOf(found.outcome());
      case Step::kFailed:
        return {"failed", "triangle-alert", "error"};
      case Step::kLeftOut:
        return {"left_out", "minus", "neutral"};
      case Step::kStopped:
        return {"stopped", "minus", "neutral"};
    }
    return {"", "", "neutral"};
  }
  QString KnownText() const {
    QStringList known;
    if (Blocked()) {
      const QString why = RejectText(plan.obstacle().reason());
      known << Over(plan.obstacle(), AccountProbe::tr("Cannot be asked now: %1").arg(why));
    }
    for (const v1::LearnedFact& fact : plan.facts()) known << FactText(fact);
    return known.join("; ");
  }
  QString text() const {
    switch (step) {
      case Step::kPlanned:
        return KnownText();
      case Step::kWaiting:
        return AccountProbe::tr("Waiting");
      case Step::kAsking:
        return AccountProbe::tr("Asking…");
      case Step::kAnswered:
        return FoundText(found);
      case Step::kFailed:
        // The sentence is the whole test's then.
        return ConcernsOneModel(failure) ? FailureText(failure) : AccountProbe::tr("Not answered");
      case Step::kLeftOut:
        return Blocked() ? KnownText() : AccountProbe::tr("Not chosen");
      case Step::kStopped:
        return AccountProbe::tr("Not asked");
    }
    return {};
  }
  QString detail() const {
    if (step == Step::kAnswered) return TookText(found);
    if (step != Step::kPlanned || Blocked()) return {};
    return plan.has_max_cost_nano_usd() ? Usd(plan.max_cost_nano_usd()) : AccountProbe::tr("no list price");
  }
};

AccountProbe::AccountProbe(Backend& backend, QObject* parent) : QAbstractListModel(parent), backend_(backend) {
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, [this] {
    const auto ends = [](const Row& row) { return row.plan.obstacle().has_end_time() || row.found.has_obstacle(); };
    for (int i = 0; i < count(); ++i) {
      if (ends(At(i))) ShowRow(i);
    }
    Q_EMIT changed();
  });
  connect(&backend_, &Backend::forgotten, this, &AccountProbe::Leave);
  connect(&backend_, &Backend::resynced, this, [this] {
    if (phase_ == Failed) planAgain();
  });
}

AccountProbe::~AccountProbe() = default;

int AccountProbe::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QHash<int, QByteArray> AccountProbe::roleNames() const {
  return {{NameRole, "name"},     {ChosenRole, "chosen"},  {ChoosableRole, "choosable"}, {StateRole, "testState"},
          {IconRole, "iconName"}, {KindRole, "stateKind"}, {TextRole, "text"},           {DetailRole, "detail"}};
}

QVariant AccountProbe::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case NameRole:
      return Text(row.plan.model());
    case ChosenRole:
      return row.chosen;
    case ChoosableRole:
      return phase_ == Planned && !row.Blocked();
    case StateRole:
      return QString::fromLatin1(row.look().state);
    case IconRole:
      return QString::fromLatin1(row.look().icon);
    case KindRole:
      return QString::fromLatin1(row.look().kind);
    case TextRole:
      return row.text();
    case DetailRole:
      return row.detail();
    default:
      return {};
  }
}

int AccountProbe::chosen() const {
  return static_cast<int>(std::ranges::count_if(rows_, [](const Row& row) { return row.chosen; }));
}

int AccountProbe::choosable() const {
  return static_cast<int>(std::ranges::count_if(rows_, [](const Row& row) { return !row.Blocked(); }));
}

QString AccountProbe::planText() const {
  if (rows_.empty()) {
    return tr("This account lists no model that can be asked in words. Its plain test reads the list anew.");
  }
  if (choosable() == 0) return tr("None of its models can be asked now.");
  qint64 input = 0;
  qint64 output = 0;
  for (const Row& row : rows_) {
    if (!row.chosen) continue;
    input += row.plan.input_tokens();
    output += row.plan.max_output_tokens();
  }
  return chosen() == 0 ? tr("No model is chosen.")
                       : tr("%n request(s), about %1 tokens in and at most %2 out", nullptr, chosen())
                             .arg(ShortCount(input), ShortCount(output));
}

QString AccountProbe::costText() const {
  qint64 cost = 0;
  int unpriced = 0;
  for (const Row& row : rows_) {
    if (!row.chosen) continue;
    cost += row.plan.max_cost_nano_usd();
    if (!row.plan.has_max_cost_nano_usd()) ++unpriced;
  }
  if (chosen() == 0) return {};
  const QString most = tr("At most %1 by list price").arg(Usd(cost));
  if (unpriced == 0) return most;
  return unpriced == chosen() ? tr("What it costs is not known: there is no list price")
                              : tr("%1; no list price for %n of them", nullptr, unpriced).arg(most);
}

QString AccountProbe::leftOutText() const {
  if (left_out_.isEmpty()) return {};
  return tr("Left out, since no short question can be put to them: %1").arg(left_out_.join(", "));
}

AccountProbe::Row& AccountProbe::At(int row) { return rows_[static_cast<std::size_t>(row)]; }

int AccountProbe::RowsAt(Step step) const { return static_cast<int>(std::ranges::count(rows_, step, &Row::step)); }

int AccountProbe::asking() const {
  const auto found = std::ranges::find(rows_, Step::kAsking, &Row::step);
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

double AccountProbe::progress() const {
  if (phase_ < Running || chosen() == 0) return 0;
  return static_cast<double>(Ended()) / chosen();
}

QString AccountProbe::progressText() const {
  if (phase_ == Done) return SummaryText();
  if (!running()) return {};
  const QString so_far = tr("%1 of %2").arg(Ended()).arg(chosen());
  return phase_ == Stopping ? tr("%1 · the last answer is awaited").arg(so_far) : so_far;
}

QString AccountProbe::SummaryText() const {
  const auto asked = std::ranges::count_if(rows_, &Row::Asked);
  const auto works = std::ranges::count_if(
      rows_, [](const Row& row) { return row.Asked() && row.found.outcome() == v1::MODEL_TEST_OUTCOME_WORKS; });
  const QString result = asked == 0 ? tr("No model has answered") : tr("%1 of %2 asked work").arg(works).arg(asked);
  const int stopped = RowsAt(Step::kStopped);
  return stopped == 0 ? result : tr("%1; %n not asked any more", nullptr, stopped).arg(result);
}

void AccountProbe::Reset(Phase phase) {
  beginResetModel();
  rows_.clear();
  endResetModel();
  left_out_.clear();
  error_.clear();
  phase_ = phase;
  ++session_;
  if (phase == Closed) beat_.stop();
  Q_EMIT changed();
}

void AccountProbe::open(const QString& id) {
  id_ = id;
  Reset(Planning);
  beat_.start();
  v1::PlanAccountTestRequest request;
  request.set_id(id.toStdString());
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.PlanAccountTest(request); },
      [this, session = session_](absl::StatusOr<v1::PlanAccountTestResponse> plan) {
        if (session == session_) TakePlan(std::move(plan));
      });
}

void AccountProbe::planAgain() {
  if (!running() && !id_.isEmpty()) open(QString(id_));
}

void AccountProbe::TakePlan(absl::StatusOr<v1::PlanAccountTestResponse> plan) {
  phase_ = plan.ok() ? Planned : Failed;
  if (plan.ok()) {
    beginResetModel();
    for (v1::PlannedModelTest& test : *plan->mutable_tests()) {
      rows_.push_back({});
      rows_.back().plan = std::move(test);
      rows_.back().chosen = !rows_.back().Blocked();
    }
    endResetModel();
    for (const std::string& model : plan->left_out_models()) left_out_ << Text(model);
  } else {
    error_ = FailureText(plan.status());
  }
  Q_EMIT changed();
}

void AccountProbe::choose(int row, bool chosen) {
  if (phase_ != Planned || row < 0 || row >= count()) return;
  Row& wanted = At(row);
  wanted.chosen = chosen && !wanted.Blocked();
  ShowRow(row);
  Q_EMIT changed();
}

void AccountProbe::toggle(int row) {
  if (row >= 0 && row < count()) choose(row, !At(row).chosen);
}

void AccountProbe::chooseAll(bool chosen) {
  for (int i = 0; i < count(); ++i) choose(i, chosen);
}

void AccountProbe::start() {
  if (phase_ != Planned || chosen() == 0) return;
  phase_ = Running;
  for (Row& row : rows_) row.step = row.chosen ? Step::kWaiting : Step::kLeftOut;
  Retranslate();
  AskNext();
}

void AccountProbe::AskNext() {
  if (phase_ == Stopping) return Finish();
  if (phase_ != Running || in_flight_) return;
  const auto next = std::ranges::find(rows_, Step::kWaiting, &Row::step);
  if (next == rows_.end()) return Finish();
  next->step = Step::kAsking;
  in_flight_ = true;
  const int row = static_cast<int>(next - rows_.begin());
  v1::TestAccountModelRequest request;
  request.set_id(id_.toStdString());
  request.set_model(next->plan.model());
  ShowRow(row);
  Q_EMIT changed();
  backend_.rpc().CallSlow(
      this, [request](ControlClient& client) { return client.TestAccountModel(request); },
      [this, row, session = session_](absl::StatusOr<v1::TestAccountModelResponse> answer) {
        in_flight_ = false;
        if (session == session_) TakeAnswer(row, std::move(answer));
        Q_EMIT learned();
        AskNext();
      });
}

void AccountProbe::TakeAnswer(int row, absl::StatusOr<v1::TestAccountModelResponse> answer) {
  Row& asked = At(row);
  asked.step = answer.ok() ? Step::kAnswered : Step::kFailed;
  if (answer.ok()) {
    asked.found = std::move(*answer);
  } else {
    asked.failure = answer.status();
  }
  ShowRow(row);
  Q_EMIT changed();
  if (!asked.failure.ok() && !ConcernsOneModel(asked.failure)) return Break(FailureText(asked.failure));
  if (asked.found.outcome() != v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED) return;
  Break(tr("The provider refuses the account itself, so nothing more is asked."));
}

void AccountProbe::DropWaiting() {
  for (int i = 0; i < count(); ++i) {
    Step& step = At(i).step;
    if (step != Step::kWaiting) continue;
    step = Step::kStopped;
    ShowRow(i);
  }
}

void AccountProbe::Break(const QString& error) {
  DropWaiting();
  error_ = error;
  Finish();
}

void AccountProbe::Finish() {
  phase_ = Done;
  Q_EMIT changed();
}

void AccountProbe::stop() {
  if (phase_ != Running) return;
  DropWaiting();
  phase_ = Stopping;
  // Else what is awaited is the answer to an earlier test's question.
  if (asking() < 0) return Finish();
  Q_EMIT changed();
}

void AccountProbe::close() {
  id_.clear();
  Reset(Closed);
}

// What the gateway before was asked is not answered any more, and nothing of its plan is asked of another one.
void AccountProbe::Leave() {
  const QString why = tr("The app speaks to another gateway now.");
  id_.clear();
  in_flight_ = false;
  ++session_;
  if (running()) {
    if (const int row = asking(); row >= 0) {
      At(row).step = Step::kStopped;
      ShowRow(row);
    }
    Break(why);
  } else if (phase_ == Planning || phase_ == Planned || phase_ == Failed) {
    Reset(Failed);
    error_ = why;
    Q_EMIT changed();
  }
}

void AccountProbe::ShowRow(int row) { Q_EMIT dataChanged(index(row), index(row)); }

void AccountProbe::Retranslate() {
  if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
  Q_EMIT changed();
}

}  // namespace ag::gui
