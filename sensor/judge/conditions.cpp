#include "sensor/judge/conditions.h"

#include <algorithm>

#include "sensor/judge/decide.h"

namespace sensor::judge {
namespace {

template <class Value, class Other>
bool is_among(const std::vector<Value>& values, const Other& value) {
    return std::ranges::find(values, value) != values.end();
}

template <class Value>
bool covers(const std::vector<Value>& larger, const std::vector<Value>& smaller) {
    if (larger.empty()) return true;
    return !smaller.empty() && std::ranges::all_of(smaller, [&](const Value& value) {
        return is_among(larger, value);
    });
}

std::vector<std::string> texts_of(const std::vector<Hours>& hours) {
    std::vector<std::string> texts;
    for (const Hours& each : hours)
        texts.push_back(each.text);
    return texts;
}

}  // namespace

bool Hours::contain(Timestamp time) const noexcept {
    const auto local = std::chrono::floor<std::chrono::minutes>(time) + offset;
    const auto of_day = local - std::chrono::floor<std::chrono::days>(local);
    return from < until ? from <= of_day && of_day < until : of_day >= from || of_day < until;
}

std::string Conditions::mismatch(const Question& question) const {
    if (!signers.empty() && !is_among(signers, question.signer)) {
        return question.signer.empty()
                   ? "it is for signed apps, and the app's certificate is not known"
                   : "it is for apps of other certificates";
    }
    if (!platforms.empty() && !is_among(platforms, question.platform)) {
        return "it is for other platforms";
    }
    const auto contain = [&](const Hours& each) { return each.contain(question.time); };
    if (!hours.empty() && std::ranges::none_of(hours, contain)) {
        return "it is for other hours of the day";
    }
    if (!app_managed) return {};
    if (question.app_managed == Tristate::kUnknown) {
        return "whether the app is managed is not known";
    }
    const bool is_managed = question.app_managed == Tristate::kYes;
    if (is_managed == *app_managed) return {};
    return *app_managed ? "it is for managed apps" : "it is for apps that are not managed";
}

bool Conditions::cover(const Conditions& other) const {
    return covers(signers, other.signers) && covers(platforms, other.platforms) &&
           covers(texts_of(hours), texts_of(other.hours)) &&
           (!app_managed || app_managed == other.app_managed);
}

}  // namespace sensor::judge
