"""Articles of a folder of Parquet files with pages, on Ray: `python ray_articles.py PAGES ARTICLES`.

Both are paths or URLs that fsspec knows, such as `s3://crawl/pages` (needs s3fs, which reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like). The pages have
a column `html` or `text`, and perhaps `url`, `content_type` and `id`.
"""

import argparse

import fsspec
import gleaner.ray
import ray


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages")
    arguments.add_argument("articles")
    arguments.add_argument("--incomplete", action="store_true", help="keep previews, block pages and the like as well")
    arguments.add_argument("--address", help="of a Ray cluster; without it, one is started on this machine")
    given = arguments.parse_args()

    ray.init(given.address)
    (files, pages), (out_files, articles) = fsspec.url_to_fs(given.pages), fsspec.url_to_fs(given.articles)
    data = ray.data.read_parquet(pages, filesystem=files)
    kept = gleaner.ray.extract(data, only=None if given.incomplete else ["complete", "live"])
    kept.write_parquet(articles, filesystem=out_files)


if __name__ == "__main__":
    main()
