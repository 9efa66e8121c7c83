// When may a writer free what it has replaced? Once every reader has passed a moment at which it
// held nothing: rte_rcu_qsbr, wrapped.
//
// Readers report that moment once a turn of their loop and otherwise read without locks. The writer
// takes a token after it has replaced a value and frees the old one when the token has passed.
#pragma once

#include <cstdint>
#include <memory>

struct rte_rcu_qsbr;

namespace dpdk {

class Quiescence {
  public:
    /// The moment of a replacement. Later moments are greater.
    enum class Token : std::uint64_t {};

    /// One reading thread's registration; the destructor ends it. Must not outlive the Quiescence.
    class Reader {
      public:
        Reader(Reader&& other) noexcept;
        Reader& operator=(Reader&&) = delete;
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        ~Reader();

        /// The reading thread only, once a turn: it holds nothing it has read before.
        void report() noexcept;

      private:
        friend class Quiescence;
        Reader(rte_rcu_qsbr* state, unsigned index) noexcept : state_{state}, index_{index} {}
        rte_rcu_qsbr* state_;  // null once moved from
        unsigned index_;
    };

    /// Room for `readers` threads, at least one. Needs no Eal. Throws std::bad_alloc.
    explicit Quiescence(unsigned readers);

    [[nodiscard]] unsigned readers() const noexcept { return readers_; }
    /// Registers reader `index`, from 0 and below readers(); each is taken by one thread at a time.
    /// From now on the writer waits for it, so it must report, or be destroyed. Any thread.
    [[nodiscard]] Reader enter(unsigned index) noexcept;

    /// The writer: whatever was replaced before this call is out of use once the token has passed.
    [[nodiscard]] Token mark() noexcept;
    /// The writer: true once every reader has reported since mark(). Never waits.
    [[nodiscard]] bool passed(Token token) noexcept;

  private:
    struct Free {
        void operator()(rte_rcu_qsbr* state) const noexcept;
    };
    std::unique_ptr<rte_rcu_qsbr, Free> state_;
    unsigned readers_;
};

}  // namespace dpdk
