"""A daemon that takes identity events by HTTP, and events to post to it."""
import base64
import datetime
import json
import subprocess

from live import PATIENCE, PHONE, SERVER, LiveCase, samples

FEEDS = "feeds:\n  http:\n"


def now(seconds=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def lease(address=PHONE, device="serial:R5CT1"):
    return json.dumps({"v": 1, "ts": now(-60), "device_id": device, "kind": "lease",
                       "address": address, "state": "granted"})


def usage_log(device, app, port, seconds=0):
    """What the Android Management API tells of a connection, as Pub/Sub pushes it."""
    batch = {"device": device, "retrievalTime": now(), "usageLogEvents": [
        {"eventId": "901", "eventTime": now(seconds), "eventType": "CONNECT",
         "connectEvent": {"destinationIpAddress": SERVER, "destinationPort": port,
                          "packageName": app}}]}
    data = base64.b64encode(json.dumps(batch).encode()).decode()
    return json.dumps({"message": {"attributes": {"notificationType": "USAGE_LOGS"},
                                   "data": data, "messageId": "1"}, "subscription": "s"})


class PostingCase(LiveCase):
    def curl(self, url, body, *options):
        """Status and body of the answer to a POST."""
        path = self.write("body", body)
        done = subprocess.run(
            ["ip", "netns", "exec", self.host, "curl", "-sS", "--max-time", "20", "-w",
             "\n%{http_code}", "--data-binary", f"@{path}", *map(str, options), url],
            capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text

    def post(self, feed, body, *options, base="http://127.0.0.1:9469"):
        return self.curl(f"{base}/v1/events/{feed}", body, *options)

    def events(self, feed, outcome):
        found = samples(self.scrape()[1])["offport_identity_events_total"]
        return found[f'{{feed="{feed}",outcome="{outcome}"}}']
