"""What a scenario is made of: phones whose apps open sessions, what their management tells, and the
findings that must come of it. The scenarios are in scenarios/, their runner in scenarios_test.py.

A scenario is a class whose docstring says in one sentence what it stands for, and where that is
known from. Its play() makes the trace and the events:

    class Cerberus(Scenario):
        \"\"\"Cerberus (ATT&CK S0480) speaks HTTP on port 8888.\"\"\"
        protocols = {"tcp/8888": "http"}
        findings = [Found("port-mismatch", "low", "com.example.flash", "http on tcp/8888")]

        def play(self):
            self.phone().tcp("com.example.flash", 8888, web.get("c2.example.net"))
"""
import dataclasses
import datetime
import json

import traces

START = datetime.datetime(2026, 9, 21, 9, tzinfo=datetime.timezone.utc)  # a Monday
MINUTE, HOUR = 60, 3600
SERVER = "198.51.100.20"


@dataclasses.dataclass
class Found:
    """A finding in its last revision."""
    kind: str
    severity: str
    app: str | None
    what: str  # "http on tcp/8888": the protocol, and the port that it was not approved on
    # Exactly these besides what every finding has: its kind, and if that is about the port,
    # `protocol_risk`, and `outside_app_mapping` if the app is known.
    evidence: set = dataclasses.field(default_factory=set)
    sessions: int = 1
    stable: bool = False  # whether they keep time
    analytic: str = "AN1827"
    technique: str = "T1509"
    requested: str | None = None  # what a proxy was asked for, "198.51.100.9:443"

    def all_evidence(self):
        whole = {self.kind.replace("-", "_"), *self.evidence}
        if self.kind not in ("beaconing", "relay"):
            whole |= {"protocol_risk", "outside_app_mapping"} if self.app else {"protocol_risk"}
        return sorted(whole)


class Phone:
    """A managed device with a lease. Times are seconds after START; of what a scenario does not
    tell, nothing is known."""

    def __init__(self, platform="android", device="serial:R5CT1", address="10.20.1.14", **standing):
        self.device, self.address, self.platform = device, address, platform
        self.packets, self.events, self.apps = [], [], []
        self.next_port = 40000
        self.tell("device", -2 * HOUR, platform=platform, **standing)
        self.tell("lease", -HOUR, address=address, state="granted")

    # --- What the device's management tells ---

    def tell(self, kind, at, **members):
        time = (START + datetime.timedelta(seconds=at)).isoformat().replace("+00:00", "Z")
        about = {"v": 1, "ts": time, "device_id": self.device, "kind": kind}
        self.events.append((at, about | members))

    def installed(self, app, at=-90 * MINUTE, **standing):
        """`managed` and `approved`, true or false."""
        self.tell("app_inventory", at, app=app, **standing)

    def locked(self, at):
        self.tell("lock_state", at, state="locked")

    def unlocked(self, at):
        self.tell("lock_state", at, state="unlocked")

    def touched(self, at):
        self.tell("user_interaction", at)

    def background(self, app, at):
        self.tell("app_state", at, app=app, state="background")

    def foreground(self, app, at):
        self.tell("app_state", at, app=app, state="foreground")

    def job(self, app, job, at):
        self.tell("job_start", at, app=app, job=job)

    def process(self, app, at):
        self.tell("process_start", at, app=app)

    def left_alone(self, app, since=-HOUR):
        """The app is in the background of a device that is locked and that nobody touches."""
        self.touched(since)
        self.background(app, since + 20)
        self.locked(since + 30)

    # --- What the network sees ---

    def tcp(self, app, port, dialogue, at=0, server=SERVER, close=True, seen="cs"):
        """`seen` has the sides of which the mirror sees the packets."""
        client_port = self.opens(app, "tcp", port, at, server)
        packets = traces.tcp_conversation(self.address, client_port, server, port, dialogue,
                                          START.timestamp() + at, close=close)
        client = traces.sender(packets[0][1])
        self.packets += [(time, frame) for time, frame in packets
                         if ("c" if traces.sender(frame) == client else "s") in seen]

    def udp(self, app, port, dialogue, at=0, server=SERVER):
        client_port = self.opens(app, "udp", port, at, server)
        self.packets += traces.udp_conversation(self.address, client_port, server, port, dialogue,
                                                START.timestamp() + at)

    def knocks(self, app, port, at=0, server=SERVER):
        """SYN, and SYN again, to which nobody answers."""
        client_port = self.opens(app, "tcp", port, at, server)
        for again in (0, 1, 3):
            segment = traces.tcp(client_port, port, 1000, 0, traces.SYN)
            frame = traces.ethernet(traces.ip(self.address, server, 6, segment))
            self.packets.append((START.timestamp() + at + again, frame))

    def serves(self, client, port, dialogue, at=0):
        """Somebody else opens a session to this phone."""
        self.apps.append((f"tcp/{port}", None))
        self.packets += traces.tcp_conversation(client, 50000, self.address, port, dialogue,
                                                START.timestamp() + at)

    def opens(self, app, transport, port, at, server):
        """Notes whose session it is, tells it, and gives it a port of its own."""
        self.next_port += 1
        self.apps.append((f"{transport}/{port}", app))
        if app is not None:
            self.tell("connect", at - 0.003, app=app, destination=server, port=port,
                      transport=transport)
        return self.next_port


class Scenario:
    findings = []  # none: it must stay silent
    protocols = {}  # what is recognised on each port; "smtp > tls" is SMTP that goes on as TLS
    excepted = set()  # ids of the exceptions that were needed
    policy = ""  # of a file that includes the shipped one
    sensor = ""  # sensor.yaml

    def __init__(self):
        self.phones = []

    def play(self):
        raise NotImplementedError

    def phone(self, *arguments, **standing):
        self.phones.append(Phone(*arguments, **standing))
        return self.phones[-1]

    def trace(self):
        packets = [packet for phone in self.phones for packet in phone.packets]
        return traces.pcap(sorted(packets, key=lambda packet: packet[0]))

    def identity(self):
        events = [event for phone in self.phones for event in phone.events]
        return "".join(json.dumps(event) + "\n"
                       for _, event in sorted(events, key=lambda event: event[0]))

    def sessions(self):
        """(port, app) of each."""
        return [session for phone in self.phones for session in phone.apps]


def every(seconds, times, first=0):
    return [first + seconds * i for i in range(times)]
