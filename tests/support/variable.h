// A variable of the environment, as it is while a test runs.
#pragma once

#include <cstdlib>
#include <string>

namespace test {

class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_{name} {
        const char* before = std::getenv(name);
        was_there_ = before != nullptr;
        if (was_there_) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() {
        if (was_there_) {
            ::setenv(name_, before_.c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }

  private:
    const char* name_;
    bool was_there_ = false;
    std::string before_;
};

}  // namespace test
