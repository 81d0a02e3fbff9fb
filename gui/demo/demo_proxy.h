#pragma once

#include <QByteArray>
#include <QString>
#include <QTcpServer>
#include <functional>

class QTcpSocket;

namespace ag::gui {

// Answers where the fake daemon's proxy is said to listen, as the real one would: it is well, and what a chat
// completion comes to is told by who made it. Asks no provider. On loopback at a free port; one answer a connection.
// GUI thread.
class DemoProxy : public QTcpServer {
 public:
  struct Reply {
    int status = 200;
    QByteArray body;
    QByteArray request_id = {};
  };
  using Chat = std::function<Reply(const QString& model)>;
  // `listens`: false = whoever comes is turned away, as where nobody listens.
  explicit DemoProxy(Chat chat, std::function<bool()> listens = [] { return true; });

  // A chat completion that says hello.
  static const QByteArray& Hello();

 private:
  void Answer(QTcpSocket& socket);
  // To a whole request.
  Reply ReplyTo(const QByteArray& line, const QByteArray& body) const;

  const Chat chat_;
  const std::function<bool()> listens_;
};

}  // namespace ag::gui
