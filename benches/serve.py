#!/usr/bin/env python3
"""How long `gleaner serve` takes to answer, on a corpus that exists.

serve.py GLEANER ROOT [REQUESTS]   starts GLEANER on the corpus at ROOT and prints, for each kind of page, the median, the 95th percentile and
                                   the longest time in ms, and the bytes of the largest answer

The times are those of a client on the same machine, one request at a time on one connection, after one that is not counted.
"""

import http.client
import json
import random
import statistics
import subprocess
import sys
import time
from urllib.parse import quote

QUERIES = ["council", "government water", '"said that"', "title:new", "elect*", "police -fire", "rain OR storm"]


def start(program, root):
    server = subprocess.Popen([program, "--root", root, "serve", "--addr", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, text=True)
    text = ""
    while True:
        text += server.stdout.readline()
        try:
            return server, json.loads(text)["address"]
        except ValueError:
            continue


def ask(connection, path):
    begin = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - begin) * 1000
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return took, body


def main():
    program, root = sys.argv[1:3]
    requests = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    server, address = start(program, root)
    try:
        connection = http.client.HTTPConnection(address)
        total = json.loads(ask(connection, "/api/v1/documents?limit=1")[1])["total"]
        chance = random.Random(1)
        ids, filters = [], []
        for offset in chance.choices(range(min(total, 20_000)), k=min(requests, 40)):
            found = json.loads(ask(connection, f"/api/v1/documents?limit=1&offset={offset}")[1])["documents"]
            for document in (one["document"] for one in found):
                ids.append(document["id"])
                filters.extend(f"{name}={quote(document[name])}" for name in ("site", "language") if document.get(name))
        pages = {
            "start": lambda: "/",
            "list": lambda: "/documents",
            "list, further on": lambda: f"/documents?offset={chance.randrange(0, min(total, 2_000), 50)}",
            "list, narrowed": lambda: "/documents?" + chance.choice(filters),
            "search": lambda: "/documents?q=" + chance.choice(QUERIES).replace(" ", "+").replace('"', "%22"),
            "document": lambda: f"/documents/{chance.choice(ids)}",
            "side by side": lambda: f"/documents/{chance.choice(ids)}/blocks",
            "JSON of a document": lambda: f"/api/v1/documents/{chance.choice(ids)}",
            "JSON of a list": lambda: "/api/v1/documents",
        }
        print(f"{total} documents, {requests} requests of each kind\n\n| page | p50 ms | p95 ms | max ms | largest, kB |\n|---|---|---|---|---|")
        for name, path in pages.items():
            ask(connection, path())
            answers = [ask(connection, path()) for _ in range(requests)]
            times = sorted(took for took, _ in answers)
            p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
            largest = max(len(body) for _, body in answers) / 1000
            print(f"| {name} | {statistics.median(times):.1f} | {p95:.1f} | {times[-1]:.1f} | {largest:.0f} |")
    finally:
        server.terminate()
        server.wait()


main()
