#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "sensor/report/carrier.h"
#include "sensor/report/record_file.h"

namespace sensor::report {
namespace {

class FileCarrier final : public Carrier {
  public:
    explicit FileCarrier(std::string path) : path_{std::move(path)} {}

    Outcome deliver(std::string_view lines, std::chrono::milliseconds) override {
        if (!file_) {
            auto file = RecordFile::open(path_, Existing::kAppend);
            if (!file) return {.error = file.error().message};
            file_.emplace(std::move(*file));
        }
        const auto [bytes, error] = file_->append(lines);
        Outcome outcome{
            .done = static_cast<std::size_t>(std::ranges::count(lines.substr(0, bytes), '\n'))};
        if (error != 0) {
            outcome.error = std::generic_category().message(error);
            file_.reset();
        }
        return outcome;
    }

    void reopen() override { file_.reset(); }

  private:
    std::string path_;
    std::optional<RecordFile> file_;
};

}  // namespace

std::unique_ptr<Carrier> file_carrier(std::string path) {
    return std::make_unique<FileCarrier>(std::move(path));
}

}  // namespace sensor::report
