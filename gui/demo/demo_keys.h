#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "ag/gateway/v1/client_key.grpc.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

// The fake daemon's client keys, in memory: one of each state. Secrets are told once, as by the daemon, and open
// nothing. Thread-safe.
class DemoKeys final : public v1::ClientKeyService::Service {
 public:
  DemoKeys();

  grpc::Status ListClientKeys(grpc::ServerContext* context, const v1::ListClientKeysRequest* request,
                              v1::ListClientKeysResponse* response) override;
  grpc::Status GetClientKey(grpc::ServerContext* context, const v1::GetClientKeyRequest* request,
                            v1::GetClientKeyResponse* response) override;
  grpc::Status CreateClientKey(grpc::ServerContext* context, const v1::CreateClientKeyRequest* request,
                               v1::CreateClientKeyResponse* response) override;
  grpc::Status UpdateClientKey(grpc::ServerContext* context, const v1::UpdateClientKeyRequest* request,
                               v1::UpdateClientKeyResponse* response) override;
  grpc::Status RotateClientKey(grpc::ServerContext* context, const v1::RotateClientKeyRequest* request,
                               v1::RotateClientKeyResponse* response) override;
  grpc::Status DeleteClientKey(grpc::ServerContext* context, const v1::DeleteClientKeyRequest* request,
                               v1::DeleteClientKeyResponse* response) override;

 private:
  v1::ClientKey* Find(const std::string& id);
  bool Taken(const std::string& name, const std::string& id) const;
  v1::ClientKey& Add(v1::ClientKey key);
  std::string NewSecret(v1::ClientKey& key);

  std::mutex mutex_;
  int next_id_ = 1;
  std::vector<v1::ClientKey> keys_;
};

}  // namespace ag::gui
