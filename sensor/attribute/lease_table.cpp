#include "sensor/attribute/lease_table.h"

#include <memory>

namespace sensor::attribute {

result::Result<LeaseTable> LeaseTable::create(const std::string& name, std::size_t addresses,
                                              dpdk::Quiescence& quiescence) {
    auto table = Table::create(name, addresses, quiescence);
    if (!table) return table.error();
    return LeaseTable{*std::move(table)};
}

bool LeaseTable::publish(const Address& address, std::span<const Lease> leases) {
    if (leases.empty()) {
        table_.erase(address.bytes);
        return true;
    }
    return table_.put(address.bytes, std::make_unique<const History>(leases.begin(), leases.end()));
}

}  // namespace sensor::attribute
