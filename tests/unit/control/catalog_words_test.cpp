// What the rest of the sensor has to say of every protocol in the catalog.
#include <set>

#include <gtest/gtest.h>

#include "sensor/control/configuration.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

TEST(CatalogWords, EveryProtocolHasASpelling) {
    const std::set<std::string> spelled_as_they_are{"memcached", "rsync"};
    for (const std::string& name : identify::catalog_names()) {
        EXPECT_EQ(report::protocol_text(name) == name, spelled_as_they_are.contains(name)) << name;
    }
}

}  // namespace
}  // namespace sensor::control
