#include <gtest/gtest.h>

#include <QFile>
#include <QRegularExpression>
#include <QXmlStreamReader>

namespace ag::gui {
namespace {

struct Message {
  QString source;
  QString translation;
  bool finished = true;
};

std::vector<Message> Read(const QString& path) {
  QFile file(path);
  EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
  QXmlStreamReader xml(&file);
  std::vector<Message> messages;
  while (!xml.atEnd()) {
    xml.readNext();
    if (!xml.isStartElement()) continue;
    if (xml.name() == QLatin1String("message")) messages.emplace_back();
    if (xml.name() == QLatin1String("source")) messages.back().source = xml.readElementText();
    if (xml.name() == QLatin1String("translation")) {
      messages.back().finished = !xml.attributes().hasAttribute("type");
      messages.back().translation = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
    }
  }
  EXPECT_FALSE(xml.hasError()) << xml.errorString().toStdString();
  return messages;
}

// "%1", "%n", "{provider}": what is filled in later.
QStringList Placeholders(const QString& text) {
  static const QRegularExpression pattern(QStringLiteral("%(?:\\d|n)|\\{[a-z_]+\\}"));
  QStringList found;
  auto matches = pattern.globalMatch(text);
  while (matches.hasNext()) found << matches.next().captured();
  found.sort();
  return found;
}

TEST(Translation, SaysEverythingInChinese) {
  const std::vector<Message> messages = Read("gui/i18n/ag_gateway_zh_CN.ts");
  ASSERT_GT(messages.size(), 500U);
  for (const Message& message : messages) {
    EXPECT_TRUE(message.finished && !message.translation.isEmpty()) << message.source.toStdString();
    EXPECT_EQ(Placeholders(message.source), Placeholders(message.translation)) << message.source.toStdString();
  }
}

}  // namespace
}  // namespace ag::gui
