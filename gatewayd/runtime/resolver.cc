#include "gatewayd/runtime/resolver.h"

#include <absl/base/thread_annotations.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/runtime/call_on.h"

namespace ag::runtime {
namespace {

using Address = boost::asio::ip::address;
using Addresses = absl::StatusOr<std::vector<Address>>;

constexpr std::size_t kMaxThreads = 8;
constexpr std::size_t kMaxCached = 4096;
constexpr std::chrono::seconds kKeepGood{60};
constexpr std::chrono::seconds kKeepBad{2};

Address ToAddress(const sockaddr& raw) {
  if (raw.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &raw, sizeof v4);
    return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &raw, sizeof v6);
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
  return boost::asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

Addresses SystemLookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code == EAI_NONAME || code == EAI_ADDRFAMILY) {
    hints.ai_flags = 0;  // AI_ADDRCONFIG hides loopback names on a machine without a network
    code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  }
  if (code != 0) return MakeError(ErrorKind::kDns, absl::StrCat("cannot resolve ", host, ": ", gai_strerror(code)));
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6) addresses.push_back(ToAddress(*entry->ai_addr));
  }
  freeaddrinfo(found);
  if (addresses.empty())
    return MakeError(ErrorKind::kDns, absl::StrCat("cannot resolve ", host, ": it has no address"));
  return addresses;
}

}  // namespace

// One mutex guards it all, flights included: names are resolved a few times a minute, and every holder is done in
// microseconds (docs/adr/0006).
struct Resolver::State {
  struct Flight {
    std::optional<Addresses> result;
    SteadyTime expires{};
    std::vector<std::shared_ptr<Rendezvous>> waiters;  // shared with the waiting coroutines
  };
  struct Worker {
    std::thread thread;
    bool busy = false;
  };

  State(const Clock& the_clock, Lookup the_lookup) : clock(&the_clock), lookup(std::move(the_lookup)) {}

  // Without the mutex.
  std::shared_ptr<Flight> JoinFlight(const std::shared_ptr<State>& self, const std::string& host,
                                     const std::shared_ptr<Rendezvous>& waiter);
  // With the mutex; Finish lets go of it while it wakes the waiters.
  void StartWorker(const std::shared_ptr<State>& self);
  void Finish(Flight& flight, Addresses result, std::unique_lock<std::mutex>& lock);
  void ForgetExpired(SteadyTime now);
  // A thread's life.
  static void Work(std::shared_ptr<State> self, std::shared_ptr<Worker> worker);

  const Clock* clock;  // not touched once closed
  const Lookup lookup;
  std::mutex mutex;
  std::condition_variable work_added;
  bool closed ABSL_GUARDED_BY(mutex) = false;
  std::deque<std::string> queue ABSL_GUARDED_BY(mutex);
  // shared: under way, cached, and in waiters' hands
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights ABSL_GUARDED_BY(mutex);
  std::vector<std::shared_ptr<Worker>> workers ABSL_GUARDED_BY(mutex);  // shared with the thread itself
  std::size_t idle ABSL_GUARDED_BY(mutex) = 0;
};

std::shared_ptr<Resolver::State::Flight> Resolver::State::JoinFlight(const std::shared_ptr<State>& self,
                                                                     const std::string& host,
                                                                     const std::shared_ptr<Rendezvous>& waiter) {
  const std::lock_guard lock(mutex);
  auto& flight = flights[host];
  if (flight != nullptr && flight->result.has_value()) {
    if (clock->Steady() < flight->expires) return flight;
    flight = nullptr;
  }
  if (flight != nullptr) {
    flight->waiters.push_back(waiter);
    return flight;
  }
  flight = std::make_shared<Flight>();
  auto joined = flight;
  joined->waiters.push_back(waiter);
  if (flights.size() > kMaxCached) ForgetExpired(clock->Steady());
  queue.push_back(host);
  if (idle < queue.size() && workers.size() < kMaxThreads) StartWorker(self);
  work_added.notify_one();
  return joined;
}

void Resolver::State::ForgetExpired(SteadyTime now) {
  for (auto entry = flights.begin(); entry != flights.end();) {
    const bool old = entry->second->result.has_value() && entry->second->expires <= now;
    entry = old ? flights.erase(entry) : std::next(entry);
  }
}

