// Service classes and exceptions: the sections that look at destinations.
#include <algorithm>
#include <cctype>

#include "sensor/judge/exception_match.h"
#include "sensor/judge/glob.h"
#include "sensor/judge/policy_sections.h"

namespace sensor::judge {
namespace {

std::vector<std::string> as_names(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string> names;
    for (const yaml::Node& element : node.elements()) {
        const auto text = as_glob(element, problems);
        if (!text) continue;
        std::string name = plain_host_name(*text);
        if (name.find_first_of("/:") == std::string::npos && name.size() + 1 >= text->size()) {
            names.push_back(std::move(name));
            continue;
        }
        problems.error(element.place(),
                       "expected the name of a host, without scheme, port or "
                       "path, got '" +
                           *text + "'");
    }
    return names;
}

/// Digits, dots and whatever only addresses have: meant as a prefix, right or wrong.
bool looks_like_address(std::string_view text) {
    return text.find_first_of("/:") != std::string_view::npos ||
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

void read_destinations(const yaml::Node& node, ExceptionMatch& match, yaml::Problems& problems) {
    for (const yaml::Node& element : node.elements()) {
        if (element.is_scalar() && looks_like_address(element.scalar())) {
            for (const Prefix& prefix : as_prefixes(element, problems))
                match.prefixes.push_back(prefix);
        } else if (auto name = as_glob(element, problems)) {
            match.names.push_back(lower_case(*name));
        }
    }
}

std::vector<std::string> read_names(const yaml::Node& node, const std::string& what,
                                    std::vector<Reference>& named, yaml::Problems& problems) {
    std::vector<std::string> names;
    for (const yaml::Node& element : node.elements()) {
        const auto name = yaml::as_text(element, problems);
        if (!name) continue;
        names.push_back(*name);
        named.push_back({what, *name, element.place()});
    }
    return names;
}

/// A bare star is no condition.
bool is_of_all(const yaml::Node& node) {
    return std::ranges::any_of(node.elements(), [](const yaml::Node& element) {
        return element.is_scalar() && element.scalar() == "*";
    });
}

ExceptionMatch read_match(const yaml::Node& node, const std::string& what, Reading& reading) {
    yaml::Map map{node, "the match of " + what, reading.problems};
    ExceptionMatch match;
    match.apps = as_globs(map.optional("apps"), reading.problems);
    match.app_groups = as_app_groups(map.optional("app_groups"), reading);
    match.roles = read_names(map.optional("roles"), "role", reading.roles_named, reading.problems);
    match.service_classes = read_names(map.optional("service_classes"), "service class",
                                       reading.service_classes_named, reading.problems);
    match.conditions = read_conditions(map, reading);
    match.devices = as_globs(map.optional("devices"), reading.problems);
    match.protocols = as_protocols(map.optional("protocols"), reading);
    if (const yaml::Node ports = map.optional("ports"); ports.defined()) {
        match.ports = as_port_set(ports, what, reading.problems);
    }
    read_destinations(map.optional("destinations"), match, reading.problems);
    map.finish();
    bool has_condition = false;
    for (const auto& [key, value] : map.entries())
        has_condition = has_condition || !(value.elements().empty() || is_of_all(value));
    if (!has_condition && (node.is_map() || node.is_null())) {
        reading.problems.error(node.place(),
                               what + " would match everything; give match a condition");
    }
    return match;
}

/// A name in metrics, records and rules: no blanks, quotes or line ends.
std::string read_id(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = yaml::as_text(node, problems);
    if (!text) return {};
    const bool is_name = !text->empty() && std::ranges::all_of(*text, [](unsigned char c) {
        return c >= 0x80 || std::isalnum(c) != 0 ||
               std::string_view{"-_.:/#"}.find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (!is_name) {
        problems.error(node.place(),
                       "expected an id of letters, digits and - _ . : / #, such as EX-1");
    }
    return *text;
}

void read_dates(yaml::Map& map, Exception& exception, const Reading& reading) {
    const yaml::Node created_node = map.optional("created");
    const yaml::Node expires_node = map.required("expires");
    const auto created = as_date(created_node, reading.problems);
    const auto expires = as_date(expires_node, reading.problems);
    exception.created = created_node.scalar();
    exception.expires = expires_node.scalar();
    if (!expires) return;
    exception.void_from = *expires + std::chrono::days{1};
    if (created && *created > *expires) {
        reading.problems.error(expires_node.place(), "exception '" + exception.id +
                                                         "' expires before it was created on " +
                                                         exception.created);
    } else if (created && *created > reading.today) {
        reading.problems.warning(created_node.place(), "exception '" + exception.id +
                                                           "' was created on a day to come; it "
                                                           "applies all the same");
    } else if (reading.today >= exception.void_from) {
        reading.problems.warning(expires_node.place(),
                                 "exception '" + exception.id + "' expired at the end of " +
                                     exception.expires +
                                     " and no longer applies; renew or remove it");
    }
}

}  // namespace

void read_service_classes(const yaml::Node& node, Reading& reading) {
    yaml::Map map{node, "AllowedServiceClasses", reading.problems};
    for (const auto& [key, value] : map.entries()) {
        const std::string what = "service class '" + key.scalar() + "'";
        yaml::Map fields{value, what, reading.problems};
        ServiceClass service;
        service.name = key.scalar();
        const yaml::Node names = fields.optional("names");
        const yaml::Node prefixes = fields.optional("prefixes");
        service.names = as_names(names, reading.problems);
        service.prefixes = as_prefixes(prefixes, reading.problems);
        service.apps = as_globs(fields.optional("apps"), reading.problems);
        service.allow = as_allowances(fields.required("allow"), reading);
        fields.finish();
        if (names.elements().empty() && prefixes.elements().empty()) {
            reading.problems.error(key.place(),
                                   what + " has no destination; give it names or prefixes");
        }
        if (reading.claim("AllowedServiceClasses." + key.scalar(), key)) {
            reading.policy.service_classes.push_back(std::move(service));
        }
    }
    map.finish();
}

void read_exceptions(const yaml::Node& node, Reading& reading) {
    for (const yaml::Node& element : node.elements()) {
        yaml::Map map{element, "an exception", reading.problems};
        const yaml::Node id = map.required("id");
        Exception exception;
        exception.id = read_id(id, reading.problems);
        exception.owner = as_sentence(map.required("owner"), "owner", reading.problems);
        exception.reason = as_sentence(map.required("reason"), "reason", reading.problems);
        read_dates(map, exception, reading);
        const yaml::Node match = map.required("match");
        if (match.defined()) {
            exception.match = read_match(match, "exception '" + exception.id + "'", reading);
        }
        map.finish();
        if (!id.defined() || !reading.claim("EnterpriseExceptionList." + exception.id, id))
            continue;
        reading.policy.exceptions.push_back(std::move(exception));
    }
}

}  // namespace sensor::judge
