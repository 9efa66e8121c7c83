// offport top: whom it asks, and what for.
#pragma once

#include <string>

#include "lib/http/client.h"
#include "sensor/commands/command.h"
#include "sensor/commands/top_change.h"

namespace sensor::commands {

class TopSource {
  public:
    /// As -c, --url, --token-file and --ca say; with none of them, where a daemon answers by
    /// default. The error is one line.
    [[nodiscard]] static result::Result<TopSource> of(const CommandLine& line);

    /// "127.0.0.1:9469"
    [[nodiscard]] std::string where() const { return url_.authority(); }
    /// Asks the daemon once. The error is one line that says what to do.
    [[nodiscard]] result::Result<Scrape> scrape() const;

  private:
    TopSource(http::Url url, http::GetOptions options)
        : url_{std::move(url)}, options_{std::move(options)} {}

    http::Url url_;
    http::GetOptions options_;
};

}  // namespace sensor::commands
