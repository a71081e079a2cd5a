"""The backend with 5,000 contacts, asked by wrk over loopback beside the least libmicrohttpd program in the
same run: one contact, a page of a random queue with one write in ten, and its memory."""
import json, os, re, shutil, statistics, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from workplace import BUILD, Backend, head, limit, line, pss_kb

ROUNDS, SECONDS, WRITERS = 5, 2, 128

# Nine pages of a queue chosen at random, then one event, each from a device of its own session in turn, so
# that a device's numbers arrive in order however wrk spreads them over its connections.
MIXED_LUA = """
local tokens, queues, readers = {TOKENS}, {QUEUES}, "READER"
local threads, count, calls, half = 0, 0, 0, WRITERS / 2
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init() math.randomseed(number + 1) end
function request()
  calls = calls + 1
  if calls % 10 ~= 0 then
    return wrk.format("GET", "/v1/contacts?limit=50&queue=" .. queues[math.random(#queues)],
                      {["Authorization"] = "Bearer " .. readers})
  end
  local writer, seq = number * half + count % half + 1, math.floor(count / half) + 1
  count = count + 1
  local body = string.format('{"events":[{"v":1,"id":"%08x-%04x-7000-8000-%06x%06x","device":"bench-ROUND-%d",' ..
    '"boot":"b","seq":%d,"actor":{"kind":"agent","id":"lina"},"kind":"desk.locked",' ..
    '"at":"2026-01-01T00:00:00.000Z","boot_ms":1}]}', ROUND + 1, number, writer, seq, writer - 1, seq)
  return wrk.format("POST", "/v1/events", {["Authorization"] = "Bearer " .. tokens[writer],
                                           ["Content-Type"] = "application/json"}, body)
end
"""


class Least:
    """The least libmicrohttpd program, answering with this body."""

    def __init__(self, folder, body):
        path = os.path.join(folder, "body")
        with open(path, "wb") as file:
            file.write(body)
        self.process = subprocess.Popen([f"{BUILD}/tests/bench/least_http", path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1/contacts/1"

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(url, connections, *more):
    out = subprocess.run(["wrk", "-t", "2", "-c", str(connections), "-d", f"{SECONDS}s", "--latency", *more, url],
                         capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Requests/sec" not in out:
        raise SystemExit(f"wrk got an answer that it should not have:\n{out}")
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), milliseconds(re.search(r"^ +99%\s+(\S+)", out, re.M)[1]))


def interleaved(*runs):
    """The median rate and p99 of each run over rounds in turn."""
    rounds = [[run(i) for run in runs] for i in range(ROUNDS)]
    return [tuple(statistics.median(r[k][part] for r in rounds) for part in (0, 1)) for k in range(len(runs))]


def compare_contact(backend, least, path):
    bearer = "Authorization: Bearer " + backend.token
    for connections in (64, 8):
        ours, theirs = interleaved(lambda _: wrk(backend.url + path, connections, "-H", bearer),
                                   lambda _: wrk(least.url, connections))
        if connections == 64:
            line("one contact, 64 connections", f"{ours[0]:.0f}/s", f"least {theirs[0]:.0f}/s",
                 f"{ours[0] / theirs[0]:.2f}", ">= 0.5x")
        else:
            line("one contact, 8 connections, p99", f"{ours[1]:.2f} ms", f"least {theirs[1]:.2f} ms",
                 f"{ours[1] / theirs[1]:.2f}", "<= 2x")


def compare_pages(backend, least, folder):
    queues = [q["id"] for q in backend.call("/v1/floor", token=backend.token)["queues"]]
    for queue in queues:
        page = backend.call(f"/v1/contacts?limit=50&queue={queue}", token=backend.token)
        if len(page["contacts"]) != 50:
            raise SystemExit(f"The queue {queue} has {len(page['contacts'])} contacts, and the bench needs 50.")

    def mixed(number):
        tokens = backend.make_tokens("lina", f"bench-{number}-", WRITERS)
        path, quoted = os.path.join(folder, "mixed.lua"), lambda words: ",".join(f'"{w}"' for w in words)
        text = MIXED_LUA
        for word, value in {"TOKENS": quoted(tokens), "QUEUES": quoted(queues), "READER": backend.token,
                            "WRITERS": str(WRITERS), "ROUND": str(number)}.items():
            text = text.replace(word, value)
        with open(path, "w") as file:
            file.write(text)
        return wrk(backend.url, 64, "-s", path)

    before = backend.metrics()
    ours, theirs = interleaved(mixed, lambda _: wrk(least.url, 64))
    after = backend.metrics()
    taken, refused, asked = (after[k] - before[k] for k in ("events_total", "events_refused_total", "requests_total"))
    if refused or taken < asked * 0.09:
        raise SystemExit(f"Of {asked:.0f} requests {taken:.0f} were writes taken, and {refused:.0f} were refused.")
    line("page of 50 of a random queue, 1 write in 10", f"{ours[0]:.0f}/s", f"least {theirs[0]:.0f}/s",
         f"{ours[0] / theirs[0]:.2f}", ">= 0.15x")


def main():
    if not shutil.which("wrk"):
        return print("skipped: wrk is not installed")
    with tempfile.TemporaryDirectory() as folder:
        backend = Backend(folder, 5000, spread=True)
        least = None
        try:
            head("backend, 5,000 contacts")
            time.sleep(1)  # what the import freed is given back once the writer is idle
            pss = pss_kb(backend.pid, backend.is_own) / 1024
            limit("PSS without mapped stores, at the start", pss, 16, "MB")
            path = "/v1/contacts/700042"
            least = Least(folder, json.dumps(backend.call(path, token=backend.token)).encode())
            compare_contact(backend, least, path)
            compare_pages(backend, least, folder)
            pss = pss_kb(backend.pid, backend.is_own) / 1024
            limit("PSS without mapped stores, after the load", pss, 16, "MB")
        finally:
            backend.stop()
            if least:
                least.stop()


if __name__ == "__main__":
    main()
