#include "tests/gui/layout/inspector.h"

#include <QColor>
#include <QFile>
#include <QHash>
#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>
#include <QXmlStreamReader>
#include <algorithm>
#include <cmath>
#include <functional>

namespace ag::gui {
namespace {

constexpr double kTolerance = 1.5;  // pixels: letters are drawn to whole ones
constexpr double kContrast = 4.5;
constexpr double kLargeContrast = 3.0;
constexpr int kLargePixels = 24;
constexpr int kLargeBoldPixels = 19;
constexpr int kLeastFixed = 6;  // letters of a sentence that are not its arguments

struct Shown {
  QQuickItem* item = nullptr;
  QString text;
  QRectF ink;    // what is painted, in the window
  QRectF sight;  // the part of it that no ancestor clips away
  const QQuickItem* layer = nullptr;
};

bool IsText(const QQuickItem& item) { return item.inherits("QQuickText") || item.inherits("QQuickTextInput"); }

double OpacityOf(const QQuickItem* item) {
  double opacity = 1;
  for (; item != nullptr; item = item->parentItem()) opacity *= item->opacity();
  return opacity;
}

// What is stacked above the rest on purpose (dialogs, menus, toasts, a chart's tip) does not lie on it by mistake.
const QQuickItem* LayerOf(const QQuickItem* item) {
  const QQuickItem* layer = nullptr;
  for (; item != nullptr; item = item->parentItem()) {
    if (item->z() > 0 || item->inherits("QQuickPopupItem") || item->inherits("QQuickOverlay")) layer = item;
  }
  return layer;
}

// Where the text's letters are, in the item.
QRectF InkOf(const QQuickItem& item) {
  const double width = item.property("contentWidth").toDouble();
  const double height = item.property("contentHeight").toDouble();
  const double wanted_left = item.property("leftPadding").toDouble();
  const double wanted_top = item.property("topPadding").toDouble();
  const double room = item.width() - wanted_left - item.property("rightPadding").toDouble();
  const double tall = item.height() - wanted_top - item.property("bottomPadding").toDouble();
  const auto across = static_cast<Qt::AlignmentFlag>(item.property("effectiveHorizontalAlignment").toInt());
  const auto down = static_cast<Qt::AlignmentFlag>(item.property("verticalAlignment").toInt());
  double left = wanted_left;
  if (across == Qt::AlignRight) left += room - width;
  if (across == Qt::AlignHCenter) left += (room - width) / 2;
  double top = wanted_top;
  if (down == Qt::AlignBottom) top += tall - height;
  if (down == Qt::AlignVCenter) top += (tall - height) / 2;
  return {left, top, width, height};
}

// What the ancestors leave to be seen of a text.
struct Sight {
  QRectF ink;
  bool scrolls = false;         // one of the ancestors can be scrolled
  bool scrolls_across = false;  // sideways
};

Sight SightOf(const QQuickItem& item, const QRectF& ink, const QRectF& window) {
  Sight sight{ink};
  for (const QQuickItem* each = item.parentItem(); each != nullptr; each = each->parentItem()) {
    if (each->inherits("QQuickFlickable")) {
      sight.scrolls = true;
      if (each->property("contentWidth").toDouble() > each->width() + kTolerance) sight.scrolls_across = true;
    }
    if (!each->clip()) continue;
    sight.ink = sight.ink.intersected(each->mapRectToScene(QRectF(0, 0, each->width(), each->height())));
  }
  sight.ink = sight.ink.intersected(window);
  return sight;
}

double Linear(double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); }

double Luminance(const QColor& color) {
  return 0.2126 * Linear(color.redF()) + 0.7152 * Linear(color.greenF()) + 0.0722 * Linear(color.blueF());
}

double Contrast(const QColor& a, const QColor& b) {
  const double x = Luminance(a) + 0.05;
  const double y = Luminance(b) + 0.05;
  return std::max(x, y) / std::min(x, y);
}

QColor Over(const QColor& ink, double opacity, const QColor& ground) {
  const double alpha = ink.alphaF() * opacity;
  const auto mix = [alpha](double above, double below) {
    return static_cast<float>(alpha * above + (1 - alpha) * below);
  };
  return QColor::fromRgbF(mix(ink.redF(), ground.redF()), mix(ink.greenF(), ground.greenF()),
                          mix(ink.blueF(), ground.blueF()));
}

// The colour that most of the place has: letters cover less than what they stand on.
QColor GroundOf(const QImage& picture, const QRectF& place) {
  const double scale = picture.devicePixelRatio();
  const QRect pixels = QRectF(place.topLeft() * scale, place.size() * scale).toRect().intersected(picture.rect());
  QHash<QRgb, int> counts;
  QRgb most = 0;
  for (int y = pixels.top(); y <= pixels.bottom(); ++y) {
    for (int x = pixels.left(); x <= pixels.right(); ++x) {
      const QRgb color = picture.pixel(x, y);
      if (++counts[color] > counts.value(most)) most = color;
    }
  }
  return QColor::fromRgb(most);
}

bool IsLarge(const QFont& font) {
  return font.pixelSize() >= kLargePixels || (font.weight() >= QFont::DemiBold && font.pixelSize() >= kLargeBoldPixels);
}

QString Quoted(const Shown& shown) { return '"' + shown.text.left(60) + '"'; }

// The dialog or menu that is open on top of everything, else the page: what lies under a dialog is dimmed and not read.
QQuickItem* OnTop(QQuickWindow& window) {
  QQuickItem* top = nullptr;
  const std::function<void(QQuickItem*)> walk = [&](QQuickItem* item) {
    if (!item->isVisible()) return;
    if (item->inherits("QQuickPopupItem") && item->opacity() > 0.05) top = item;
    const QList<QQuickItem*> children = item->childItems();
    for (QQuickItem* child : children) walk(child);
  };
  walk(window.contentItem());
  return top == nullptr ? window.contentItem() : top;
}

bool IsIcon(const QQuickItem& item) { return QByteArray(item.metaObject()->className()).startsWith("AgIcon_"); }

// What a person aims at with the mouse.
bool IsControl(const QQuickItem& item) {
  return item.inherits("QQuickAbstractButton") || item.inherits("QQuickTextField") || item.inherits("QQuickComboBox") ||
         item.inherits("QQuickTextArea");
}

bool IsWithin(const QQuickItem* inner, const QQuickItem* outer) {
  while (inner != nullptr && inner != outer) inner = inner->parentItem();
  return inner != nullptr;
}

// Of controls that can be seen, the part that no ancestor clips away.
std::vector<Shown> CollectControls(QQuickWindow& window) {
  const QRectF all(0, 0, window.width(), window.height());
  std::vector<Shown> controls;
  const std::function<void(QQuickItem*)> walk = [&](QQuickItem* item) {
    if (!item->isVisible() || item->opacity() < 0.05) return;
    if (IsControl(*item) && item->isEnabled()) {
      const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
      controls.push_back({item, item->objectName(), place, SightOf(*item, place, all).ink, LayerOf(item)});
    }
    const QList<QQuickItem*> children = item->childItems();
    for (QQuickItem* child : children) walk(child);
  };
  walk(OnTop(window));
  return controls;
}

void FindControlsOnEachOther(QQuickWindow& window, QStringList& findings) {
  const std::vector<Shown> controls = CollectControls(window);
  for (std::size_t i = 0; i < controls.size(); ++i) {
    for (std::size_t j = i + 1; j < controls.size(); ++j) {
      const Shown& a = controls[i];
      const Shown& b = controls[j];
      if (a.layer != b.layer || IsWithin(a.item, b.item) || IsWithin(b.item, a.item)) continue;
      const QRectF both = a.sight.intersected(b.sight);
      if (both.width() > kTolerance && both.height() > kTolerance)
        findings << QString("are controls that lie on each other: ") + a.item->metaObject()->className() + Quoted(a) +
                        " and " + b.item->metaObject()->className() + Quoted(b);
    }
  }
}

std::vector<Shown> Collect(QQuickWindow& window, QStringList& findings) {
  const QRectF all(0, 0, window.width(), window.height());
  std::vector<Shown> texts;
  const std::function<void(QQuickItem*)> walk = [&](QQuickItem* item) {
    if (!item->isVisible() || item->opacity() < 0.05) return;
    if (IsIcon(*item) && item->width() > item->property("size").toDouble() + kTolerance)
      findings << "is larger than it says: the icon " + item->property("name").toString();
    if (IsText(*item)) {
      Shown shown{item, item->property("text").toString().simplified(), {}, {}, LayerOf(item)};
      if (!shown.text.isEmpty() && item->width() > 0 && item->height() > 0) {
        shown.ink = item->mapRectToScene(InkOf(*item));
        const Sight sight = SightOf(*item, shown.ink, all);
        shown.sight = sight.ink;
        const bool narrow = !sight.scrolls_across && shown.sight.width() < shown.ink.width() - kTolerance;
        const bool cut_across = shown.sight.isEmpty() ? !sight.scrolls : narrow;
        const bool cut_down = !sight.scrolls && shown.sight.height() < shown.ink.height() - kTolerance;
        const bool typed = item->inherits("QQuickTextInput");  // scrolls by itself
        if (!typed && cut_across) findings << "is cut at its side: " + Quoted(shown);
        if (!typed && cut_down) findings << "is cut above or below: " + Quoted(shown);
        if (!shown.sight.isEmpty()) texts.push_back(shown);
      }
    }
    const QList<QQuickItem*> children = item->childItems();
    for (QQuickItem* child : children) walk(child);
  };
  walk(OnTop(window));
  return texts;
}

}  // namespace