void Resolver::State::StartWorker(const std::shared_ptr<State>& self) {
  auto worker = std::make_shared<Worker>();
  workers.push_back(worker);
  worker->thread = std::thread(&State::Work, self, worker);
}

void Resolver::State::Work(std::shared_ptr<State> self, std::shared_ptr<Worker> worker) {
  std::unique_lock lock(self->mutex);
  while (!self->closed) {
    if (self->queue.empty()) {
      ++self->idle;
      self->work_added.wait(lock, [&] { return self->closed || !self->queue.empty(); });
      --self->idle;
      continue;
    }
    const std::string host = std::move(self->queue.front());
    self->queue.pop_front();
    const auto flight = self->flights[host];
    worker->busy = true;
    lock.unlock();
    Addresses result = self->lookup(host);
    lock.lock();
    worker->busy = false;
    if (!self->closed && flight != nullptr) self->Finish(*flight, std::move(result), lock);
  }
}

void Resolver::State::Finish(Flight& flight, Addresses result, std::unique_lock<std::mutex>& lock) {
  flight.expires = clock->Steady() + (result.ok() ? kKeepGood : kKeepBad);
  flight.result = std::move(result);
  const auto waiters = std::exchange(flight.waiters, {});
  lock.unlock();
  for (const auto& waiter : waiters) waiter->Arrive();
  lock.lock();
}

Resolver::Resolver(const Clock& clock) : Resolver(clock, &SystemLookup) {}

Resolver::Resolver(const Clock& clock, Lookup lookup) : state_(std::make_shared<State>(clock, std::move(lookup))) {}

Resolver::~Resolver() {
  std::vector<std::shared_ptr<State::Worker>> workers;
  std::vector<std::thread> idle;
  std::unordered_map<std::string, std::shared_ptr<State::Flight>> flights;
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    workers.swap(state_->workers);
    flights.swap(state_->flights);
    for (auto& worker : workers) {
      if (worker->busy) {
        worker->thread.detach();  // it owns the state, and after its lookup touches nothing else
      } else {
        idle.push_back(std::move(worker->thread));
      }
    }
  }
  state_->work_added.notify_all();
  for (auto& thread : idle) thread.join();
  for (auto& [host, flight] : flights) {
    for (auto& waiter : flight->waiters) waiter->Arrive();
  }
}

Task<Addresses> Resolver::Resolve(std::string host, std::chrono::milliseconds timeout, CancelSource* cancel) {
  boost::system::error_code not_literal;
  const Address literal = boost::asio::ip::make_address(host, not_literal);
  if (!not_literal) co_return std::vector<Address>{literal};
  if (cancel != nullptr && cancel->cancelled()) {
    co_return MakeError(ErrorKind::kClientLeft, "the client left while the host name was resolved");
  }
  const Executor home = co_await boost::asio::this_coro::executor;
  auto state = state_;  // the resolver may end before the wait does
  auto rendezvous = std::make_shared<Rendezvous>(home);
  auto flight = state->JoinFlight(state, host, rendezvous);
  {
    const std::lock_guard lock(state->mutex);
    if (flight->result.has_value()) co_return *flight->result;
  }
  CancelSource::Hook hook(cancel, [&rendezvous] { rendezvous->Arrive(); });
  const bool arrived = co_await Rendezvous::Wait(rendezvous, std::chrono::steady_clock::now() + timeout);
  const std::lock_guard lock(state->mutex);
  if (flight->result.has_value()) co_return *flight->result;
  if (cancel != nullptr && cancel->cancelled()) {
    co_return MakeError(ErrorKind::kClientLeft, "the client left while the host name was resolved");
  }
  std::erase(flight->waiters, rendezvous);
  if (arrived)
    co_return MakeError(ErrorKind::kDns, absl::StrCat("cannot resolve ", host, ": gatewayd is shutting down"));
  co_return MakeError(ErrorKind::kDns, absl::StrCat("cannot resolve ", host, ": no answer within ", timeout.count(),
                                                    " ms; check the machine's DNS server"));
}

}  // namespace ag::runtime
