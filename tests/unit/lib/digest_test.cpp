#include "lib/digest/digest.h"

#include <gtest/gtest.h>

namespace digest {
namespace {

using bytes::view_of;

constexpr std::string_view kTwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

TEST(Sha1, AgreesWithFips180) {  // FIPS 180-2 appendix A
    EXPECT_EQ(hexadecimal(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(hexadecimal(sha1(view_of("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hexadecimal(sha1(view_of(kTwoBlocks))), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    EXPECT_EQ(hexadecimal(sha1(view_of(std::string(1'000'000, 'a')))),
              "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha256, AgreesWithFips180) {  // FIPS 180-2 appendix B
    EXPECT_EQ(hexadecimal(sha256({})),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hexadecimal(sha256(view_of("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hexadecimal(sha256(view_of(kTwoBlocks))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hexadecimal(sha256(view_of(std::string(1'000'000, 'a')))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Md5, AgreesWithRfc1321) {  // appendix A.5
    EXPECT_EQ(hexadecimal(md5({})), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hexadecimal(md5({view_of("abc")})), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hexadecimal(md5({view_of("message "), {}, view_of("digest")})),
              "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(HmacMd5, AgreesWithRfc2202) {  // section 2
    EXPECT_EQ(hexadecimal(hmac_md5(view_of("Jefe"),
                                   {view_of("what do ya want "), view_of("for nothing?")})),
              "750c783e6ab0b503eaa86e310a5db738");
    const std::string long_key(80, '\xaa');
    EXPECT_EQ(hexadecimal(hmac_md5(view_of(long_key), {view_of("Test Using Larger Than Block-Size "
                                                               "Key - Hash Key First")})),
              "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
}

TEST(IsSame, ComparesLengthAndBytes) {
    EXPECT_TRUE(is_same(view_of("abc"), view_of("abc")));
    EXPECT_TRUE(is_same({}, {}));
    EXPECT_FALSE(is_same(view_of("abc"), view_of("abd")));
    EXPECT_FALSE(is_same(view_of("abc"), view_of("ab")));
}

TEST(Base64, AgreesWithRfc4648) {  // section 10
    EXPECT_EQ(base64({}), "");
    EXPECT_EQ(base64(view_of("f")), "Zg==");
    EXPECT_EQ(base64(view_of("fo")), "Zm8=");
    EXPECT_EQ(base64(view_of("foo")), "Zm9v");
    EXPECT_EQ(base64(view_of("foob")), "Zm9vYg==");
    EXPECT_EQ(base64(view_of("fooba")), "Zm9vYmE=");
    EXPECT_EQ(base64(view_of("foobar")), "Zm9vYmFy");
}

TEST(Hexadecimal, IsLowerCaseWithLeadingZeros) {
    constexpr std::array<std::uint8_t, 4> kBytes{0x00, 0x0f, 0xf0, 0xff};

    EXPECT_EQ(hexadecimal(kBytes), "000ff0ff");
    EXPECT_EQ(hexadecimal({}), "");
}

TEST(Base64, IsReadBack) {
    for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd"})
        EXPECT_EQ(from_base64(base64(bytes::view_of(text))), text);
    EXPECT_EQ(from_base64("_-8"), "\xff\xef");
    EXPECT_EQ(from_base64("/+8="), "\xff\xef");
    EXPECT_EQ(from_base64("Zm9v"), "foo");
}

TEST(Base64, RefusesWhatIsNone) {
    for (const std::string_view text :
         {"Z", "Zm9vY", "Zm=9", "=", "==", "====", "Zm9v=", "Zm9v===", "Zm 9", "Zm9\n", "Zm9*"})
        EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace digest