Inspector::Inspector(const QString& catalogue) {
  QFile file(catalogue);
  if (!file.open(QIODevice::ReadOnly)) return;
  QXmlStreamReader xml(&file);
  while (!xml.atEnd()) {
    xml.readNext();
    if (!xml.isStartElement()) continue;
    const bool source = xml.name() == u"source";
    const bool translation = xml.name() == u"translation" || xml.name() == u"numerusform";
    if (!source && !translation) continue;
    // A translation with plural forms has no text of its own.
    const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements).simplified();
    (source ? sources_ : translations_).Add(text);
  }
}

void Inspector::Sentences::Add(const QString& text) {
  static const QRegularExpression kArgument(QStringLiteral("%(?:n|L?[1-9])|\\{[a-z_]+\\}"));
  static const QRegularExpression kNoLetter(QStringLiteral("[^\\w]"));
  if (text.isEmpty()) return;
  if (!text.contains(kArgument)) {
    exact.insert(text);
    return;
  }
  if (QString(text).remove(kArgument).remove(kNoLetter).size() < kLeastFixed) return;
  QString pattern;
  qsizetype at = 0;
  for (auto match = kArgument.globalMatch(text); match.hasNext();) {
    const QRegularExpressionMatch argument = match.next();
    pattern += QRegularExpression::escape(text.mid(at, argument.capturedStart() - at)) + ".*";
    at = argument.capturedEnd();
  }
  pattern += QRegularExpression::escape(text.mid(at));
  patterns.append(QRegularExpression(QRegularExpression::anchoredPattern(pattern)));
}

