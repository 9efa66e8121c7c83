// What the published schemas say of the fields that offport writes: the lists in schemas/.
#pragma once

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/json/json.h"

namespace sensor::report {

/// The words of each line of schemas/`name` that is no comment.
inline std::vector<std::vector<std::string>> schema_lines(const std::string& name) {
    std::ifstream file{std::string{OFFPORT_SCHEMAS} + "/" + name};
    EXPECT_TRUE(file.good()) << name;
    std::vector<std::vector<std::string>> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        std::istringstream words{line};
        lines.emplace_back();
        for (std::string word; words >> word;)
            lines.back().push_back(word);
    }
    return lines;
}

inline bool has_type(const json::Value& value, const std::string& type) {
    if (type == "text") return value.text().has_value();
    if (type == "boolean") return value.boolean().has_value();
    if (type == "number") return value.number().has_value();
    if (type == "integer") return value.integer().has_value();
    return true;
}

}  // namespace sensor::report
