// g++ 12.2 destroys temporaries of some co_await expressions twice (docs/threading.md has the list). The forms that our
// code uses instead must construct and destroy each object exactly once, with every compiler of the presets.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <string>
#include <utility>

#include "gatewayd/runtime/task.h"

namespace ag::runtime {
namespace {

int g_living = 0;

struct Counted {
  explicit Counted(std::string the_text) : text(std::move(the_text)) { ++g_living; }
  Counted(const Counted& other) : text(other.text) { ++g_living; }
  Counted(Counted&& other) noexcept : text(std::move(other.text)) { ++g_living; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) = default;
  ~Counted() { --g_living; }
  std::string text;
};

struct Aggregate {
  Counted first;
  Counted second;
};

Task<std::size_t> ByValue(Aggregate value) { co_return value.first.text.size() + value.second.text.size(); }
Task<std::size_t> OneByValue(Counted value) { co_return value.text.size(); }
Task<bool> Yes() { co_return true; }

std::string Long(char c) { return std::string(100, c); }

Task<std::size_t> NamedAggregate() {
  Aggregate value{Counted(Long('a')), Counted(Long('b'))};
  const std::size_t size = co_await ByValue(std::move(value));
  co_return size;
}

Task<std::size_t> PlainIfInsteadOfAndOrConditional(bool flag) {
  std::size_t size = 0;
  if (flag) {
    const bool yes = co_await Yes();
    if (yes) size = co_await OneByValue(Counted(Long('c')));
  } else {
    size = co_await OneByValue(Counted(Long('d') + Long('e')));
  }
  co_return size;
}

Task<std::size_t> NamedLambda() {
  const Counted captured(Long('f'));
  auto run = [captured]() -> Task<std::size_t> { co_return captured.text.size(); };
  const std::size_t size = co_await run();
  co_return size;
}

template <typename T>
T RunToEnd(Task<T> task) {
  boost::asio::io_context context;
  T result{};
  boost::asio::co_spawn(context.get_executor(), std::move(task), [&](const std::exception_ptr& failure, T value) {
    EXPECT_FALSE(failure);
    result = value;
  });
  context.run();
  return result;
}

TEST(CoroutineForms, DestroyEachObjectOnce) {
  g_living = 0;
  EXPECT_EQ(RunToEnd(NamedAggregate()), 200u);
  EXPECT_EQ(g_living, 0);
  EXPECT_EQ(RunToEnd(PlainIfInsteadOfAndOrConditional(true)), 100u);
  EXPECT_EQ(RunToEnd(PlainIfInsteadOfAndOrConditional(false)), 200u);
  EXPECT_EQ(g_living, 0);
  EXPECT_EQ(RunToEnd(NamedLambda()), 100u);
  EXPECT_EQ(g_living, 0);
}

}  // namespace
}  // namespace ag::runtime
