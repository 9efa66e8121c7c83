"""Outputs besides --eve: encodings, files, Unix sockets, and what a dead one costs nobody else."""
import fcntl
import json
import re
import socket

import tap
from live import LiveCase, samples
from outputs_peer import OutputCase, Reader
from sensor import demo_directory, records, run


class Outputs(OutputCase):
    def replay_to(self, name, **output):
        """What a file output of that kind has after a replay, and the EVE findings."""
        path = self.directory / name
        done = self.replay([{"file": str(path), **output}], "--eve", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return path.read_text().splitlines(), records(done.stdout)

    def test_without_being_asked_a_replay_leaves_them_alone(self):
        demo = demo_directory()
        path = self.directory / "eve.json"
        done = run("replay", demo / "demo.pcap", "-c", self.configure([{"file": str(path)}]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(path.exists())

    def test_eve_is_the_same_as_elsewhere(self):
        lines, alerts = self.replay_to("a.json")
        self.assertEqual([json.loads(line) for line in lines], alerts)

    def test_flows_are_written_where_they_are_wanted(self):
        eve, ecs = self.directory / "eve.json", self.directory / "ecs.json"
        done = self.replay([{"file": str(eve), "records": "flows"},
                            {"file": str(ecs), "encoding": "ecs", "records": ["findings", "flows"]}],
                           "--eve", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({r["event_type"] for r in records(done.stdout)}, {"alert"})
        flows = records(eve.read_text())
        self.assertEqual({r["event_type"] for r in flows}, {"flow"})
        kinds = [json.loads(line)["event"]["kind"] for line in ecs.read_text().splitlines()]
        self.assertEqual(kinds.count("event"), len(flows))
        self.assertEqual(kinds.count("alert"), len(records(done.stdout)))

    def test_ecs_tells_what_eve_tells(self):
        lines, alerts = self.replay_to("ecs.json", encoding="ecs")
        for line, alert in zip(lines, alerts, strict=True):
            ecs = json.loads(line)
            self.assertEqual(ecs["@timestamp"], alert["timestamp"].replace("+0000", "Z"))
            self.assertEqual(ecs["event"]["kind"], "alert")
            self.assertEqual(ecs["event"]["risk_score"], alert["offport"]["score"])
            self.assertEqual(ecs["event"]["action"], alert["offport"]["kind"])
            self.assertEqual(ecs["rule"]["id"], str(alert["alert"]["signature_id"]))
            self.assertEqual(ecs["network"]["protocol"], alert["app_proto"])
            self.assertEqual(ecs["network"]["community_id"], alert["community_id"])
            self.assertEqual((ecs["source"]["ip"], ecs["source"]["port"]),
                             (alert["src_ip"], alert["src_port"]))
            self.assertEqual((ecs["destination"]["ip"], ecs["destination"]["port"]),
                             (alert["dest_ip"], alert["dest_port"]))
            self.assertEqual(ecs["package"]["name"], alert["offport"]["attribution"]["app"])
            self.assertEqual(ecs["threat"]["technique"]["id"], ["T1509"])
            self.assertEqual(ecs["offport"]["finding"], alert["offport"]["finding"])
            self.assertEqual(ecs["observer"]["name"], alert["host"])

    def test_ocsf_creates_each_finding_once_and_then_updates_it(self):
        lines, alerts = self.replay_to("ocsf.json", encoding="ocsf")
        activities = {}
        for line, alert in zip(lines, alerts, strict=True):
            ocsf = json.loads(line)
            self.assertEqual(ocsf["class_uid"], 2004)
            self.assertEqual(ocsf["type_uid"], 200400 + ocsf["activity_id"])
            self.assertEqual(ocsf["finding_info"]["uid"], alert["offport"]["finding"])
            self.assertEqual(ocsf["finding_info"]["title"], alert["alert"]["signature"])
            self.assertEqual(ocsf["evidences"][0]["dst_endpoint"]["port"], alert["dest_port"])
            self.assertEqual(ocsf["severity"].lower(), alert["offport"]["severity"])
            activities.setdefault(ocsf["finding_info"]["uid"], []).append(ocsf["activity_id"])
        self.assertGreaterEqual(len(activities), 6)
        for found in activities.values():
            self.assertEqual(found, [1] + [2] * (len(found) - 1))
        self.assertIn(2, sum(activities.values(), []))

    def test_cef_is_one_line_for_each(self):
        lines, alerts = self.replay_to("a.cef", encoding="cef")
        for line, alert in zip(lines, alerts, strict=True):
            version, vendor, _, _, number, name, severity, extension = re.split(r"(?<!\\)\|", line, 7)
            self.assertEqual((version, vendor), ("CEF:0", "offport"))
            self.assertEqual(number, str(alert["alert"]["signature_id"]))
            self.assertEqual(name, alert["alert"]["signature"])
            self.assertIn(int(severity), range(11))
            self.assertIn(f"dpt={alert['dest_port']} ", extension)

    def test_a_full_disk_holds_up_nobody_else(self):
        good = self.directory / "good.json"
        done = self.replay([{"file": "/dev/full", "name": "full"}, {"file": str(good)}], "--eve", "-")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([json.loads(line) for line in good.read_text().splitlines()],
                         records(done.stdout))
        self.assertIn("output 'full': cannot write to /dev/full: No space left on device; records "
                      "wait on disk until it can", done.stderr)
        count = len(records(done.stdout))
        self.assertIn(f"output 'full': {count} records could not be delivered and stay on disk for "
                      "the next run", done.stderr)

    def test_what_waits_is_delivered_by_the_next_run_in_order(self):
        path = str(self.directory / "siem.sock")
        first = self.replay([{"socket": path, "name": "siem"}], "--eve", "-")
        self.assertEqual(first.returncode, 1)
        self.assertIn(f"cannot write to {path}: No such file or directory", first.stderr)
        reader = Reader(path)
        second = self.replay([{"socket": path, "name": "siem"}], "--eve", "-")
        self.assertEqual(second.returncode, 0, second.stderr)
        reader.die()
        self.assertEqual([json.loads(line) for line in reader.lines()],
                         records(first.stdout) + records(second.stdout))

    def test_a_datagram_socket_gets_a_datagram_for_each(self):
        path = str(self.directory / "siem.sock")
        reader = Reader(path, socket.SOCK_DGRAM)
        done = self.replay([{"socket": path, "type": "datagram"}], "--eve", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        reader.die()
        self.assertEqual([json.loads(d) for d in reader.datagrams], records(done.stdout))

    def test_two_daemons_do_not_share_a_spool(self):
        spool = self.directory / "state" / "spool" / "siem"
        spool.mkdir(parents=True)
        with open(spool / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.replay([{"socket": "/nowhere", "name": "siem"}])
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "output 'siem' in sensor.yaml", "in use by another process")

    def test_mistakes_are_named_with_their_place(self):
        for output, words in [
                ({}, "needs one of `file`, `socket` and `syslog`"),
                ({"file": "/a", "socket": "/b"}, "needs one of"),
                ({"file": "a"}, "file must be an absolute path"),
                ({"file": "/a", "encoding": "ocfs"}, "ocsf"),
                ({"file": "/a", "encoding": "ocsf", "records": "flows"}, "eve or ecs only"),
                ({"file": "/a", "type": "stream"}, "type is for a `socket`"),
                ({"file": "/a", "name": "a/b"}, "an output's name is"),
                ({"file": "/a", "spool_bytes": 10}, "1048576"),
                ({"syslog": {"address": "siem:514"}}, "write a numeric one"),
                ({"syslog": {"transport": "tcp"}}, "address"),
                ({"syslog": {"address": "127.0.0.1:514", "ca": "/c"}}, "ca is for `transport: tls`"),
                ({"syslog": {"address": "127.0.0.1:514", "transport": "tls", "key": "/k"}},
                 "certificate and key go together"),
                ({"file": "/a", "colour": "red"}, "colour")]:
            with self.subTest(output=output):
                done = run("check", "-c", self.configure([output]))
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertRegex(done.stderr, r"sensor\.yaml:1:\d+: .*" + re.escape(words))
        done = run("check", "-c", self.configure([{"file": "/a"}, {"file": "/a"}]))
        self.assertRegex(done.stderr, r"sensor\.yaml:1:\d+: error: there is an output 'file-a' already")


class Live(LiveCase):
    """With the daemon."""

    def configure(self, *outputs):
        self.write("etc/sensor.yaml", json.dumps({"outputs": list(outputs)}))

    def sinks(self):
        found = samples(self.scrape()[1])
        by_outcome = {}
        for labels, value in found["offport_sink_records_total"].items():
            sink, outcome = re.fullmatch(r'\{sink="(.*)",outcome="(.*)"\}', labels).groups()
            by_outcome.setdefault(sink, {})[outcome] = value
        for labels, handed in found["offport_sink_records_handed_total"].items():
            sink = labels.split('"')[1]
            self.assertEqual(handed, sum(by_outcome[sink].values()) +
                             found["offport_sink_records_waiting"][labels])
        return by_outcome, found

    def wait_for(self, sink, outcome, least):
        self.wait_until(lambda: self.sinks()[0][sink][outcome] >= least,
                        f"{least} {outcome} of {sink}")

    def visit(self, count):
        script = ("import urllib.request as u, sys\n"
                  "for i in range(int(sys.argv[1])): u.urlopen('http://10.1.2.9:7878/').read()")
        done = self.on_phone("python3", "-c", script, count)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_reader_that_dies_gets_what_it_missed_when_it_is_back(self):
        path, other = str(self.directory / "siem.sock"), self.directory / "other.json"
        self.configure({"socket": path, "name": "siem", "records": "flows"},
                       {"file": str(other), "name": "other", "records": "flows"})
        reader = Reader(path)
        daemon = self.daemon()
        self.serve_http(7878)
        self.visit(5)
        self.wait_for("siem", "written", 5)
        reader.die()
        self.visit(50)
        self.wait_for("other", "written", 55)  # the dead one holds up nobody
        self.wait_until(lambda: self.sinks()[1]["offport_sink_spool_bytes"]['{sink="siem"}'] > 0,
                        "records on disk")
        self.assertEqual(self.sinks()[1]["offport_sink_up"],
                         {'{sink="siem"}': 0.0, '{sink="other"}': 1.0})
        returned = Reader(path)
        self.wait_for("siem", "written", 55)
        self.assertEqual(self.sinks()[1]["offport_sink_records_waiting"]['{sink="siem"}'], 0)
        self.assertEqual(daemon.end(), 0)
        returned.die()
        seen = [json.loads(line)["flow_id"] for line in reader.lines() + returned.lines()]
        wanted = [r["flow_id"] for r in records(other.read_text())]
        self.assertEqual(list(dict.fromkeys(seen)), wanted, "all of them, in order")
        self.assertIn("output 'siem': cannot write to", daemon.error.read_text())
        self.assertIn("output 'siem': writing to", daemon.error.read_text())

    def test_beyond_the_bound_the_oldest_are_lost_and_counted(self):
        path = str(self.directory / "siem.sock")
        self.configure({"socket": path, "name": "siem", "records": "flows", "spool_bytes": 1 << 20})
        daemon = self.daemon()
        self.serve_http(7878)
        while self.sinks()[0]["siem"]["spool_full"] == 0:
            self.visit(400)
        by_outcome, found = self.sinks()
        self.assertLessEqual(found["offport_sink_spool_bytes"]['{sink="siem"}'], 1 << 20)
        reader = Reader(path)
        self.wait_until(lambda: self.sinks()[1]["offport_sink_records_waiting"]['{sink="siem"}'] == 0,
                        "everything that waits")
        by_outcome = self.sinks()[0]["siem"]
        self.assertEqual(daemon.end(), 0)
        reader.die()
        flows = {json.loads(line)["flow_id"] for line in reader.lines()}
        self.assertGreaterEqual(len(flows), by_outcome["written"])
        self.assertRegex(daemon.error.read_text(), r"output 'siem': \d+ of \d+ records were lost")

    def test_sighup_opens_a_file_anew(self):
        path = self.directory / "flows.json"
        self.configure({"file": str(path), "name": "a", "records": "flows"})
        daemon = self.daemon()
        self.serve_http(7878)
        self.visit(3)
        self.wait_for("a", "written", 3)
        path.rename(self.directory / "old.json")
        daemon.send(1)
        self.visit(2)
        self.wait_until(path.exists, "the new file")
        self.wait_for("a", "written", 5)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(len(records((self.directory / "old.json").read_text())), 3)
        self.assertEqual(len(records(path.read_text())), 2)


if __name__ == "__main__":
    tap.main()
