#include "sensor/identify/hpack.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace {

using namespace test;
using sensor::identify::hpack::Field;
using sensor::identify::hpack::FieldReader;

/// "name=value" for each field of `block`, which a copy of its own size holds.
std::vector<std::string> fields_of(const std::vector<std::uint8_t>& block) {
    FieldReader reader{block};
    std::vector<std::string> fields;
    for (Field field; reader.next(field);) {
        fields.push_back(std::string{field.name} + "=" + std::string{field.value});
    }
    return fields;
}
template <std::size_t N>
std::vector<std::string> fields_of(const std::array<std::uint8_t, N>& block) {
    return fields_of(std::vector<std::uint8_t>(block.begin(), block.end()));
}
template <std::size_t N>
std::string decoded(const std::array<std::uint8_t, N>& coded, std::size_t room = 64) {
    std::string storage(room, '\0');
    std::string_view text;
    const bool is_legal = sensor::identify::hpack::decode_huffman(coded, storage, text);
    return is_legal ? std::string{text} : "illegal";
}

using Fields = std::vector<std::string>;

TEST(Hpack, ReadsTheRepresentationsOfAppendixC2) {
    EXPECT_EQ(fields_of("400a637573746f6d2d6b65790d637573746f6d2d686561646572"_hex),
              (Fields{"custom-key=custom-header"}));
    EXPECT_EQ(fields_of("040c2f73616d706c652f70617468"_hex), (Fields{":path=/sample/path"}));
    EXPECT_EQ(fields_of("100870617373776f726406736563726574"_hex), (Fields{"password=secret"}));
    EXPECT_EQ(fields_of("82"_hex), (Fields{":method=GET"}));
}

TEST(Hpack, ReadsTheFirstRequestsOfAppendixC3AndC4) {
    const Fields expected{":method=GET", "=", ":path=/", ":authority=www.example.com"};

    EXPECT_EQ(fields_of("828684410f7777772e6578616d706c652e636f6d"_hex), expected);
    EXPECT_EQ(fields_of("828684418cf1e3c2e5f23a6ba0ab90f4ff"_hex), expected);
}

TEST(Hpack, ReadsTheFirstResponseOfAppendixC6) {
    EXPECT_EQ(fields_of("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                        "6e919d29ad171863c78f0b97c8e9ae82ae43d3"_hex),
              (Fields{":status=302", "=private", "=Mon, 21 Oct 2013 20:13:21 GMT",
                      "=https://www.example.com"}));
}

TEST(Hpack, DecodesTheCodesOfAppendixC) {
    EXPECT_EQ(decoded("a8eb10649cbf"_hex), "no-cache");
    EXPECT_EQ(decoded("25a849e95ba97d7f"_hex), "custom-key");
    EXPECT_EQ(decoded("25a849e95bb8e8b4bf"_hex), "custom-value");
    EXPECT_EQ(decoded("25a849e95ba97d7f"_hex, 6), "custom");
}

TEST(Hpack, RefusesWhatIsNoCode) {
    EXPECT_EQ(decoded("ff"_hex), "illegal") << "eight bits of padding";
    EXPECT_EQ(decoded("a8eb10649cbe"_hex), "illegal") << "padding with a zero";
    EXPECT_EQ(decoded("fffffffc"_hex), "illegal") << "longer than 15 bits";
}

TEST(Hpack, SkipsWhatIsNotKnown) {
    EXPECT_EQ(fields_of("3fe11f 82"_hex), (Fields{":method=GET"})) << "a new table size";
    EXPECT_EQ(fields_of("be 82"_hex), (Fields{"=", ":method=GET"})) << "the dynamic table";
    EXPECT_EQ(fields_of("7e 0161 82"_hex), (Fields{"=a", ":method=GET"})) << "named there";
    EXPECT_EQ(fields_of("04 84ffffffff 82"_hex), (Fields{":path=", ":method=GET"}));
}

TEST(Hpack, StopsAtWhatIsIllegalOrCut) {
    EXPECT_EQ(fields_of("80 82"_hex), Fields{});
    EXPECT_EQ(fields_of("ffffffffffff 82"_hex), Fields{});
    const std::array whole = "828684418cf1e3c2e5f23a6ba0ab90f4ff"_hex;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto end = whole.begin() + static_cast<std::ptrdiff_t>(length);
        EXPECT_EQ(fields_of(std::vector<std::uint8_t>(whole.begin(), end)).size(),
                  std::min<std::size_t>(length, 3));
    }
}

}  // namespace
