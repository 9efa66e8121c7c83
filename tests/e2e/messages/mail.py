"""SMTP (RFC 5321), IMAP (RFC 9051) and POP3 (RFC 1939), in the clear and with STARTTLS."""
from messages import tls


def lines(*turns):
    """Each turn is "c: text" or "s: text"; a turn of several lines has \\n between them."""
    return [(turn[0], turn[3:].replace("\n", "\r\n").encode() + b"\r\n") for turn in turns]


def smtp(sender, recipient, text, host="mail.example.net"):
    """A message is handed over in the clear."""
    return lines(f"s: 220 {host} ESMTP", "c: EHLO phone", f"s: 250-{host}\n250 8BITMIME",
                 f"c: MAIL FROM:<{sender}>", "s: 250 2.1.0 Ok", f"c: RCPT TO:<{recipient}>",
                 "s: 250 2.1.5 Ok", "c: DATA", "s: 354 go on", f"c: {text}\n.",
                 "s: 250 2.0.0 queued", "c: QUIT", "s: 221 2.0.0 bye")


def smtp_starttls(host):
    return lines(f"s: 220 {host} ESMTP", "c: EHLO phone", f"s: 250-{host}\n250 STARTTLS",
                 "c: STARTTLS", "s: 220 2.0.0 ready") + tls.session(host, 3000, 60)


def imap_starttls(host):
    return lines(f"s: * OK [CAPABILITY IMAP4rev1 STARTTLS] {host} ready", "c: a1 STARTTLS",
                 "s: a1 OK begin TLS") + tls.session(host, 60, 1200)


def pop3_stls(host):
    return (lines(f"s: +OK {host} ready", "c: STLS", "s: +OK begin TLS") +
            tls.session(host, 60, 1200))
