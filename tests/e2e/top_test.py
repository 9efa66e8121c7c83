"""offport top, of a daemon that runs: what it shows, and what it says when there is none."""
import json
import os
import pty
import select
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import tap
from live import PATIENCE, LiveCase
from sensor import BINARY, Case, run


class Top(LiveCase):
    def top(self, *options):
        """The words that run it beside the daemon."""
        return ["ip", "netns", "exec", self.host, BINARY, "top", *map(str, options)]

    def once(self, *options):
        return subprocess.run(self.top("--once", *options), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_one_look_shows_what_happened_meanwhile(self):
        daemon = self.daemon()
        self.serve_http(7878)
        looking = subprocess.Popen(self.top("--once", "--interval", "8", "-c",
                                            self.directory / "etc"), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1.5)  # it has taken its first sample by now
        self.get(7878)
        text, complaint = looking.communicate(timeout=PATIENCE)

        self.assertEqual((looking.returncode, complaint), (0, ""))
        self.assertNotIn("\x1b", text)
        lines = text.splitlines()
        self.assertRegex(lines[0], r"^offport \S+ at 127\.0\.0\.1:9469, up .* over 8(\.\d)? s$")
        self.assertEqual(lines[1], "nothing is lost, nothing fails")
        self.assertRegex(text, r"(?m)^wire +up +(0\.[1-9]|[1-9]\S*) +[1-9]\S* +0 +[1-9]\d* +0$")
        self.assertRegex(text, r"(?m)^worker 0 +\[\S{10}\] +(\d+|<1)%")
        self.assertRegex(text, r"(?m)^  findings  ")
        for head in ("port  link", "core  ", "protocol  sessions/s"):
            self.assertRegex(text, f"(?m)^{head}")
        self.assertEqual(daemon.end(), 0)

    def test_json_is_an_object_a_sample(self):
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\nworkers: 2\n")
        self.daemon()
        self.serve_http(7878)
        looking = self.start(self.host, BINARY, "top", "--json", "--interval", "1")
        self.wait_until(lambda: looking.out.read_text(), "the first object")
        self.get(7878)

        def samples():
            whole = looking.out.read_text().rpartition("\n")[0]
            return [json.loads(line) for line in whole.splitlines()]
        self.wait_until(lambda: any(one["ports"][0]["packets"]["per_second"] > 0
                                    for one in samples()), "packets")
        self.wait_until(lambda: any(sum(core.get("sessions", {"total": 0})["total"]
                                        for core in one["cores"]) > 0
                                    for one in samples()), "a session")
        self.wait_until(lambda: samples()[-1]["protocols"].get("http", {}).get("total") == 1,
                        "the session's end")
        last = samples()[-1]
        self.assertEqual([core["name"] for core in last["cores"]], ["steering", "0", "1"])
        self.assertEqual([core["worker"] for core in last["cores"]], [False, True, True])
        self.assertEqual(last["problems"], [])
        self.assertEqual(set(last["findings"]), {"high", "medium", "low", "info"})
        self.assertGreater(sum(one["total"] for one in last["findings"].values()), 0)
        self.assertEqual(looking.end(signal.SIGINT), 0)
        self.assertEqual(looking.error.read_text(), "")

    def test_a_daemon_that_goes_and_comes_back_is_waited_for(self):
        daemon = self.daemon()
        looking = self.start(self.host, BINARY, "top", "--json", "--interval", "1")

        def last():
            whole = looking.out.read_text().rpartition("\n")[0]
            return json.loads(whole.splitlines()[-1]) if whole else {}
        self.wait_until(lambda: last().get("restarted") is False, "a sample")
        self.assertEqual(daemon.end(), 0)
        self.wait_until(lambda: "Connection refused" in last().get("error", ""), "its absence")
        self.daemon()

        def is_told():
            lines = looking.out.read_text().rpartition("\n")[0].splitlines()
            return [one for one in map(json.loads, lines) if one.get("restarted")]
        self.wait_until(is_told, "its return")
        self.assertEqual(len(is_told()), 1)
        for port in is_told()[0]["ports"]:
            self.assertGreaterEqual(port["packets"]["per_second"], 0)
        self.assertEqual(looking.end(signal.SIGTERM), 0)

    def test_what_is_wrong_is_on_top(self):
        self.daemon()
        subprocess.run(["ip", "-n", self.server, "link", "set", "wire", "down"], check=True)
        self.wait_until(lambda: 'offport_port_up{port="wire"} 0' in self.scrape()[1], "the loss")
        done = self.once("--interval", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[1], "! port wire is down: it sees nothing")

    def test_a_terminal_is_given_back_as_it_was(self):
        self.daemon()
        for ending in ("q", "\x03"):
            with self.subTest(ending=ending):
                self.watch_terminal(ending)

    def watch_terminal(self, ending):
        """Looks at it in a terminal of its own, until `ending` is typed there."""
        import termios
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm", LC_ALL="C")
            os.execvp("ip", self.top("--interval", "1"))
        self.addCleanup(os.close, terminal)
        before = termios.tcgetattr(terminal)
        shown = b""
        deadline = time.monotonic() + PATIENCE
        typed = False
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # its other end is closed: the program has ended
                break
            if b"protocol" in shown and not typed:
                typed = True
                self.assertEqual(termios.tcgetattr(terminal)[3] & (termios.ICANON | termios.ECHO), 0)
                os.write(terminal, ending.encode())
            if typed and b"\x1b[?1049l" in shown:
                break
        self.assertEqual(termios.tcgetattr(terminal), before)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertTrue(shown.startswith(b"\x1b[?1049h"), shown[:40])
        self.assertRegex(shown, rb"nothing is lost, nothing fails")
        self.assertTrue(shown.endswith(b"\x1b[?7h\x1b[?25h\x1b[?1049l"), shown[-40:])


class Page(BaseHTTPRequestHandler):
    """Answers with the server's `page`, (status, text)."""

    def do_GET(self):
        status, text = self.server.page
        if self.server.token and self.headers["Authorization"] != f"Bearer {self.server.token}":
            status, text = 401, ""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + self.server.missing))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Mistakes(Case):
    """What is said when there is no daemon to look at."""

    def serve(self, status, text, token="", missing=0):
        server = HTTPServer(("127.0.0.1", 0), Page)
        server.page, server.token, server.missing = (status, text), token, missing
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def assert_refused(self, code, parts, *words):
        done = run("top", "--once", "--interval", "1", *words)
        self.assertEqual((done.returncode, done.stdout), (code, ""))
        self.assert_one_line(done.stderr, *parts)

    def test_nobody_answers(self):
        server = HTTPServer(("127.0.0.1", 0), Page)
        port = server.server_port
        server.server_close()
        self.assert_refused(1, ["cannot connect to", "Connection refused",
                                "is `offport run` running, and is `metrics`"],
                            "--url", f"http://127.0.0.1:{port}")
        self.write("etc/sensor.yaml", f"metrics: 127.0.0.1:{port}\n")
        self.assert_refused(1, [f"cannot connect to 127.0.0.1:{port}"], "-c",
                            self.directory / "etc")

    def test_the_configuration_has_no_page(self):
        self.write("etc/sensor.yaml", "metrics: off\n")
        self.assert_refused(1, ["`metrics` is off", "127.0.0.1:9469"], "-c", self.directory / "etc")
        self.write("etc/sensor.yaml", "metrics: nowhere\n")
        self.assert_refused(1, ["sensor.yaml:1:10"], "-c", self.directory / "etc")

    def test_the_page_is_somebody_elses(self):
        self.assert_refused(1, ["status 404", "`metrics`"], "--url", self.serve(404, ""))
        self.assert_refused(1, ["/metrics, line 1: a blank is missing"], "--url",
                            self.serve(200, "<html>\n".replace("<", "a<")))
        self.assert_refused(1, ["not an offport's"], "--url", self.serve(200, "node_load1 0.5\n"))

    def test_the_page_is_cut(self):
        page = 'offport_build_info{version="1"} 1\n'
        self.assert_refused(1, ["where", "were announced"], "--url",
                            self.serve(200, page, missing=5))
        self.assert_refused(1, ["line 1: it is not whole"], "--url", self.serve(200, page[:-1]))

    def test_a_token_is_shown_to_whoever_asks_for_one(self):
        url = self.serve(200, 'offport_build_info{version="1"} 1\n', token="sesame")
        self.assert_refused(1, ["wants a token", "--token-file"], "--url", url)
        self.assert_refused(1, ["token: No such file"], "--url", url, "--token-file",
                            self.directory / "token")
        self.write("token", "# nothing\n")
        self.assert_refused(1, ["holds no token"], "--url", url, "--token-file",
                            self.directory / "token")
        self.write("token", "# of the proxy\nsesame\n")
        done = run("top", "--once", "--interval", "1", "--url", url, "--token-file",
                   self.directory / "token")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith(f"offport 1 at {url[7:]}"))

    def test_tls_wants_a_certificate_that_is_trusted(self):
        import ssl
        certificate, key = self.directory / "c.pem", self.directory / "k.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=sensor", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        server = HTTPServer(("127.0.0.1", 0), Page)
        server.page = (200, 'offport_build_info{version="1"} 1\n')
        server.token, server.missing = "", 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"https://127.0.0.1:{server.server_port}"
        self.assert_refused(1, ["certificate cannot be trusted"], "--url", url)
        done = run("top", "--once", "--interval", "1", "--url", url, "--ca", certificate)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^offport 1 at ")

    def test_the_command_line_is_wrong(self):
        for words, part in ((["--interval", "0"], "from 1 to 3600"),
                            (["--url", "127.0.0.1:9469", "-c", "etc"], "choose one"),
                            (["etc"], "-c, or --url"),
                            (["--watch"], "unknown option '--watch'")):
            done = run("top", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assert_one_line(done.stderr, part)
        self.assert_refused(1, ["--url: expected a URL such as http://127.0.0.1:9469"], "--url",
                            "127.0.0.1:9469")


if __name__ == "__main__":
    tap.main()
