// Cost of recognising one first payload: a Hyperscan scan and the validators it nominates. Items
// are payloads.
#include <benchmark/benchmark.h>

#include "sensor/identify/identifier.h"
#include "tests/support/traffic/messages/dns.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/quic.h"
#include "tests/support/traffic/messages/tls.h"
#include "tests/support/traffic/random.h"

namespace {

using namespace sensor;

const identify::Signatures& signatures() {
    static const auto compiled = identify::Signatures::compile({});
    return *compiled;
}

void recognise(benchmark::State& state, const traffic::Bytes& payload, Transport transport) {
    identify::Identifier identifier{signatures()};
    for (auto _ : state) {
        const auto found =
            identifier.recognise({.said = payload, .transport = transport}, ProtocolId::kUnknown);
        benchmark::DoNotOptimize(found.protocol);
    }
    state.SetItemsProcessed(state.iterations());
}

traffic::Bytes bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

BENCHMARK_CAPTURE(recognise, tls, traffic::tls::client_hello({.server_name = "www.example.org"}),
                  Transport::kTcp);
BENCHMARK_CAPTURE(recognise, http, bytes_of(traffic::http::request("GET", "example.org", "/")),
                  Transport::kTcp);
BENCHMARK_CAPTURE(recognise, dns, traffic::dns::query({.id = 7, .name = "www.example.org"}),
                  Transport::kUdp);
BENCHMARK_CAPTURE(recognise, quic,
                  traffic::quic::client_initial(traffic::quic::connection(1),
                                                {.server_name = "www.example.org"}),
                  Transport::kUdp);
BENCHMARK_CAPTURE(recognise, noise, traffic::random_bytes(1, 256), Transport::kTcp);

void compile(benchmark::State& state) {
    for (auto _ : state) {
        auto compiled = identify::Signatures::compile({});
        benchmark::DoNotOptimize(compiled);
    }
}
BENCHMARK(compile)->Name("signatures.compile")->Unit(benchmark::kMillisecond);

}  // namespace
