#pragma once

#include <QByteArray>
#include <QTcpServer>
#include <QTcpSocket>

namespace ag::gui {

// Answers where the fake daemon's proxy is said to listen, as the real one would: it is well, and says hello. On
// loopback, at any free port; one answer a connection. GUI thread.
class ProxyStandIn : public QTcpServer {
 public:
  // `status` and `body` of the answer to a chat completion.
  explicit ProxyStandIn(int status = 200, const QByteArray& body = kHello) : status_(status), body_(body) {
    listen(QHostAddress::LocalHost);
    connect(this, &QTcpServer::newConnection, this, [this] {
      QTcpSocket* socket = nextPendingConnection();
      connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { Answer(*socket); });
      connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    });
  }

  static constexpr char kHello[] =
      R"({"choices":[{"message":{"role":"assistant","content":"Hello there, nice to meet you!"}}]})";

 private:
  void Answer(QTcpSocket& socket) const {
    const QByteArray head = socket.peek(socket.bytesAvailable());
    if (!head.contains("\r\n\r\n")) return;
    const bool health = head.startsWith("GET /healthz ");
    const QByteArray body = health ? QByteArray("ok") : body_;
    socket.readAll();
    socket.write("HTTP/1.1 " + QByteArray::number(health ? 200 : status_) + " Answered\r\nContent-Length: " +
                 QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
    socket.disconnectFromHost();
  }

  const int status_;
  const QByteArray body_;
};

}  // namespace ag::gui
