"""Articles of a folder of Parquet files with pages, on Ray: `python ray_articles.py PAGES ARTICLES`.

Both are paths or URLs that fsspec knows, such as `s3://crawl/pages` (needs s3fs, which reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like). The pages have
a column `html` or `text`, and perhaps `url`, `content_type` and `id`.
"""

import argparse

import fsspec
import gleaner.ray
import ray


def extract_files(pages: str, articles: str, incomplete: bool) -> None:
    """Writes the articles of a folder of pages."""
    (source, pages), (target, articles) = fsspec.url_to_fs(pages), fsspec.url_to_fs(articles)
    data = ray.data.read_parquet(pages, filesystem=source)
    kept = gleaner.ray.extract(data, only=None if incomplete else ["complete", "live"])
    kept.write_parquet(articles, filesystem=target)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages")
    arguments.add_argument("articles")
    arguments.add_argument("--incomplete", action="store_true", help="keep previews, block pages and the like as well")
    arguments.add_argument("--address", help="of a Ray cluster; without it, that of RAY_ADDRESS or a new one on this machine")
    given = arguments.parse_args()
    ray.init(given.address)
    extract_files(given.pages, given.articles, given.incomplete)


if __name__ == "__main__":
    main()
