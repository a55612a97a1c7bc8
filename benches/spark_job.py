#!/usr/bin/env python3
"""What the Spark job costs: pages per second, processor time, bytes shuffled per stage and memory: `spark_job.py --cores 2 --out FOLDER PAGES.parquet…`.

Needs the Python package with Spark (`pip install './python[spark]'`). The job runs in a process of its own, as `gleaner-spark` does, on as many local cores;
the numbers of stages are those that Spark writes into its event log. Processor time is that of all processes that the job has started, read once a second.
Memory is the most that a process has held: of the JVM, which is driver and executor at once here, of a Python worker, and of all together (pages that forked
workers share counted once). With --archives, the pages are WARC files.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")

JOB = """
import json, sys, time
from pyspark.sql import SparkSession
from gleaner import spark as job

settings, archives, out, *paths = json.loads(sys.argv[1])
builder = SparkSession.builder.appName("gleaner")
for name, value in {**job.SETTINGS, **settings}.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()

class Timed(job.Job):
    # Says which stage of this job the jobs of Spark belong to.
    def stage(self, name, rows):
        self.spark.sparkContext.setJobDescription("stage " + name.partition("-")[0])
        made = super().stage(name, rows)
        self.spark.sparkContext.setJobDescription("result")
        return made

pages = job.pages_of_archives(spark, paths) if archives else job.pages_of_table(spark.read.parquet(*paths))
report = job.run(Timed(spark, out, int(time.time())), pages)
spark.stop()
print(json.dumps(report))
"""


class Processes:
    """The processes below this one, as far as they have been seen."""

    def __init__(self):
        self.cpu, self.memory, self.names, self.most = {}, {}, {}, 0.0

    def look(self):
        parents, now = {}, {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            name, fields = stat.split("(", 1)[1].rsplit(")", 1)
            fields = fields.split()
            parents[int(folder.name)] = int(fields[1])
            now[int(folder.name)] = (name, (int(fields[11]) + int(fields[12])) / TICKS)
        together = 0.0
        for pid, (name, cpu) in now.items():
            above = pid
            while above in parents and above != os.getpid():
                above = parents[above]
            if above != os.getpid() or pid == os.getpid():
                continue
            # A program that has only been forked still has the name and memory of its parent.
            is_new, self.cpu[pid], self.names[pid] = pid not in self.cpu, cpu, name
            if is_new:
                continue
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                together += megabytes(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss:")
                self.memory[pid] = megabytes(status, "VmHWM:")
            except (OSError, IndexError):
                continue
        self.most = max(self.most, together)

    def peak(self, is_java):
        return max((self.memory[pid] for pid in self.memory if (self.names[pid] == "java") == is_java), default=0)


def megabytes(text, field):
    return int(text.split(f"\n{field}", 1)[1].split()[0]) / 1024


def measured(command, log):
    """Runs a command: its output, the seconds that it took, and its processes."""
    start, processes = time.perf_counter(), Processes()
    with open(log, "wb") as errors:
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, "PYSPARK_PYTHON": sys.executable})
        while run.poll() is None:
            processes.look()
            time.sleep(1)
    if run.returncode:
        sys.exit(f"{command[0]} failed: {log}")
    return run.stdout.read(), time.perf_counter() - start, processes


def stages_of(folder):
    """For each stage of the job, from the event log: seconds from start to end, seconds that tasks ran, bytes written to shuffles, bytes spilled to disk, and the
    peak of a task's execution memory. What does not belong to a stage makes the result of the last ones."""
    names, starts, of_job, found = {}, {}, {}, collections.defaultdict(lambda: [0, 0, 0, 0, 0])
    for file in sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file() and not path.name.startswith((".", "appstatus"))):
        for event in map(json.loads, file.open(encoding="utf-8")):
            if event["Event"] == "SparkListenerJobStart":
                kind, _, name = event.get("Properties", {}).get("spark.job.description", "").partition(" ")
                of_job[event["Job ID"]] = name if kind == "stage" else "result"
                names.update(dict.fromkeys(event["Stage IDs"], of_job[event["Job ID"]]))
                starts[event["Job ID"]] = event["Submission Time"]
            elif event["Event"] == "SparkListenerJobEnd":
                found[of_job[event["Job ID"]]][0] += (event["Completion Time"] - starts[event["Job ID"]]) / 1000
            elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                metrics, row = event["Task Metrics"], found[names[event["Stage ID"]]]
                row[1] += metrics["Executor Run Time"] / 1000
                row[2] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                row[3] += metrics["Disk Bytes Spilled"]
                row[4] = max(row[4], metrics["Peak Execution Memory"])
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", nargs="+")
    arguments.add_argument("--out", required=True, help="an empty folder, for the corpus and Spark's own files")
    arguments.add_argument("--cores", type=int, default=2)
    arguments.add_argument("--archives", action="store_true", help="the pages are WARC files")
    arguments.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of Spark")
    given = arguments.parse_args()
    out = pathlib.Path(given.out).resolve()
    (out / "events").mkdir(parents=True)
    settings = {"spark.master": f"local[{given.cores}]", "spark.ui.enabled": "false", "spark.local.dir": str(out / "local")}
    settings |= {"spark.eventLog.enabled": "true", "spark.eventLog.compress": "false", "spark.eventLog.dir": (out / "events").as_uri()}
    settings |= dict(setting.split("=", 1) for setting in given.set)
    job = [sys.executable, "-c", JOB, json.dumps([settings, given.archives, str(out / "corpus"), *given.pages])]
    output, seconds, processes = measured(job, out / "log")
    report = json.loads(output)
    (out / "report.json").write_text(json.dumps(report, indent=1))
    pages, cpu = report["pages"], sum(processes.cpu.values())
    print(f"{given.cores} cores: {pages} pages, {report['documents']} documents in {seconds:.0f} s ({pages / seconds:.0f} pages/s), ", end="")
    print(f"{cpu:.0f} s of processor time ({pages / cpu:.0f} pages/s)")
    print(f"memory, MB: JVM {processes.peak(True):.0f}, largest Python worker {processes.peak(False):.0f}, all together {processes.most:.0f}")
    print(f"{'stage':10} {'s':>7} {'tasks, s':>9} {'shuffled, B/document':>21} {'spilled, MB':>12} {'peak of a task, MB':>19}")
    for name, (wall, tasks, shuffled, spilled, peak) in stages_of(out / "events").items():
        print(f"{name:10} {wall:7.1f} {tasks:9.1f} {shuffled / report['documents']:21.0f} {spilled / 1e6:12.1f} {peak / 1e6:19.1f}")


if __name__ == "__main__":
    main()
