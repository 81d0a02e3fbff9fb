#include "gui/demo/demo_proxy.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <utility>

namespace ag::gui {
namespace {

constexpr qsizetype kLargest = 1'000'000;  // bytes of a request
constexpr qsizetype kLongestModel = 200;
constexpr std::chrono::seconds kPatience{10};

// As its head says.
qsizetype LengthOf(const QByteArray& head) {
  static const QRegularExpression kLength(QStringLiteral("\r\ncontent-length: *([0-9]{1,7})\r\n"),
                                          QRegularExpression::CaseInsensitiveOption);
  return kLength.match(QString::fromLatin1(head)).captured(1).toLongLong();
}

// As the real gateway has it: a web page may not use it, also not by a name that leads to this machine.
bool IsFromAProgramHere(const QByteArray& head) {
  static const QRegularExpression kOrigin(QStringLiteral("\r\norigin:"), QRegularExpression::CaseInsensitiveOption);
  static const QRegularExpression kHost(QStringLiteral("\r\nhost: *(127\\.0\\.0\\.1|localhost)(:[0-9]+)?\r\n"),
                                        QRegularExpression::CaseInsensitiveOption);
  const QString text = QString::fromLatin1(head);
  return !kOrigin.match(text).hasMatch() && kHost.match(text).hasMatch();
}

QByteArray Refusal(const char* why) {
  return QJsonDocument(QJsonObject{{"error", QJsonObject{{"message", QString::fromLatin1(why)}}}})
      .toJson(QJsonDocument::Compact);
}

}  // namespace

DemoProxy::DemoProxy(Chat chat, std::function<bool()> listens) : chat_(std::move(chat)), listens_(std::move(listens)) {
  listen(QHostAddress::LocalHost);
  connect(this, &QTcpServer::newConnection, this, [this] {
    while (QTcpSocket* socket = nextPendingConnection()) {
      connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { Answer(*socket); });
      connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
      QTimer::singleShot(kPatience, socket, [socket] { socket->abort(); });
    }
  });
}

const QByteArray& DemoProxy::Hello() {
  static const QByteArray kHello =
      R"({"choices":[{"message":{"role":"assistant","content":"Hello there, nice to meet you!"}}]})";
  return kHello;
}

void DemoProxy::Answer(QTcpSocket& socket) {
  const QByteArray request = socket.peek(kLargest);
  const qsizetype end = request.indexOf("\r\n\r\n");
  const qsizetype whole = end < 0 ? 0 : end + 4 + LengthOf(request.left(end + 2));
  const bool large = request.size() == kLargest || whole > kLargest;
  if (!large && (end < 0 || request.size() < whole)) return;  // the rest is still to come
  socket.readAll();
  if (!listens_()) return socket.abort();
  const QByteArray head_lines = request.left(std::max<qsizetype>(end, 0) + 2);
  const Reply reply = !IsFromAProgramHere(head_lines) ? Reply{403, Refusal("Web pages are refused.")}
                      : large                         ? Reply{413, Refusal("The demo takes no more than 1 MB.")}
                              : ReplyTo(request.left(request.indexOf('\r')), request.mid(end + 4));
  QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " Answered\r\nContent-Type: application/json\r\n";
  if (!reply.request_id.isEmpty()) head += "x-ag-request-id: " + reply.request_id + "\r\n";
  head += "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\nConnection: close\r\n\r\n";
  socket.write(head + reply.body);
  socket.disconnectFromHost();
}

DemoProxy::Reply DemoProxy::ReplyTo(const QByteArray& line, const QByteArray& body) const {
  if (line.startsWith("GET /healthz ")) return {200, R"({"status":"ok"})"};
  if (!line.startsWith("POST /v1/chat/completions ")) {
    return {404, Refusal("This is the demo: it answers /healthz and POST /v1/chat/completions.")};
  }
  const QString model = QJsonDocument::fromJson(body).object()["model"].toString();
  if (model.isEmpty() || model.size() > kLongestModel)
    return {400, Refusal("The request has no model of a usual name.")};
  return chat_(model);
}

}  // namespace ag::gui
