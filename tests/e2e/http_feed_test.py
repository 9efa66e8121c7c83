"""Events posted to the daemon: who may, what is refused and why, and what they make of a session."""
import gzip
import json
import os
import plistlib
import subprocess
import unittest

import tap
from live import PATIENCE, SERVER, LiveCase
from posting import FEEDS, PostingCase, lease, now, usage_log
from sensor import BINARY, Case, run

TOKEN = "c7b4f20f9ce4a1d08e5f"


class Posting(PostingCase):
    def test_a_finding_names_the_app_that_was_posted(self):
        # A busy machine may need long from the event to the session.
        self.write("etc/identity.yaml", FEEDS + "    {}\nclock_skew: 60s\n")
        daemon = self.daemon()
        self.wait_for_text(daemon.error, "may be posted to http://127.0.0.1:9469/v1/events/FEED")
        self.assertEqual(self.post("ndjson", lease(device="enterprises/a/devices/b")),
                         (202, '{"accepted":1,"passed_over":0}\n'))
        self.serve_http(7878)
        self.assertEqual(
            self.post("android-management",
                      usage_log("enterprises/a/devices/b", "com.example.flashlight", 7878))[0], 202)
        self.get(7878)
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertIn("com.example.flashlight", json.dumps(alert))
        self.assertEqual(self.events("ndjson", "accepted"), 1)
        self.assertEqual(self.events("android-management", "accepted"), 1)
        self.assertEqual(self.events("csv", "accepted"), 0)
        self.assertEqual(daemon.end(), 0)

    def test_a_batch_is_taken_whole_or_not_at_all(self):
        self.write("etc/identity.yaml", FEEDS + "    most_body: 2000\n")
        daemon = self.daemon()
        status, text = self.post("ndjson", "\n".join([lease(), lease(), '{"v":2}', lease()]))
        self.assertEqual(status, 422)
        problem = json.loads(text)
        self.assertEqual(problem["status"], 422)
        self.assertEqual(problem["errors"], [{"event": 3, "reason": "expected 'v' as 1"}])
        status, text = self.post("intune", '{"value":[')
        self.assertEqual(status, 400)
        self.assertIn("expected JSON", json.loads(text)["detail"])
        status, text = self.post("intunes", "{}")
        self.assertEqual(status, 404)
        self.assertIn("intune, ", json.loads(text)["detail"])
        self.assertEqual(self.post("ndjson", " " * 2001)[0], 413)
        self.assertEqual(self.post("ndjson", lease(), "-H", "Transfer-Encoding: chunked"),
                         (202, '{"accepted":1,"passed_over":0}\n'))
        self.assertEqual(self.events("ndjson", "accepted"), 1)
        self.assertEqual(self.events("ndjson", "rejected"), 1)
        self.assertEqual(self.events("intune", "rejected"), 1)
        self.assertEqual(daemon.end(), 0)

    def test_a_token_is_asked_for_and_the_rate_kept(self):
        token = self.write("token", f"# of the EMM\n{TOKEN}\n")
        self.write("etc/identity.yaml", FEEDS + f"    token_file: {token}\n    rate: 3\n")
        daemon = self.daemon()
        self.assertEqual(self.post("ndjson", lease())[0], 401)
        wrong = ("-H", f"Authorization: Bearer {TOKEN[:-1]}0")
        self.assertEqual(self.post("ndjson", lease(), *wrong)[0], 401)
        right = ("-H", f"Authorization: Bearer {TOKEN}")
        answers = [self.post("ndjson", lease(), *right)[0] for _ in range(3)]
        self.assertEqual(answers[0], 202)
        self.wait_until(lambda: 429 in {self.post("ndjson", lease(), *right)[0]
                                        for _ in range(12)}, "a refusal for haste")
        self.assertEqual(self.scrape()[0], 200)  # for Prometheus nothing changes
        self.assertEqual(daemon.end(), 0)

    def make_certificates(self):
        def openssl(*words):
            subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                           cwd=self.directory)
        for name in ("server", "client"):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=IP:{SERVER},IP:127.0.0.1", "-keyout", f"{name}.key", "-out",
                    f"{name}.pem")
        return tuple(self.directory / name for name in
                     ("server.pem", "server.key", "client.pem", "client.key"))

    def test_beyond_loopback_it_speaks_tls(self):
        certificate, key, client, client_key = self.make_certificates()
        token = self.write("token", TOKEN)
        self.write("etc/identity.yaml", FEEDS +
                   f"    listen: {SERVER}:8443\n    certificate: {certificate}\n    key: {key}\n"
                   f"    token_file: {token}\n    client_ca: {client}\n")
        daemon = self.daemon()
        base = f"https://{SERVER}:8443"
        self.wait_for_text(daemon.error, f"{base}/v1/events/FEED")
        known = ("--cacert", certificate, "-H", f"Authorization: Bearer {TOKEN}")
        mine = ("--cert", client, "--key", client_key)
        self.assertEqual(self.post("ndjson", lease(), *known, *mine, base=base)[0], 202)
        long = "\n".join(lease() for _ in range(20_000))  # some MB
        self.assertEqual(self.post("ndjson", long, *known, *mine, base=base),
                         (202, '{"accepted":20000,"passed_over":0}\n'))
        self.assertEqual(self.post("ndjson", lease(), "--cacert", certificate, *mine,
                                   base=base)[0], 401)
        with self.assertRaises(AssertionError):  # without a certificate there is no connection
            self.post("ndjson", lease(), *known, base=base)
        with self.assertRaises(AssertionError):  # nor without TLS
            self.post("ndjson", lease(), *known, *mine, base=f"http://{SERVER}:8443")
        self.assert_the_plain_side_is_closed(daemon)
        self.assertEqual(self.events("ndjson", "accepted"), 20_001)
        self.assertEqual(daemon.end(), 0)

    def test_silent_clients_keep_nobody_waiting(self):
        certificate, key, *_ = self.make_certificates()
        token = self.write("token", TOKEN)
        self.write("etc/identity.yaml", FEEDS +
                   f"    listen: {SERVER}:8443\n    certificate: {certificate}\n    key: {key}\n"
                   f"    token_file: {token}\n")
        daemon = self.daemon()
        script = ("import socket, time; "
                  f"kept = [socket.create_connection(('{SERVER}', 8443)) for _ in range(64)]; "
                  "print(len(kept), flush=True); time.sleep(60)")
        silent = self.start(self.host, "python3", "-c", script)
        self.wait_for_text(silent.out, "64")
        status, text = self.post("ndjson", lease(), "--cacert", certificate, "-H",
                                 f"Authorization: Bearer {TOKEN}", "-w",
                                 " %{time_total}\n%{http_code}", base=f"https://{SERVER}:8443")
        self.assertEqual(status, 202)
        self.assertLess(float(text.split()[-1]), 1)  # seconds
        self.assertEqual(daemon.end(), 0)

    def assert_the_plain_side_is_closed(self, daemon):
        """Behind TLS a plain server listens on loopback: it takes nothing from anybody else."""
        done = subprocess.run(["ip", "netns", "exec", self.host, "ss", "-Hltn"],
                              capture_output=True, text=True, check=True)
        ports = {line.split()[3].rpartition(":")[2] for line in done.stdout.splitlines()
                 if line.split()[3].startswith("127.0.0.1:")} - {"9469"}
        self.assertEqual(len(ports), 1, done.stdout)
        status, _ = self.post("ndjson", lease(), "-H", f"Authorization: Bearer {TOKEN}",
                              base=f"http://127.0.0.1:{ports.pop()}")
        self.assertEqual(status, 403)

    def test_no_nesting_ends_the_daemon(self):
        self.write("etc/identity.yaml", FEEDS + "    {}\n")
        daemon = self.daemon()
        for text in ('{"devices":[' * 300 + "]}" * 300, "[" * 100_000 + "]" * 100_000,
                     '{"a":' * 100_000 + "1" + "}" * 100_000,
                     "<plist>" + "<array>" * 100_000 + "</array>" * 100_000 + "</plist>"):
            for feed in ("android-management", "apple-mdm", "intune", "ndjson"):
                self.assertIn(self.post(feed, text)[0], (202, 400, 422), feed)
        self.assertEqual(self.post("ndjson", lease())[0], 202)
        self.assertEqual(daemon.end(), 0)

    def test_what_clients_of_http_do_is_understood(self):
        self.write("etc/identity.yaml", FEEDS + "    most_body: 2000\n")
        daemon = self.daemon()
        packed = ("-H", "Content-Encoding: gzip")
        self.assertEqual(self.post("ndjson", gzip.compress(lease().encode()), *packed)[0], 202)
        status, text = self.post("ndjson", gzip.compress(b" " * 100_000), *packed)
        self.assertEqual((status, json.loads(text)["status"]), (413, 413))
        xml = plistlib.dumps({"UDID": "00008110-AB", "Status": "Acknowledged", "CommandUUID": "7",
                              "InstalledApplicationList": [{"Identifier": "com.example.mail",
                                                            "Installing": False}]})
        self.assertEqual(self.post("apple-mdm", xml), (202, '{"accepted":1,"passed_over":0}\n'))
        # Two on one connection.
        again = "http://127.0.0.1:9469/v1/events/ndjson"
        status, text = self.post("ndjson", lease(), "-w", " %{num_connects}\n%{http_code}", again)
        self.assertEqual(status, 202)
        self.assertTrue(text.endswith(" 0"), text)  # connections that the second one opened
        self.assertEqual(daemon.end(), 0)

    def test_what_is_wrong_with_a_file_is_one_line(self):
        for name, content in (("short", "secret"), ("empty", "# nothing\n")):
            token = self.write(name, content)
            token.chmod(0o600)
            self.write("etc/identity.yaml", FEEDS + f"    token_file: {token}\n")
            daemon = self.start(self.host, BINARY, "run", "-c", self.directory / "etc",
                                environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
            self.assertEqual(daemon.process.wait(60), 1)
            self.assert_one_line(daemon.error.read_text(), "identity.yaml:3:17: error: ", token)


class Refusals(Case):
    def refusal(self, lines):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/identity.yaml", FEEDS + "".join(f"    {line}\n" for line in lines))
        done = run("check", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stdout + done.stderr

    def test_beyond_loopback_needs_tls_and_a_known_client(self):
        tls = ["certificate: /c.pem", "key: /k.pem"]
        for lines in (["listen: 0.0.0.0:8443"], ["listen: 0.0.0.0:8443", "token_file: /t"],
                      ["listen: 0.0.0.0:8443", *tls]):
            self.assertIn("identity.yaml:3:5: error: feeds.http: 0.0.0.0:8443 is beyond loopback",
                          self.refusal(lines))
        self.write("etc/sensor.yaml", "metrics: 0.0.0.0:9469\n")
        self.assertIn("0.0.0.0:9469 is beyond loopback", self.refusal(["rate: 3"]))

    def test_what_does_not_go_together_is_told(self):
        for lines, words in ((["listen: 127.0.0.1:1", "key: /k"], "needs both"),
                             (["client_ca: /ca"], "`client_ca` needs TLS"),
                             (["certificate: /c", "key: /k"], "say where to `listen`"),
                             (["token_file: t"], "must be an absolute path"),
                             (["listen: here"], "is no address to listen on"),
                             (["tokens: [a]"], "unknown key 'tokens'"),
                             (["most_body: 3"], "268435456")):
            self.assertIn(words, self.refusal(lines))

    def check(self, feeds):
        """Exit code and standard error of a check with these lines under `feeds`."""
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/identity.yaml", "feeds:\n" + feeds)
        done = run("check", "--quiet", "-c", self.directory / "etc")
        return done.returncode, done.stderr

    def make_files(self):
        for name in ("server", "other"):
            self.make_certificate(name)
        self.write("token", f"  {TOKEN}  \n").chmod(0o640)
        self.write("short", "secret\n").chmod(0o640)

    def test_a_check_looks_at_the_files_of_http(self):
        self.make_files()
        keys = {"certificate": "server.pem", "key": "server.key", "token_file": "token",
                "client_ca": "other.pem"}

        def checked(**changed):
            lines = (f"    {key}: {self.directory / name}\n"
                     for key, name in (keys | changed).items())
            return self.check("  http:\n    listen: 127.0.0.1:8443\n" + "".join(lines))
        code, text = checked()
        self.assertEqual((code, text.count("\n")), (0, 1), text)
        for change, place, words in (
                ({"certificate": "none"}, "4:18", "none: No such file or directory; it must be a cert"),
                ({"certificate": "token"}, "4:18", "token: no start line; it must be a certificate"),
                ({"key": "none"}, "5:10", "none: No such file or directory; it must be the cert"),
                ({"key": "other.key"}, "5:10", "it must be the certificate's private key in PEM"),
                ({"token_file": "none"}, "6:17", "none: cannot be read; check that it exists"),
                ({"token_file": "short"}, "6:17", "a token must have 16 characters or more"),
                ({"client_ca": "none"}, "7:16", "none: No such file or directory; it must be cert")):
            code, text = checked(**change)
            self.assertEqual(code, 1, text)
            self.assert_one_line(text, f"identity.yaml:{place}: error: ", words)

    def test_a_check_warns_of_secrets_that_others_can_read(self):
        self.make_files()
        for name, place in (("server.key", "5:10"), ("token", "6:17")):
            (self.directory / name).chmod(0o644)
            code, text = self.check(
                "  http:\n    listen: 127.0.0.1:8443\n"
                f"    certificate: {self.directory}/server.pem\n"
                f"    key: {self.directory}/server.key\n    token_file: {self.directory}/token\n")
            self.assertEqual(code, 0)
            self.assertIn(f"identity.yaml:{place}: warning: other users can read or change the secret "
                          f"in {self.directory / name}; `chmod o= ", text)
            (self.directory / name).chmod(0o640)

    def test_a_check_finds_feeds_that_hear_nothing(self):
        self.write("secret", "s3cret\n").chmod(0o640)
        self.write("file", "")
        for lines, place, words in (
                (f"  directory:\n    path: {self.directory}/none\n", "3:11",
                 "none is not there; make the directory, writable for whom the daemon runs as"),
                (f"  directory:\n    path: {self.directory}/file\n", "3:11", "is no directory; make"),
                ("  ipfix:\n    exporters: [10.0.0.0/8]\n", "3:5",
                 "feeds.ipfix listens nowhere: give `udp`, `tcp` or both"),
                ("  radius:\n    clients: [{address: 10.0.0.1, secret_file: "
                 f"{self.directory}/secret}}]\n", "3:5",
                 "feeds.radius listens nowhere: give `listen`, such as 0.0.0.0:1813")):
            code, text = self.check(lines)
            self.assertEqual(code, 1, text)
            self.assert_one_line(text, f"identity.yaml:{place}: error: ", words)

    def test_the_daemon_does_not_start_so(self):
        self.refusal(["listen: 0.0.0.0:8443"])
        self.write("etc/capture.yaml", "ports: [{interface: lo}]\n")
        done = run("run", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "beyond loopback", "token_file")


if __name__ == "__main__":
    tap.main()
