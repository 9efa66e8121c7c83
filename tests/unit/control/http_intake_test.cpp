#include "sensor/control/feeds/http_intake.h"

#include <fstream>

#include <gtest/gtest.h>

#include "sensor/control/feeds/token_file.h"
#include "tests/support/temporary_directory.h"

namespace sensor::control {
namespace {

const std::string kEvent =
    R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"d","kind":"user_interaction"})";

http::Response post(Intake& intake, std::string_view path, std::string_view body) {
    return take_document(intake, {.path = path, .query = {}, .body = body}, Timestamp{});
}

TEST(HttpIntake, TakesADocumentWhole) {
    Intake intake{10};

    const auto answer = post(intake, "/v1/events/ndjson", kEvent + "\n" + kEvent);

    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.body, "{\"accepted\":2,\"passed_over\":0}\n");
    EXPECT_EQ(intake.take().size(), 2U);
    EXPECT_EQ(intake.counts().at("ndjson").accepted, 2U);
}

TEST(HttpIntake, TakesNothingIfAnEventIsNone) {
    Intake intake{10};

    const auto answer = post(intake, "/v1/events/ndjson", kEvent + "\n{}\n" + kEvent + "\n[]");

    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_NE(answer.body.find(R"("rejected":2,"errors":[{"event":2,"reason":"expected 'v' as 1"},)"
                               R"({"event":4,"reason":"expected one JSON object"}])"),
              std::string::npos)
        << answer.body;
    EXPECT_TRUE(intake.take().empty());
    EXPECT_EQ(intake.counts().at("ndjson").rejected, 2U);
}

TEST(HttpIntake, TellsADocumentThatIsNoneFromEventsThatAreNone) {
    Intake intake{10};
    const auto answer = post(intake, "/v1/events/intune", "{");
    EXPECT_EQ(answer.status, 400);
    EXPECT_NE(answer.body.find("\"detail\":\"expected JSON: "), std::string::npos) << answer.body;
    EXPECT_EQ(post(intake, "/v1/events/csv", "x\n").status, 400);
    EXPECT_EQ(post(intake, "/v1/events/csv", "serial,managed\na,b\n").status, 422);
}

TEST(HttpIntake, KnowsItsFeeds) {
    Intake intake{10};
    for (const std::string path : {"/v1/events/radius", "/v1/events/", "/v1/events/NDJSON"})
        EXPECT_EQ(post(intake, path, "").status, 404) << path;
    EXPECT_TRUE(intake.counts().empty());
}

TEST(HttpIntake, AsksToComeBackWhenThereIsNoRoom) {
    Intake intake{1};
    const auto answer = post(intake, "/v1/events/ndjson", kEvent + "\n" + kEvent);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers,
              (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "10"}}));
    EXPECT_EQ(intake.counts().at("ndjson").refused, 2U);
    EXPECT_TRUE(intake.take().empty());
}

TEST(HttpIntake, TakesNoMoreThanAHundredThousandEventsAtOnce) {
    Intake intake{200'000};
    std::string table = "serial,managed,app\n";
    for (int i = 0; i <= 100'000; ++i)
        table += "a,,b\n";
    EXPECT_EQ(post(intake, "/v1/events/csv", table).status, 413);
    table.resize(table.size() - 5);
    EXPECT_EQ(post(intake, "/v1/events/csv", table).status, 202);
    EXPECT_EQ(intake.take().size(), 100'000U);
}

TEST(HttpIntake, ReadsTokens) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("token");
    Intake intake{1};
    const auto refusal = [&](const std::string& content) {
        std::ofstream{path} << content;
        HttpFeedConfig config;
        config.token_file.path = path;
        const auto routes = intake_routes(config, intake);
        return routes ? std::string{} : routes.error().message;
    };
    EXPECT_EQ(refusal("0123456789abcdef\r\n\n# old\nfedcba9876543210"), "");
    EXPECT_EQ(*parse_tokens(" \t0123456789abcdef \r\n  # old\n \nfedcba9876543210", path),
              (std::vector<std::string>{"0123456789abcdef", "fedcba9876543210"}));
    EXPECT_NE(refusal("  0123456789abcd  \n"), "");
    EXPECT_TRUE(refusal("0123456789abcde\n").starts_with(path + ": a token must have 16 char"));
    EXPECT_TRUE(refusal("# nothing\n\n").starts_with(path + ": holds no token"));
    HttpFeedConfig nowhere;
    nowhere.token_file.path = "/nowhere/token";
    EXPECT_EQ(intake_routes(nowhere, intake).error().message,
              "/nowhere/token: cannot be read; check that it exists and is readable");
}

}  // namespace
}  // namespace sensor::control