bool Inspector::Sentences::Has(const QString& text) const {
  if (exact.contains(text)) return true;
  return std::any_of(patterns.begin(), patterns.end(),
                     [&text](const QRegularExpression& pattern) { return pattern.match(text).hasMatch(); });
}

// The software renderer leaves the ratio at 1, whatever the screen's.
QImage Inspector::PictureOf(QQuickWindow& window) {
  QImage picture = window.grabWindow();
  picture.setDevicePixelRatio(window.effectiveDevicePixelRatio());
  return picture;
}

bool Inspector::HasPopup(QQuickWindow& window) { return OnTop(window) != window.contentItem(); }

QStringList Inspector::Inspect(QQuickWindow& window, Language language) const {
  QStringList findings;
  const QImage picture = PictureOf(window);
  const std::vector<Shown> texts = Collect(window, findings);
  for (const Shown& shown : texts) {
    const bool told = shown.item->property("toldByPointer").toBool();
    const bool own = sources_.Has(shown.text) || translations_.Has(shown.text);
    if (shown.item->property("truncated").toBool() && own && !told) findings << "is shortened: " + Quoted(shown);
    const bool sentence = shown.text.contains(' ') || shown.text.front().isUpper();
    if (language == Language::kTranslated && sentence && sources_.Has(shown.text) && !translations_.Has(shown.text))
      findings << "is not translated: " + Quoted(shown);
    if (!shown.item->isEnabled()) continue;
    // Much of a line that scrolls out of sight may be covered by what ends there, and less than a pixel is not painted.
    if (shown.sight.height() < shown.ink.height() / 2 || shown.sight.width() < 1) continue;
    const auto ink = shown.item->property("color").value<QColor>();
    const QColor ground = GroundOf(picture, shown.sight);
    const double contrast = Contrast(Over(ink, OpacityOf(shown.item), ground), ground);
    const bool large = IsLarge(shown.item->property("font").value<QFont>());
    if (contrast >= (large ? kLargeContrast : kContrast)) continue;
    findings
        << QStringLiteral("has a contrast of %1 (%2 on %3): ").arg(contrast, 0, 'f', 2).arg(ink.name(), ground.name()) +
               Quoted(shown);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      if (texts[i].layer != texts[j].layer) continue;
      const QRectF both = texts[i].sight.intersected(texts[j].sight);
      if (both.width() > kTolerance && both.height() > 2 * kTolerance)
        findings << Quoted(texts[i]) + " and " + Quoted(texts[j]) + " lie on each other";
    }
  }
  FindControlsOnEachOther(window, findings);
  return findings;
}

}  // namespace ag::gui
