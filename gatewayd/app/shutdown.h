#pragma once

#include <functional>

#include "gatewayd/app/account_healer.h"
#include "gatewayd/app/budget_watch.h"
#include "gatewayd/app/hub.h"
#include "gatewayd/app/model_refresher.h"
#include "gatewayd/app/proxy_runtime.h"
#include "gatewayd/app/sign_in_desk.h"
#include "gatewayd/control/control_server.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/token_keeper.h"
#include "gatewayd/proxy/conversation_store.h"
#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/telemetry/recorder.h"

namespace ag::app {

struct ShutdownParts {
  runtime::Shard& control;
  runtime::ShardPool& shards;
  ProxyRuntime& proxy;
  ModelRefresher& refresher;
  SignInDesk& sign_ins;
  pool::TokenKeeper& tokens;
  telemetry::Recorder& recorder;
  proxy::ConversationStore& conversations;
  control::ControlServer& control_server;
  runtime::BlockingExecutor& traffic_writer;
  runtime::BlockingExecutor& traffic_reader;
  http::Client& control_client;
  AccountHealer& healer;
  BudgetWatch& budgets;
  Hub& hub;
};

// Ends a running application in order: stop accepting → control service, while its context still runs → drain sessions
// (10 s, or until `cut`) → shards → token requests → what they recorded → control context → blocking executors. The
// databases close with their owner, after this.
void ShutDown(const ShutdownParts& parts, const std::function<bool()>& cut);

}  // namespace ag::app
