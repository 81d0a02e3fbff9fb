#pragma once

#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/catalog/model_use.h"

namespace ag::proxy {

// The smallest request that a model of that use can be asked, as a client of `dialect` writes it. Equal when asked the
// same again, so that a caller sees whether another try would say anything new.
struct TestRequest {
  std::string path;  // of the gateway's own endpoints
  std::string body;
  friend bool operator==(const TestRequest&, const TestRequest&) = default;
};
TestRequest MakeTestRequest(std::string_view model, catalog::ModelUse use, Dialect dialect,
                            const catalog::ChatQuirks& quirks);

}  // namespace ag::proxy
