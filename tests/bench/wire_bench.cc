// Costs of a translated stream, for each pair of upstream and client dialect: time and allocations an event, and bytes
// a second. `scripts/bench --wire` runs it.
#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/translated.h"
#include "tests/bench/wire_streams.h"

namespace {

std::uint64_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace ag::wire::bench {
namespace {

constexpr int kWarmUp = 8;  // deltas in which buffers grow to their size

class CountingSink final : public Sink {
 public:
  void Append(std::string_view bytes) override { bytes_ += bytes.size(); }
  void Borrow(std::string_view bytes) override { bytes_ += bytes.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocations = 0;  // of the deltas after the warm-up
};

Step Feed(Translation& translation, const std::vector<std::string>& events, CountingSink& sink, Totals& totals) {
  Step step = Step::kHold;
  for (const std::string& event : events) {
    step = translation.OnUpstreamBytes(event, sink);
    totals.bytes += event.size();
  }
  totals.events += events.size();
  return step;
}

// One reply; what went wrong, or empty.
std::string Play(Translation& translation, const Stream& stream, CountingSink& sink, Totals& totals) {
  Feed(translation, stream.before, sink, totals);
  std::uint64_t begun = 0;
  for (int i = 0; i < kDeltas; ++i) {
    if (i == kWarmUp) begun = allocations;
    translation.OnUpstreamBytes(stream.deltas[static_cast<std::size_t>(i)], sink);
    totals.bytes += stream.deltas[static_cast<std::size_t>(i)].size();
  }
  totals.allocations += allocations - begun;
  totals.events += kDeltas;
  Step step = Feed(translation, stream.after, sink, totals);
  if (step != Step::kDone) step = translation.OnUpstreamEnd(sink);
  return step == Step::kDone && sink.bytes() > 0 ? "" : std::string(translation.Report().error.message());
}

void Translate(benchmark::State& state, Dialect upstream, Dialect client, Kind kind) {
  const Stream stream = StreamOf(upstream, kind);
  const std::string body = RequestOf(client, kind);
  Endpoint endpoint{client, Operation::kGenerate, {}, StreamFraming::kNone};
  if (client == Dialect::kGemini) endpoint = {client, Operation::kGenerateStream, "m", StreamFraming::kSse};
  UpstreamTarget target;
  target.dialect = upstream;
  target.model = "g";
  FastRandom random(1);
  const TranslationContext context{WallTime(), random};
  Totals totals;
  for (auto unused : state) {
    state.PauseTiming();
    Arena arena;
    auto request = ClientRequest::Read(endpoint, body, arena);
    auto made = MakeTranslated(*request, target, context);
    if (made.ok()) {
      if (const auto call = (*made)->EncodeRequest(); !call.ok()) made = call.status();
    }
    state.ResumeTiming();
    CountingSink sink;
    const std::string failure = made.ok() ? Play(**made, stream, sink, totals) : std::string(made.status().message());
    if (failure.empty()) continue;
    state.SkipWithError(failure.c_str());
    break;
  }
  const auto replies = static_cast<double>(std::max<benchmark::IterationCount>(state.iterations(), 1));
  state.counters["events"] = static_cast<double>(totals.events) / replies;
  state.counters["bytes"] = static_cast<double>(totals.bytes) / replies;
  state.counters["allocations"] = static_cast<double>(totals.allocations) / replies / (kDeltas - kWarmUp);
}

void Register() {
  constexpr Dialect kUpstreams[] = {Dialect::kChat, Dialect::kResponses, Dialect::kMessages, Dialect::kGemini};
  constexpr Dialect kClients[] = {Dialect::kChat, Dialect::kCompletions, Dialect::kResponses, Dialect::kMessages,
                                  Dialect::kGemini};
  for (const Kind kind : {Kind::kText, Kind::kTool}) {
    for (const Dialect upstream : kUpstreams) {
      for (const Dialect client : kClients) {
        if (upstream == client || (kind == Kind::kTool && client == Dialect::kCompletions)) continue;
        const std::string name = absl::StrCat(kind == Kind::kText ? "text " : "tool ", ToAbsl(NameOf(upstream)), " to ",
                                              ToAbsl(NameOf(client)));
        benchmark::RegisterBenchmark(name.c_str(), Translate, upstream, client, kind);
      }
    }
  }
}

}  // namespace
}  // namespace ag::wire::bench

int main(int argc, char** argv) {
  ag::wire::bench::Register();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
