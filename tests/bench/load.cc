// A closed-loop load generator: N connections, each sends its next request when the reply has come. One thread, epoll.
//   load --port N --path P --body FILE [--header 'K: V']… [--connections N] [--seconds S] [--warmup S]
//   load … --hold        opens the streams, waits for their first bytes, prints "held N", lives until stdin ends
// Prints one JSON object: requests/s, latencies in µs (last byte and first byte), its own CPU share.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/net.h"

namespace ag::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  std::string path = "/";
  std::string headers;
  std::string body;
  std::size_t connections = 1;
  double seconds = 3;
  double warmup = 0.5;
  bool hold = false;
};

struct Connection {
  int fd = -1;
  std::string input;
  MessageEnd end;
  std::size_t sent = 0;
  Clock::time_point begun;
  Clock::time_point first;
  bool answered = false;  // a first byte has come
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    request_ = "POST " + options.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) +
               "\r\nContent-Type: application/json\r\n" + options.headers +
               "Content-Length: " + std::to_string(options.body.size()) + "\r\n\r\n" + options.body;
    connections_.resize(options.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].fd = ConnectTo(options.port);
      if (connections_[i].fd < 0) Die("cannot connect");
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].fd, &event);
      Begin(connections_[i]);
    }
  }

  void Run() {
    Spin(options_.warmup);
    const double cpu = CpuSeconds();
    const Clock::time_point from = Clock::now();
    total_.clear();
    first_.clear();
    failed_ = 0;
    Spin(options_.seconds);
    const double elapsed = std::chrono::duration<double>(Clock::now() - from).count();
    const double busy = (CpuSeconds() - cpu) / elapsed;
    std::printf(
        "{\"requests\":%zu,\"all_requests\":%zu,\"failed\":%zu,\"rps\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"first_"
        "p50_us\":%.1f,"
        "\"first_p99_us\":%.1f,\"load_busy\":%.3f}\n",
        total_.size(), all_, failed_, static_cast<double>(total_.size()) / elapsed, Percentile(total_, 0.5),
        Percentile(total_, 0.99), Percentile(first_, 0.5), Percentile(first_, 0.99), busy);
  }

  void Hold() {
    while (held_ < connections_.size()) Poll(1000);
    std::printf("held %zu\n", held_);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
  }

 private:
  [[noreturn]] static void Die(const char* what) {
    std::fprintf(stderr, "load: %s\n", what);
    std::exit(1);
  }

  void Begin(Connection& connection) {
    connection.begun = Clock::now();
    connection.sent = 0;
    connection.answered = false;
    connection.input.clear();
    connection.end.Reset();
    Write(connection);
  }

  void Write(Connection& connection) const {
    while (connection.sent < request_.size()) {
      const ssize_t sent =
          send(connection.fd, request_.data() + connection.sent, request_.size() - connection.sent, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent < 0) Die("the server closed a connection");
      connection.sent += static_cast<std::size_t>(sent);
    }
  }

  void Read(Connection& connection) {
    std::array<char, 65536> bytes;
    while (true) {
      const ssize_t got = recv(connection.fd, bytes.data(), bytes.size(), 0);
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) Die("the server closed a connection");
      if (!connection.answered) {
        connection.answered = true;
        connection.first = Clock::now();
        ++held_;
      }
      connection.input.append(bytes.data(), static_cast<std::size_t>(got));
      if (connection.end.Find(connection.input) != 0) Finish(connection);
    }
  }

  void Finish(Connection& connection) {
    const auto micros = [&](Clock::time_point at) {
      return std::chrono::duration<double, std::micro>(at - connection.begun).count();
    };
    if (std::string_view(connection.input).substr(8, 5) != " 200 ") {
      if (failed_++ == 0) std::fprintf(stderr, "load: %.300s\n", connection.input.c_str());
    }
    ++all_;
    total_.push_back(micros(Clock::now()));
    first_.push_back(micros(connection.first));
    Begin(connection);
  }

  void Poll(int timeout_ms) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(epoll_, events.data(), events.size(), timeout_ms);
    for (int i = 0; i < count; ++i) {
      Connection& connection = connections_[events[static_cast<std::size_t>(i)].data.u64];
      Write(connection);
      Read(connection);
    }
  }

  void Spin(double seconds) {
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < until) Poll(10);
  }

  const Options& options_;
  int epoll_;
  std::string request_;
  std::vector<Connection> connections_;
  std::vector<double> total_;
  std::vector<double> first_;
  std::size_t all_ = 0;  // with the warm-up, as the proxy's CPU time is
  std::size_t failed_ = 0;
  std::size_t held_ = 0;
};

std::string ReadAll(const char* file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--hold") {
      options.hold = true;
      continue;
    }
    if (i + 1 == argc) {
      std::fprintf(stderr, "load: %s needs a value\n", argv[i]);
      std::exit(2);
    }
    const char* value = argv[++i];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value));
    if (name == "--path") options.path = value;
    if (name == "--body") options.body = ReadAll(value);
    if (name == "--header") options.headers += std::string(value) + "\r\n";
    if (name == "--connections") options.connections = static_cast<std::size_t>(std::atoi(value));
    if (name == "--seconds") options.seconds = std::atof(value);
    if (name == "--warmup") options.warmup = std::atof(value);
  }
  return options;
}

}  // namespace
}  // namespace ag::bench

int main(int argc, char** argv) {
  const ag::bench::Options options = ag::bench::Parse(argc, argv);
  ag::bench::Load load(options);
  if (options.hold) {
    load.Hold();
  } else {
    load.Run();
  }
}
