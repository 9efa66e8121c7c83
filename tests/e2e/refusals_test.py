"""What the daemon refuses to begin with: one line, where it is written and what to do."""
import os
import pathlib
import subprocess
import unittest

import tap
from live import LiveCase, ip
from sensor import BINARY, Case, run


DPDK_DRIVERS = {"vfio-pci", "igb_uio", "uio_pci_generic", "mlx4_core", "mlx5_core"}


class Refused(Case):
    def refused(self, capture, *words, **options):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", capture)
        done = run("run", "-c", self.directory / "etc", **options)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assert_one_line(done.stderr, "capture.yaml:", *words)

    def test_no_ports(self):
        self.refused("ports: []\n", "no ports to capture from")

    def test_an_interface_that_is_not_there(self):
        self.refused("ports: [{interface: nowhere0}]\n", ":1:9:", "'nowhere0'", "`ip link`")

    def test_a_card_that_is_not_there(self):
        self.refused("ports: [{device: '0000:ff:1f.7'}]\n", "no such card", "lspci")

    def test_a_card_that_the_kernel_has(self):
        """Any that this machine has, as long as DPDK does not have it."""
        kernels = [driver.parent.name for driver in
                   pathlib.Path("/sys/bus/pci/devices").glob("*/driver")
                   if driver.resolve().name not in DPDK_DRIVERS]
        if not kernels:
            self.skipTest("no PCI device here has a driver of the kernel's")
        self.refused(f"ports: [{{device: '{kernels[0]}'}}]\n", "the kernel's driver",
                     f"dpdk-devbind.py -b vfio-pci {kernels[0]}")

    def test_a_port_that_is_neither(self):
        self.refused("ports: [{}]\n", "interface: NAME")
        self.refused("ports: [{interface: lo, device: net_null0}]\n", "interface: NAME")

    def test_a_port_twice(self):
        self.refused("ports: [{interface: lo}, {interface: lo}]\n", ":1:26:", "listed twice")

    def test_an_inline_port_without_a_peer(self):
        self.refused("role: inline\nports: [{interface: lo}]\n", ":2:9:", "'lo' has no peer",
                     "`role: tap`")

    def test_a_role_that_there_is_not(self):
        self.refused("role: bridge\nports: [{interface: lo}]\n", ":1:7:", "`tap`", "`inline`")

    def test_an_inline_port_that_is_no_ethernet(self):
        self.refused("role: inline\nports: [{interface: lo}, {device: net_null0}]\n", ":2:9:",
                     "no Ethernet interface")

    def test_cpus_that_do_not_fit_the_workers(self):
        self.refused("ports: [{interface: lo}]\nworkers: 2\ncpus: [0, 1]\n", ":3:7:", "cpus", "3")

    def test_a_kernel_interface_as_a_device(self):
        self.refused("ports: [{device: 'net_af_packet0,iface=lo'}]\n", "interface: NAME")

    def test_a_cpu_that_is_not_there(self):
        self.refused("ports: [{device: net_null0}]\ncpus: [1023]\n", ":2:7:", "CPU 1023")

    def test_an_unknown_key(self):
        self.refused("prots: []\n", "did you mean 'ports'")

    def test_a_device_that_dpdk_does_not_know(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", "ports: [{device: net_nonsense0}]\n")
        done = run("run", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "net_nonsense0", "check the driver's name")

    @unittest.skipIf(os.geteuid() != 0, "needs root to give root up")
    def test_without_the_right_to_capture(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", "ports: [{interface: lo}]\n")
        done = subprocess.run(["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", BINARY,
                               "run", "-c", self.directory / "etc"], capture_output=True,
                              text=True, env=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "CAP_NET_RAW", "setcap")


class Hugepages(LiveCase):
    def test_too_few_hugepages_are_told_with_what_to_do(self):
        free = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
        if free.exists() and int(free.read_text()) * 2 > 200:
            self.skipTest("this machine has enough hugepages")
        environment = {k: v for k, v in os.environ.items() if k != "OFFPORT_NO_HUGE"}
        daemon = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=environment)
        self.wait_for_text(daemon.error, "too few hugepages: more than .* vm.nr_hugepages")
        self.assertEqual(daemon.end(), 0)
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\nhugepages: false\n")
        daemon = self.daemon()
        self.assertEqual(daemon.end(), 0)
        self.assertNotIn("too few", daemon.error.read_text())


class Aliases(LiveCase):
    def test_an_interface_under_two_names_is_refused(self):
        ip("-n", self.server, "link", "property", "add", "dev", "wire", "altname", "mirror")
        self.write("etc/capture.yaml", "ports: [{interface: wire}, {interface: mirror}]\n")
        daemon = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(daemon.process.wait(60), 1)
        self.assert_one_line(daemon.error.read_text(), ":1:28:", "'mirror'", "listed already")


if __name__ == "__main__":
    tap.main()
