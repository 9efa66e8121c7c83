// The DPDK environment for tests that need one: started on first use, once per process.
#pragma once

#include <gtest/gtest.h>

#include "lib/dpdk/eal.h"

namespace test {

/// Null, with a failure recorded, if DPDK does not start.
inline dpdk::Eal* eal() {
    static auto started =
        dpdk::Eal::start({.workers = 1, .memory_mb = 64, .allow_hugepages = false, .pinned = {}});
    if (started) return &*started;
    ADD_FAILURE() << started.error().message;
    return nullptr;
}

/// Base of the fixtures that need it.
class EalTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(eal(), nullptr); }
};

}  // namespace test
