#include "lib/memory/region.h"

#include <new>

#include <sys/mman.h>

namespace memory {

void* map_zeroed(std::size_t bytes) {
    void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) throw std::bad_alloc{};
    ::madvise(start, bytes, MADV_HUGEPAGE);  // a kernel without them works the same, slower
    return start;
}

void unmap(void* start, std::size_t bytes) noexcept {
    ::munmap(start, bytes);
}

}  // namespace memory
