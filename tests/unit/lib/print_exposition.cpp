// Prints the exposition of the sample families, for promtool to read.
#include <iostream>

#include "lib/metrics/exposition.h"
#include "tests/unit/lib/sample_families.h"

int main() {
    std::cout << metrics::exposition(metrics::sample_families());
}
