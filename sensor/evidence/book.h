// What is kept of which session, and in which finding's file it is. Cold path, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sensor/evidence/channel.h"
#include "sensor/evidence/files.h"
#include "sensor/evidence/session_packets.h"
#include "sensor/model/finding.h"

namespace sensor::evidence {

class Book {
  public:
    /// `channels` must outlive it. One line if the directory is no good.
    [[nodiscard]] static result::Result<std::unique_ptr<Book>> open(
        const Options& options, FilesOptions files, const std::vector<Channel*>& channels);

    /// Empties the channels.
    void gather() { sessions_.gather(); }
    /// Takes up what was sent for records up to this one. Later packets of sessions that are in a
    /// file go there.
    void advance(const RecordOrder& order);
    /// A finding is told: its newest session's packets go into its file, if they are there.
    [[nodiscard]] KeptEvidence note(const Finding& finding);
    /// The clock starts anew: of sessions so far nothing more will be asked.
    void begin_epoch();
    /// Writes what waits. What went wrong since the beginning, in one line.
    [[nodiscard]] result::Status close() { return files_->close(); }

    [[nodiscard]] std::string take_notice() { return files_->take_notice(); }
    [[nodiscard]] const SessionPackets::Counts& sessions() const noexcept {
        return sessions_.counts();
    }
    [[nodiscard]] Files::Counts files() const { return files_->counts(); }

  private:
    Book(const Options& options, std::unique_ptr<Files> files,
         const std::vector<Channel*>& channels);
    /// Of a session whose packets go into a file.
    struct Attached {
        std::string finding;
        std::string comment;
    };
    [[nodiscard]] EvidenceState put(const Finding& finding);
    void forget(const std::string& finding);

    Options options_;
    std::unique_ptr<Files> files_;
    SessionPackets sessions_;
    /// Of one session in one file.
    struct InFile {
        std::uint32_t packets = 0;
        std::uint32_t last = 0;  // index of the newest
    };
    using FileContent = std::map<std::uint64_t, InFile>;  // by flow id
    std::map<std::string, FileContent> in_file_;          // by finding, until it ends
    std::unordered_map<std::uint64_t, std::vector<Attached>> attached_;  // while more may come
};

}  // namespace sensor::evidence
