// How fast the identity directory takes events, what each costs it in memory, and what an answer
// costs: with as many devices as a large fleet has.
//
// Usage: directory-fill [DEVICES [LEASES_OF_EACH]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include <unistd.h>

#include "lib/dpdk/eal.h"
#include "sensor/attribute/directory.h"
#include "sensor/attribute/feeds/ndjson_writer.h"

namespace {

using namespace sensor;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kStart = 1'790'000'000'000'000'000;  // ns since the epoch
constexpr std::size_t kAppsOfEach = 20;
constexpr std::size_t kAnswers = 1'000'000;

std::size_t resident_bytes() {
    std::size_t all = 0;
    std::size_t resident = 0;
    std::ifstream{"/proc/self/statm"} >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string serial(std::size_t device) {
    return "serial:R5CT" + std::to_string(device);
}
Address address(std::size_t device) {
    return ipv4_address(0x0a00'0000U + static_cast<std::uint32_t>(device));
}
IdentityEvent event(std::size_t device, std::int64_t after_ns, decltype(IdentityEvent::fact) fact) {
    return {timestamp_of(kStart + after_ns), serial(device), "mdm", std::move(fact)};
}

/// Calls apply(i) for each of `count`, and prints what one cost.
template <class Apply>
void measure(const char* what, std::size_t count, Apply&& apply) {
    const std::size_t before = resident_bytes();
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < count; ++i)
        apply(i);
    const std::chrono::duration<double> took = Clock::now() - begun;
    const auto each = static_cast<double>(count);
    std::printf("%-34s %10zu  %6.2f million/s  %5.0f ns  %6.1f bytes each\n", what, count,
                each / took.count() / 1e6, took.count() / each * 1e9,
                static_cast<double>(resident_bytes() - before) / each);
}

DeviceFact inventory(std::size_t device) {
    DeviceFact fact{.name = "phone-" + std::to_string(device),
                    .user = "user" + std::to_string(device) + "@example.org",
                    .platform = Platform::kAndroid,
                    .managed = Tristate::kYes};
    char mac[32];
    std::snprintf(mac, sizeof mac, "mac:%012zx", device);
    fact.also_known_as = {"imei:35" + std::to_string(1'000'000'000'000 + device), mac};
    return fact;
}

void fill(attribute::Directory& directory, std::size_t devices, std::size_t leases) {
    measure("devices, with three ids", devices,
            [&](std::size_t i) { directory.apply(event(i, 0, inventory(i))); });
    measure("apps in inventories", devices * kAppsOfEach, [&](std::size_t i) {
        const std::string app = "com.example.app" + std::to_string(i % kAppsOfEach);
        directory.apply(event(i / kAppsOfEach, 1,
                              AppFact{.app = app, .managed = Tristate::kYes, .version = "4.1"}));
    });
    measure("leases, granted and given back", devices * leases * 2, [&](std::size_t i) {
        const std::size_t device = i / 2 % devices;
        directory.apply(event(device, static_cast<std::int64_t>(i),
                              LeaseFact{address(device), i % 2 == 0, "office"}));
    });
    measure("leases that go on", devices, [&](std::size_t i) {
        directory.apply(event(i, std::int64_t{1} << 50U, LeaseFact{address(i), true, "office"}));
    });
    measure("lock states and connections", devices * 2, [&](std::size_t i) {
        const auto later = (std::int64_t{1} << 50U) + static_cast<std::int64_t>(i);
        if (i % 2 == 0) return directory.apply(event(i / 2, later, LockFact{i % 4 == 0}));
        directory.apply(
            event(i / 2, later,
                  ConnectFact{"com.example.app1", {address(i), PortNumber{443}}, Transport::kTcp}));
    });
}

void ask(const attribute::Directory& directory, const attribute::LeaseTable& leases,
         std::size_t devices) {
    std::mt19937_64 random{7};
    constexpr std::int64_t kNow = kStart + (std::int64_t{1} << 51U);
    std::size_t found = 0;
    measure("cold: whose session, in what light", kAnswers, [&](std::size_t) {
        Observation session;
        session.client = {address(random() % devices), PortNumber{40000}};
        session.server = {ipv4_address(0xc633'6414U), PortNumber{443}};
        session.transport = Transport::kTcp;
        session.start = session.last = timestamp_of(kNow);
        directory.describe(session, AppGroupId::kNone, TagRuleId::kNone);
        found += session.attribution.device.empty() ? 0 : 1;
    });
    measure("worker: whose address", kAnswers,
            [&](std::size_t) { found += leases.find(address(random() % devices), kNow) ? 1 : 0; });
    if (found != 2 * kAnswers) std::printf("found %zu of %zu\n", found, 2 * kAnswers);
}

}  // namespace

int main(int count, char** words) {
    const std::size_t devices = count > 1 ? std::strtoul(words[1], nullptr, 10) : 1'000'000;
    const std::size_t leases = count > 2 ? std::strtoul(words[2], nullptr, 10) : 10;
    auto eal =
        dpdk::Eal::start({.workers = 1, .memory_mb = 2048, .allow_hugepages = false, .pinned = {}});
    if (!eal) return std::fprintf(stderr, "%s\n", eal.error().message.c_str()), 1;
    dpdk::Quiescence quiescence{1};
    auto table = attribute::LeaseTable::create("leases", devices, quiescence);
    if (!table) return std::fprintf(stderr, "%s\n", table.error().message.c_str()), 1;
    attribute::IdentityConfig config;
    config.groups = {{"office", {"com.example.app1", "com.example.app2"}}};
    attribute::DirectoryLimits limits;
    limits.devices = devices;
    limits.events = devices * 64;
    limits.leases = {.addresses = devices, .events_per_address = 256};
    attribute::Directory directory{config, limits, &*table};
    fill(directory, devices, leases);
    ask(directory, *table, devices);
    return 0;
}
