#pragma once

#include <utility>

#include "gatewayd/base/log.h"

// The only macros of the project besides the logging ones.
#define AG_CONCAT_INNER(a, b) a##b
#define AG_CONCAT(a, b) AG_CONCAT_INNER(a, b)

// Returns the status from the enclosing function unless it is OK. In coroutines use the CO_ forms.
#define AG_RETURN_IF_ERROR(expression)                                    \
  do {                                                                    \
    if (auto ag_status = (expression); !ag_status.ok()) return ag_status; \
  } while (false)
#define AG_CO_RETURN_IF_ERROR(expression)                                    \
  do {                                                                       \
    if (auto ag_status = (expression); !ag_status.ok()) co_return ag_status; \
  } while (false)

#define AG_ASSIGN_OR_RETURN(target, expression) \
  AG_ASSIGN_OR_RETURN_IMPL(AG_CONCAT(ag_result_, __LINE__), target, expression, return)
#define AG_CO_ASSIGN_OR_RETURN(target, expression) \
  AG_ASSIGN_OR_RETURN_IMPL(AG_CONCAT(ag_result_, __LINE__), target, expression, co_return)
#define AG_ASSIGN_OR_RETURN_IMPL(result, target, expression, leave) \
  auto result = (expression);                                       \
  if (!result.ok()) leave std::move(result).status();               \
  target = *std::move(result)

// For what only a bug can cause: says where and ends the process.
#define AG_CHECK(condition)                                              \
  do {                                                                   \
    if (!(condition)) ::ag::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
