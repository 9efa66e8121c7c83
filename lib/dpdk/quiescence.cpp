#include "lib/dpdk/quiescence.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>
#include <utility>

#include <rte_rcu_qsbr.h>

namespace dpdk {

Quiescence::Quiescence(unsigned readers) : readers_{std::max(readers, 1U)} {
    const std::size_t needed = rte_rcu_qsbr_get_memsize(readers_);
    const std::size_t bytes = (needed + RTE_CACHE_LINE_SIZE - 1) & ~(RTE_CACHE_LINE_SIZE - 1UL);
    state_.reset(static_cast<rte_rcu_qsbr*>(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes)));
    if (state_ == nullptr) throw std::bad_alloc{};
    rte_rcu_qsbr_init(state_.get(), readers_);
}

Quiescence::Reader Quiescence::enter(unsigned index) noexcept {
    assert(index < readers_);
    rte_rcu_qsbr_thread_register(state_.get(), index);
    rte_rcu_qsbr_thread_online(state_.get(), index);
    return Reader{state_.get(), index};
}

Quiescence::Token Quiescence::mark() noexcept {
    return Token{rte_rcu_qsbr_start(state_.get())};
}

bool Quiescence::passed(Token token) noexcept {
    return rte_rcu_qsbr_check(state_.get(), static_cast<std::uint64_t>(token), false) == 1;
}

void Quiescence::Free::operator()(rte_rcu_qsbr* state) const noexcept {
    std::free(state);
}

Quiescence::Reader::Reader(Reader&& other) noexcept
    : state_{std::exchange(other.state_, nullptr)}, index_{other.index_} {}

Quiescence::Reader::~Reader() {
    if (state_ == nullptr) return;
    rte_rcu_qsbr_thread_offline(state_, index_);
    rte_rcu_qsbr_thread_unregister(state_, index_);
}

void Quiescence::Reader::report() noexcept {
    rte_rcu_qsbr_quiescent(state_, index_);
}

}  // namespace dpdk
