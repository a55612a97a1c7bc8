#!/usr/bin/env python3
"""Pages per second of Ray and datatrove around the extractor, and of the extractor alone: `engines.py ray --workers 2 --out FOLDER PAGES`.

PAGES is a folder of Parquet files with `id`, `url` and `html`, such as `many_pages.py` writes. `alone` reads and extracts without an engine, on one thread, and
writes nothing. Needs `pip install './python[ray,datatrove]'`. Each runs in a process of its own; processor time and memory are those of all processes that it has
started, read once a second (spark_job.py).
"""

import argparse
import os
import pathlib
import sys

from spark_job import measured


def alone(pages, out, workers):
    import pyarrow as pa
    import pyarrow.parquet as pq

    import gleaner

    rows = 0
    for file in sorted(pages.glob("*.parquet")):
        for batch in pq.ParquetFile(file).iter_batches(128, columns=["id", "url", "html"]):
            rows += pa.record_batch(gleaner.extract_arrow(batch)).num_rows
    return rows


def with_ray(pages, out, workers):
    # Loopback addresses alone, and no reports.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0")
    import pyarrow.parquet as pq
    import ray

    import gleaner.ray

    ray.init("local", num_cpus=workers, include_dashboard=False, log_to_driver=False, object_store_memory=2 * 2**30)
    data = ray.data.read_parquet(str(pages), columns=["id", "url", "html"], override_num_blocks=8 * workers)
    gleaner.ray.extract(data).write_parquet(str(out / "articles"))
    return pq.read_table(out / "articles", columns=["words"]).num_rows


def with_datatrove(pages, out, workers):
    import pyarrow.parquet as pq
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    from gleaner.datatrove import GleanerExtractor, parquet_schema

    pipeline = [
        ParquetReader(str(pages), text_key="html", id_key="id", batch_size=128),
        GleanerExtractor(),
        ParquetWriter(str(out / "articles"), expand_metadata=True, schema=parquet_schema("of", "file_path")),
    ]
    LocalPipelineExecutor(pipeline, tasks=workers, workers=workers, logging_dir=str(out / "logs")).run()
    return pq.read_table(out / "articles", columns=["id"]).num_rows


ENGINES = {"alone": alone, "ray": with_ray, "datatrove": with_datatrove}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("engine", choices=ENGINES)
    arguments.add_argument("pages", type=pathlib.Path)
    arguments.add_argument("--out", type=pathlib.Path, required=True, help="an empty folder")
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--itself", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.itself:
        print("articles:", ENGINES[given.engine](given.pages.resolve(), given.out.resolve(), given.workers))
        return
    given.out.mkdir(parents=True)
    output, seconds, processes = measured([sys.executable, *sys.argv, "--itself"], given.out / "log")
    rows, cpu = int(output.split(b"articles:")[1]), sum(processes.cpu.values())
    print(f"{given.engine}, {given.workers} workers: {rows} articles in {seconds:.1f} s ({rows / seconds:.0f}/s), ", end="")
    print(f"{cpu:.1f} s of processor time ({rows / cpu:.0f}/s); memory, MB: largest process {processes.peak(False):.0f}, all together {processes.most:.0f}")


if __name__ == "__main__":
    main()
