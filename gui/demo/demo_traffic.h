#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ag/gateway/v1/monitor.grpc.pb.h"
#include "ag/gateway/v1/stats.grpc.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

struct DemoKind;
struct DemoFailure;

// Made-up requests: the log, the stream of those that end, and the sums over the last month. Always the same for the
// same moment: the random source has a fixed seed. Thread-safe.
class DemoTraffic final : public v1::MonitorService::Service, public v1::StatsService::Service {
 public:
  DemoTraffic(int past_requests, int requests_per_second);
  ~DemoTraffic() override;

  void Emit(int count);
  // A chat completion of that model, answered just now. Its id.
  std::string Serve(const std::string& model);
  // Ends the watchers' streams.
  void Stop();
  std::int64_t count();

  grpc::Status ListRequests(grpc::ServerContext* context, const v1::ListRequestsRequest* request,
                            v1::ListRequestsResponse* response) override;
  grpc::Status GetRequest(grpc::ServerContext* context, const v1::GetRequestRequest* request,
                          v1::GetRequestResponse* response) override;
  grpc::Status WatchRequests(grpc::ServerContext* context, const v1::WatchRequestsRequest* request,
                             grpc::ServerWriter<v1::WatchRequestsResponse>* writer) override;
  grpc::Status QueryTokens(grpc::ServerContext* context, const v1::QueryTokensRequest* request,
                           v1::QueryTokensResponse* response) override;

 private:
  int Random(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  // As chance has it.
  v1::RequestRecord Make(std::int64_t at_ms);
  // `failure`: null = it is answered. `retried`: another account was asked before.
  v1::RequestRecord Make(std::int64_t at_ms, const DemoKind& kind, const DemoFailure* failure, bool retried);
  void AddUsage(v1::RequestRecord& record);
  void Add(v1::RequestRecord record);
  void Run(int per_second);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::mt19937_64 random_{20261126};
  std::deque<v1::RequestRecord> log_;  // oldest first
  std::uint64_t sequence_ = 0;         // of the newest
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace ag::gui
