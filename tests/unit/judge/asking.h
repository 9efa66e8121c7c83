// Questions to a policy, and what its decisions say of the way there.
#pragma once

#include <algorithm>

#include "sensor/judge/decide.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {

inline Question ask(std::string protocol, Transport transport, std::uint16_t port,
                    std::string app = "com.example.app") {
    Question question;
    question.protocol = std::move(protocol);
    question.transport = transport;
    question.port = PortNumber{port};
    question.app = std::move(app);
    question.time = kBase;
    return question;
}
inline Question ask_tcp(std::string protocol, std::uint16_t port,
                        std::string app = "com.example.app") {
    return ask(std::move(protocol), Transport::kTcp, port, std::move(app));
}

inline bool has_step(const Decision& decision, std::string_view text) {
    return std::ranges::any_of(decision.steps, [text](const Step& step) {
        return step.text.find(text) != std::string::npos;
    });
}

inline std::vector<std::string> texts_of(const std::vector<Step>& steps) {
    std::vector<std::string> texts;
    for (const Step& step : steps)
        texts.push_back(step.text);
    return texts;
}

}  // namespace sensor::judge::test
