#include "gui/demo/demo_proxy.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTcpSocket>
#include <utility>

namespace ag::gui {
namespace {

constexpr qsizetype kLargest = 1'000'000;  // bytes of a request

// As its head says.
qsizetype LengthOf(const QByteArray& head) {
  static const QRegularExpression kLength(QStringLiteral("\r\ncontent-length: *([0-9]{1,7})\r\n"),
                                          QRegularExpression::CaseInsensitiveOption);
  return kLength.match(QString::fromLatin1(head)).captured(1).toLongLong();
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
  const Reply reply = large ? Reply{413, Refusal("The demo takes no more than 1 MB.")}
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
  return model.isEmpty() ? Reply{400, Refusal("The request has no model.")} : chat_(model);
}

}  // namespace ag::gui
