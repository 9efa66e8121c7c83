#include "tests/support/traffic/messages/mail.h"

namespace traffic {

std::string smtp::greeting(std::string_view host) {
    return std::string{"220 "}.append(host).append(" ESMTP ready\r\n");
}

std::string smtp::ehlo(std::string_view client) {
    return std::string{"EHLO "}.append(client).append("\r\n");
}

std::string smtp::ehlo_response(std::string_view host) {
    return std::string{"250-"}.append(host).append(
        "\r\n250-PIPELINING\r\n250-SIZE 36700160\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n"
        "250 8BITMIME\r\n");
}

std::string imap::greeting(std::string_view host) {
    return std::string{"* OK [CAPABILITY IMAP4rev2 IMAP4rev1 STARTTLS LOGINDISABLED] "}
        .append(host)
        .append(" ready\r\n");
}

}  // namespace traffic
