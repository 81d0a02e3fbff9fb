#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ag::runtime {

using Executor = boost::asio::io_context::executor_type;

// A coroutine of one io_context. The concrete executor type saves the type-erased one's allocation on each hop.
template <typename T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> kUseTask;

}  // namespace ag::runtime
