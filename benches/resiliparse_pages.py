"""Times resiliparse on the pages of manifests, to compare its speed with that of `gleaner extract --batch --jobs 1`.

python benches/resiliparse_pages.py MANIFEST… prints the pages, the processor time of the whole process in seconds (the start of Python and the import
included) and pages per second of it. The manifests have the format of `gleaner extract --batch`; each page is read and decoded, and its main text is
extracted. Pages that are not UTF-8 have their charset detected; to detect that of all pages would take twice as long.
"""

import json
import sys
import time
from pathlib import Path

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree


def pages(manifest):
    with open(manifest, encoding="utf-8") as lines:
        for line in lines:
            yield (manifest.parent / json.loads(line)["file"]).read_bytes()


def decoded(page):
    try:
        return page.decode()
    except UnicodeDecodeError:
        return page.decode(detect_encoding(page), "replace")


def main():
    count = characters = 0
    for manifest in map(Path, sys.argv[1:]):
        for page in pages(manifest):
            characters += len(extract_plain_text(HTMLTree.parse(decoded(page)), main_content=True))
            count += 1
    seconds = time.process_time()
    print(f"{count} pages, {characters} characters, {seconds:.2f} s, {count / seconds:.0f} pages/s")


main()
