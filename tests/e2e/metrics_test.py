"""What the daemon tells Prometheus, and what it says of its own health."""
import os
import shutil
import subprocess
import unittest

import tap
from live import LiveCase, ip, samples, total
from sensor import BINARY


class Metrics(LiveCase):
    def test_every_packet_is_accounted_for(self):
        for workers in (1, 2):
            with self.subTest(workers=workers):
                self.write("etc/capture.yaml",
                           f"ports: [{{interface: wire}}]\nworkers: {workers}\n")
                daemon = self.daemon()
                server = self.serve_http(7878)
                self.get(7878)
                self.wait_for_records(daemon, 1, "alert")
                self.wait_until(lambda: total(samples(self.scrape()[1]), "sessions_ended"),
                                "the session's end")
                status, text = self.scrape()
                self.assertEqual(status, 200)
                found = samples(text)
                self.assert_the_books_balance(found)
                self.assertGreaterEqual(total(found, "received_packets"), 8)
                self.assertEqual(found["offport_sessions_by_protocol_total"],
                                 {'{protocol="http"}': 1.0})
                self.assertEqual(found["offport_port_up"], {'{port="wire"}': 1.0})
                self.assertGreater(total(found, "finding_revisions"), 0)
                self.assert_the_load_is_told(found, workers)
                server.end()
                self.assertEqual(daemon.end(), 0)

    def assert_the_load_is_told(self, found, workers):
        """Bursts of the core that receives hold what was received; those of the others, what they
        were handed."""
        first = "0" if workers == 1 else "steering"
        cores = [first] if workers == 1 else [first, *map(str, range(workers))]
        packets = found["offport_burst_packets_sum"]
        self.assertEqual(set(packets), {f'{{core="{core}"}}' for core in cores})
        self.assertEqual(packets[f'{{core="{first}"}}'], total(found, "received_packets"))
        if workers > 1:
            self.assertEqual(sum(packets.values()) - packets[f'{{core="{first}"}}'],
                             total(found, "tracked_packets", "untracked_packets"))
        self.assertEqual(found["offport_burst_packets_count"],
                         found["offport_burst_duration_seconds_count"])
        seconds = found["offport_burst_duration_seconds_sum"][f'{{core="{first}"}}']
        self.assertGreater(seconds, 1e-6)
        self.assertLess(seconds, 60)
        rings = ["records"] if workers == 1 else ["frames", "records"]
        looks = found["offport_ring_occupancy_ratio_count"]
        self.assertEqual(set(looks), {f'{{worker="{worker}",ring="{ring}"}}'
                                      for worker in range(workers) for ring in rings})
        self.assertGreater(min(looks.values()), 0)
        occupancy = found["offport_flow_table_occupancy_ratio_bucket"]
        self.assertGreater(occupancy['{worker="0",le="0.01"}'], 0)
        self.assertEqual(found["offport_sessions_limit"],
                         {f'{{worker="{worker}"}}': 2.0**20 for worker in range(workers)})
        self.assertEqual(len(found["offport_build_info"]), 1)

    def test_tags_that_no_rule_knows_are_listed(self):
        daemon = self.daemon()
        self.send_tagged_from_phone()

        def sessions():
            return samples(self.scrape()[1])["offport_unmapped_tag_sessions_total"]
        self.wait_until(lambda: sessions() == {'{tags="vlan 42"}': 1.0, '{tags="other"}': 0.0},
                        "the tag")
        self.assertEqual(daemon.end(), 0)
        self.assertIn("unmapped: vlan 42 (1 session)", daemon.error.read_text())

    def test_what_is_wrong_is_told_to_whoever_asks(self):
        daemon = self.daemon()
        self.wait_until(lambda: self.scrape("/readyz") == (200, "ok\n"), "readiness")
        self.assertEqual(self.scrape("/healthz"), (200, "ok\n"))
        ip("-n", self.server, "link", "set", "wire", "down")
        self.wait_until(lambda: self.scrape("/readyz") == (503, "port 'wire' is down\n"),
                        "the link's loss")
        self.assertIn('offport_port_up{port="wire"} 0', self.scrape()[1])
        self.assertEqual(self.scrape("/healthz"), (200, "ok\n"))
        self.assertEqual(self.scrape("/elsewhere")[0], 404)
        self.assertEqual(daemon.end(), 0)

    @unittest.skipUnless(shutil.which("promtool"), "no promtool: apt-get install prometheus")
    def test_promtool_has_nothing_against_it(self):
        self.daemon()
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.scrape()[1],
                                 capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("prometheus"), "no prometheus: apt-get install prometheus")
    def test_prometheus_scrapes_it(self):
        self.daemon()
        self.write("prometheus.yml", "scrape_configs:\n  - job_name: offport\n    scrape_interval: "
                   "1s\n    static_configs: [{targets: ['127.0.0.1:9469']}]\n")
        self.start(self.server, "prometheus", f"--config.file={self.directory}/prometheus.yml",
                   f"--storage.tsdb.path={self.directory}/tsdb",
                   "--web.listen-address=127.0.0.1:19090")
        script = ("import urllib.request as u; print(u.urlopen('http://127.0.0.1:19090/api/v1/"
                  "query?query=offport_build_info', timeout=5).read().decode())")

        def is_stored():
            done = subprocess.run(["ip", "netns", "exec", self.server, "python3", "-c", script],
                                  capture_output=True, text=True)
            return '"job":"offport"' in done.stdout
        self.wait_until(is_stored, "the scraped sample")

    def test_an_address_that_is_taken_is_one_line(self):
        self.daemon()
        second = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1",
                                             RUNTIME_DIRECTORY=str(self.directory / "run2")))
        self.assertEqual(second.process.wait(60), 1)
        self.assert_one_line(second.error.read_text(), "`metrics` in sensor.yaml", "9469")

    def test_it_can_be_switched_off(self):
        self.write("etc/sensor.yaml", "metrics: off\n")
        daemon = self.daemon()
        self.assertNotIn("metrics at", daemon.error.read_text())
        self.assertEqual(daemon.end(), 0)


if __name__ == "__main__":
    tap.main()
