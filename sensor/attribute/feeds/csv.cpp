// Inventories as tables: a header row that names the columns, then a row for each device, or for
// each app of a device. Columns that the sensor does not know are ignored; an empty field is
// unknown.
//
//   device,serial,imei,meid,mac,udid,mdm           the device's ids; one at least
//   time                                           RFC 3339; when it was received if left out
//   name,user,platform,managed,supervised,compliant
//   app,app_managed,app_approved,app_installed,version,signer
#include <algorithm>
#include <array>
#include <optional>

#include "sensor/attribute/feeds/csv_row.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/feed_output.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

struct IdColumn {
    std::string_view name;
    DeviceIdKind kind;
};
constexpr std::array kIdColumns{
    IdColumn{"serial", DeviceIdKind::kSerial}, IdColumn{"imei", DeviceIdKind::kImei},
    IdColumn{"meid", DeviceIdKind::kMeid},     IdColumn{"mac", DeviceIdKind::kMac},
    IdColumn{"udid", DeviceIdKind::kUdid},     IdColumn{"mdm", DeviceIdKind::kMdm},
};

/// One row, by the names of the header; the first thing wrong with it is kept.
class Row {
  public:
    Row(const std::vector<std::string>& header, const std::vector<std::string>& fields)
        : header_{header}, fields_{fields} {}

    [[nodiscard]] const std::string& error() const noexcept { return error_; }

    /// Empty if there is no such column.
    [[nodiscard]] std::string_view text(std::string_view column) const {
        const auto found = std::ranges::find(header_, column);
        const auto index = static_cast<std::size_t>(found - header_.begin());
        return index < fields_.size() ? std::string_view{fields_[index]} : std::string_view{};
    }
    [[nodiscard]] Tristate tristate(std::string_view column) {
        const std::string_view word = text(column);
        if (word.empty()) return Tristate::kUnknown;
        for (const std::string_view yes : {"true", "yes", "1", "TRUE", "True", "Yes"})
            if (word == yes) return Tristate::kYes;
        for (const std::string_view no : {"false", "no", "0", "FALSE", "False", "No"})
            if (word == no) return Tristate::kNo;
        expect(column, "true, false or nothing");
        return Tristate::kUnknown;
    }
    [[nodiscard]] Timestamp time(std::string_view column, Timestamp otherwise) {
        const std::string_view word = text(column);
        if (word.empty()) return otherwise;
        const auto parsed = parse_rfc3339(word);
        if (!parsed) expect(column, "a time such as 2026-09-20T07:02:10Z (RFC 3339), or nothing");
        return parsed.value_or(otherwise);
    }

  private:
    void expect(std::string_view column, std::string_view what) {
        if (!error_.empty()) return;
        error_ = "expected '" + std::string{column} + "' as " + std::string{what};
    }

    const std::vector<std::string>& header_;
    const std::vector<std::string>& fields_;
    std::string error_;
};

void read_row(Row row, FeedOutput& output) {
    InventoryIds ids;
    ids.add_own(row.text("device"));
    for (const IdColumn& column : kIdColumns)
        ids.add(column.kind, row.text(column.name));
    const DeviceFact device{.name = std::string{row.text("name")},
                            .user = std::string{row.text("user")},
                            .platform = platform_named(row.text("platform")),
                            .managed = row.tristate("managed"),
                            .supervised = row.tristate("supervised"),
                            .compliant = row.tristate("compliant"),
                            .also_known_as = ids.others()};
    const AppFact app{.app = std::string{row.text("app")},
                      .managed = row.tristate("app_managed"),
                      .approved = row.tristate("app_approved"),
                      .installed = row.tristate("app_installed"),
                      .version = std::string{row.text("version")},
                      .signer = signer_of(row.text("signer"))};
    const Timestamp time = row.time("time", output.received());
    if (!row.error().empty()) return output.reject(row.error());
    if (ids.empty()) return output.reject("expected an id of the device in one of its columns");
    if (device != DeviceFact{}) output.add_unless_known(time, ids.first(), device);
    if (!app.app.empty()) output.add(time, ids.first(), app);
    if (device == DeviceFact{} && app.app.empty()) output.pass_over();
}

/// What is wrong with the names of the columns; empty if nothing is.
std::string objection_to(const std::vector<std::string>& header) {
    const auto has = [&](std::string_view name) {
        return std::ranges::find(header, name) != header.end();
    };
    for (const std::string& name : header) {
        if (!name.empty() && std::ranges::count(header, name) > 1) {
            return "the column '" + name + "' stands in the header twice";
        }
    }
    const bool has_id = has("device") || std::ranges::any_of(kIdColumns, [&](const IdColumn& id) {
                            return has(id.name);
                        });
    return has_id ? std::string{}
                  : "the first row must name the columns, one of them device, serial, imei, meid, "
                    "mac, udid or mdm";
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"csv", received};
    CsvRows rows{document};
    const bool has_header = rows.next();
    const std::vector<std::string> header = rows.fields();
    std::string objection = has_header ? std::string{rows.error()} : "expected a row of names";
    if (objection.empty()) objection = objection_to(header);
    if (!objection.empty()) {
        output.reject_document(std::move(objection));
        return output.take();
    }
    while (rows.next()) {
        output.begin_at(rows.line());
        if (!rows.error().empty()) {
            output.reject(std::string{rows.error()});
        } else if (rows.fields().size() != header.size()) {
            output.reject("expected " + std::to_string(header.size()) + " fields, got " +
                          std::to_string(rows.fields().size()));
        } else {
            read_row({header, rows.fields()}, output);
        }
    }
    return output.take();
}

}  // namespace

extern const DocumentFeed kCsv;
constinit const DocumentFeed kCsv{
    .name = "csv",
    .suffix = ".csv",
    .summary = "tables of devices and their apps; the first row names the columns",
    .read = read,
};

}  // namespace sensor::attribute::feeds
