// A full disk, without one: the kernel lets no file of this process grow beyond so many bytes.
#pragma once

#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace test {

class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) : before_{std::signal(SIGXFSZ, SIG_IGN)} {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &usual_), 0);
        const rlimit tight{.rlim_cur = bytes, .rlim_max = usual_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    /// There is room again.
    ~FullDisk() {
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &usual_), 0);
        std::signal(SIGXFSZ, before_);
    }

  private:
    void (*before_)(int);
    rlimit usual_{};
};

}  // namespace test
