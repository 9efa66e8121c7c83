"""Who receives what outputs send, and replays of the demo that have some."""
import json
import os
import socket
import threading

from sensor import Case, ROOT, demo_directory, run

DEMO_CONFIGURATION = ROOT / "config" / "demo"


class Reader(threading.Thread):
    """Listens at a Unix socket or a port and keeps what comes, until it is told to die."""

    def __init__(self, address, kind=socket.SOCK_STREAM):
        super().__init__(daemon=True)
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        if family == socket.AF_UNIX and os.path.exists(address):
            os.unlink(address)
        self.kind = kind
        self.listener = socket.socket(family, kind)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(str(address) if family == socket.AF_UNIX else address)
        self.listener.settimeout(0.05)
        if kind == socket.SOCK_STREAM:
            self.listener.listen(1)
        self.got, self.datagrams, self.dying = b"", [], threading.Event()
        self.start()

    @property
    def address(self):
        return self.listener.getsockname()

    def wrap(self, connection):
        return connection

    def run(self):
        connections = []
        while not self.dying.is_set():
            try:
                if self.kind == socket.SOCK_DGRAM:
                    self.datagrams.append(self.listener.recv(65536))
                    continue
                if not connections:
                    connection = self.wrap(self.listener.accept()[0])
                    connection.settimeout(0.05)
                    connections.append(connection)
                piece = connections[-1].recv(65536)
                self.got += piece
                if not piece:
                    connections.pop().close()
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                connections.clear()
        for connection in connections:
            connection.close()
        self.listener.close()

    def die(self):
        self.dying.set()
        self.join(10)

    def lines(self):
        return self.got.decode().rpartition("\n")[0].splitlines()


class OutputCase(Case):
    """With replays of the demo."""

    def configure(self, outputs, **others):
        """A configuration directory: that of the demo with these outputs."""
        self.write("policy.yaml", (ROOT / "config" / "policy.yaml").read_text())  # which it includes
        for name in ("policy.yaml", "identity.yaml"):
            self.write(f"etc/{name}", (DEMO_CONFIGURATION / name).read_text())
        sensor = {**others, "outputs": outputs}
        self.write("etc/sensor.yaml", json.dumps(sensor))
        return self.directory / "etc"

    def replay(self, outputs, *options, **others):
        demo = demo_directory()
        return run("replay", demo / "demo.pcap", "--identity", demo / "demo-identity.ndjson",
                   "-c", self.configure(outputs, **others), "--outputs", *options)
