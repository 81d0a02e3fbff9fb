// The monitor's table under load: 500 requests/s for a minute into a full table. Measures each tenth of a second's
// batch: the model's own work, and the model's together with the bindings of the rows in sight (everything up to
// painting). Then each of the frames at 60 a second, painted by the software renderer, while the rows come in: once
// with the newest in sight, once while somebody scrolls through the table. Prints the figures; ends with 1 when the
// 95th percentile of a batch is over the bound. Rows are made beforehand: in the app they come from the stream's
// thread.
#include <unistd.h>

#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImage>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickRenderControl>
#include <QQuickRenderTarget>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QSet>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

#include "gui/app/backend.h"
#include "gui/app/icon_provider.h"
#include "gui/models/monitor_model.h"

void qml_register_types_AgGateway();

namespace {

using ag::gui::MonitorModel;
using ag::gui::RequestBatch;
using ag::gui::RequestRow;

constexpr int kRowsASecond = 500;
constexpr int kBatchesASecond = 10;
constexpr int kSeconds = 60;
constexpr int kRows = kRowsASecond / kBatchesASecond;
constexpr double kBoundMs = 8.0;
constexpr int kFramesASecond = 60;
constexpr int kFrameSeconds = 20;
constexpr double kScrollPixels = 40;  // a frame: a good turn of the wheel
constexpr QSize kTableSize(1'100, 700);

RequestRow Row(int number) {
  static const char* const kModels[] = {"claude-sonnet-5", "gpt-5.2", "gpt-5-mini", "gemini-3-flash", "deepseek-chat"};
  RequestRow row;
  row.id = QStringLiteral("req_%1").arg(number, 16, 16, QLatin1Char('0'));
  row.start_ms = 1'795'000'000'000 + 2 * number;
  row.time = QStringLiteral("14:%1:%2.%3")
                 .arg(number / 60'000 % 60, 2, 10, QLatin1Char('0'))
                 .arg(number / 1'000 % 60, 2, 10, QLatin1Char('0'))
                 .arg(number % 1'000, 3, 10, QLatin1Char('0'));
  row.model = kModels[number % 5];
  row.upstream_model = row.model;
  row.account = QStringLiteral("account %1").arg(number % 8);
  row.account_id = QStringLiteral("acc_%1").arg(number % 8);
  row.client_dialect = number % 2 == 0 ? QStringLiteral("chat") : QStringLiteral("messages");
  row.upstream_dialect = row.client_dialect;
  row.user_agent = QStringLiteral("OpenAI/Python 2.9.0");
  row.status = number % 20 == 0 ? 429 : 200;
  if (number % 20 == 0) {
    row.error_kind = QStringLiteral("rate_minute");
    row.error_text = QStringLiteral("Request tokens have exceeded the per-minute limit (request %1)").arg(number);
  }
  row.attempts = 1;
  row.stream = true;
  row.first_byte_us = 300'000 + number % 1'000 * 500;
  row.duration_us = 2'000'000 + number % 5'000 * 900;
  row.tokens_in = 1'000 + number % 9'000;
  row.tokens_out = number % 2'000;
  return row;
}

std::shared_ptr<const RequestBatch> Batch(int first, int count) {
  auto rows = std::make_shared<RequestBatch>();
  rows->reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rows->push_back(Row(first + i));
  return rows;
}

double ResidentMb() {
  std::ifstream statm("/proc/self/statm");
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

struct Times {
  std::vector<double> ms;
  double At(double share) {
    std::sort(ms.begin(), ms.end());
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  }
  void Print(const char* name) {
    std::printf("%-28s p50 %6.2f ms   p95 %6.2f ms   max %6.2f ms\n", name, At(0.5), At(0.95), At(1.0));
  }
};

// The table of the monitor page in a window that no screen shows.
class Table {
 public:
  explicit Table(MonitorModel& model) : window_(&control_) {
    engine_.addImportPath("qrc:/qt/qml");
    engine_.addImageProvider("icon", new ag::gui::IconProvider);  // the engine owns it
    QQmlComponent component(&engine_, QUrl("qrc:/qt/qml/AgGateway/qml/pages/monitor/MonitorTable.qml"));
    item_.reset(
        qobject_cast<QQuickItem*>(component.createWithInitialProperties({{"monitor", QVariant::fromValue(&model)}})));
    if (item_ == nullptr) std::fprintf(stderr, "%s\n", qPrintable(component.errorString()));
    window_.resize(kTableSize);
    if (item_ == nullptr) return;
    item_->setParentItem(window_.contentItem());
    item_->setSize(kTableSize);
    list_ = item_->findChild<QQuickItem*>("monitorList");
    window_.setRenderTarget(QQuickRenderTarget::fromPaintDevice(&picture_));
    control_.initialize();
  }
  bool ok() const { return list_ != nullptr; }
  void Polish() {
    QCoreApplication::sendPostedEvents();
    control_.polishItems();
  }
  void Paint() {
    Polish();
    control_.sync();
    control_.render();
  }
  void ScrollBy(double pixels) {
    item_->setProperty("follow", false);
    list_->setProperty("contentY", list_->property("contentY").toDouble() + pixels);
  }
  void Follow() { QMetaObject::invokeMethod(item_.get(), "showNewest"); }
  int Delegates() const {
    return static_cast<int>(list_->property("contentItem").value<QQuickItem*>()->childItems().size());
  }
  // How many colours the picture has: one alone is an empty one.
  qsizetype Colors() const {
    QSet<QRgb> colors;
    for (int y = 0; y < picture_.height(); ++y)
      for (int x = 0; x < picture_.width(); ++x) colors.insert(picture_.pixel(x, y));
    return colors.size();
  }

 private:
  QQmlEngine engine_;
  QQuickRenderControl control_;
  QQuickWindow window_;
  std::unique_ptr<QQuickItem> item_;
  QQuickItem* list_ = nullptr;
  QImage picture_{kTableSize, QImage::Format_ARGB32_Premultiplied};
};

// `table` may be null: the model alone.
Times Run(MonitorModel& model, Table* table, int first) {
  Times times;
  for (int i = 0; i < kSeconds * kBatchesASecond; ++i) {
    const auto batch = Batch(first + i * kRows, kRows);
    QElapsedTimer timer;
    timer.start();
    model.Inject(batch);
    model.Flush();
    if (table != nullptr) table->Polish();
    times.ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  return times;
}

// Every frame, `pixels` further down each.
Times RunFrames(MonitorModel& model, Table& table, int first, double pixels) {
  constexpr int kFramesABatch = kFramesASecond / kBatchesASecond;
  Times times;
  for (int frame = 0; frame < kFrameSeconds * kFramesASecond; ++frame) {
    const bool comes = frame % kFramesABatch == 0;
    const auto batch = comes ? Batch(first + frame / kFramesABatch * kRows, kRows) : nullptr;
    QElapsedTimer timer;
    timer.start();
    if (comes) {
      model.Inject(batch);
      model.Flush();
    }
    if (pixels != 0) table.ScrollBy(pixels);
    table.Paint();
    times.ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QGuiApplication application(argc, argv);
  QQuickStyle::setStyle("Basic");
  QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
  qml_register_types_AgGateway();
  ag::gui::Backend backend;
  MonitorModel model(backend);
  const double empty_mb = ResidentMb();
  model.Inject(Batch(0, MonitorModel::kMostRows));
  model.Flush();
  const double full_mb = ResidentMb();

  int next = MonitorModel::kMostRows;
  Times alone = Run(model, nullptr, next);
  next += kSeconds * kRowsASecond;
  model.setText("claude");
  Times filtered = Run(model, nullptr, next);
  next += kSeconds * kRowsASecond;
  model.setText({});

  Table table(model);
  if (!table.ok()) return 1;
  table.Polish();
  const double before_mb = ResidentMb();
  Times bound = Run(model, &table, next);
  next += kSeconds * kRowsASecond;
  const double after_mb = ResidentMb();

  table.Paint();
  Times newest = RunFrames(model, table, next, 0);
  next += kFrameSeconds * kRowsASecond;
  Times scrolled = RunFrames(model, table, next, kScrollPixels);
  const qsizetype colors = table.Colors();
  table.Follow();

  QElapsedTimer search;
  search.start();
  model.setText("account 7");
  const double search_ms = static_cast<double>(search.nsecsElapsed()) / 1e6;
  search.restart();
  model.setText({});
  const double unfilter_ms = static_cast<double>(search.nsecsElapsed()) / 1e6;

  std::printf("%d requests/s for %d s into %d rows, a batch of %d each %d ms\n", kRowsASecond, kSeconds, model.total(),
              kRows, 1'000 / kBatchesASecond);
  alone.Print("model");
  filtered.Print("model, filtered by text");
  bound.Print("model and bindings");
  std::printf("%d frames/s for %d s at %dx%d, painted by the software renderer (%lld colours in the last)\n",
              kFramesASecond, kFrameSeconds, kTableSize.width(), kTableSize.height(), static_cast<long long>(colors));
  newest.Print("frame, newest in sight");
  scrolled.Print("frame, scrolling");
  std::printf("rows in sight: %d\n", table.Delegates());
  std::printf("search in all rows: %.1f ms; all rows again: %.1f ms\n", search_ms, unfilter_ms);
  std::printf("memory: %.1f MB for the rows; %.1f MB at the minute's begin, %.1f MB at its end\n", full_mb - empty_mb,
              before_mb, after_mb);
  return bound.At(0.95) < kBoundMs ? 0 : 1;
}
