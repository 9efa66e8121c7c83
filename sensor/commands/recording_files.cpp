#include "sensor/commands/recording_files.h"

#include <iostream>

#include "sensor/report/wording.h"

namespace sensor::commands {

bool tell_of_files(const control::EveFiles& files, std::uint64_t flows) {
    for (const std::string& note : files.notes())
        std::cerr << "offport: " << note << '\n';
    const std::uint64_t more = files.rejected() - files.notes().size();
    if (more != 0) {
        std::cerr << "offport: " << report::counted(more, "more line")
                  << (more == 1 ? " was" : " were") << " rejected\n";
    }
    if (flows == 0) {
        std::cerr << "offport: no flow records there; `offport replay TRACE --flows --eve FILE` "
                     "writes them\n";
    }
    return files.rejected() == 0 && flows != 0;
}

}  // namespace sensor::commands
