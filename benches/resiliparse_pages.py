"""Times resiliparse on the pages of manifests, to compare its speed with that of `gleaner extract --batch --jobs 1`.

python benches/resiliparse_pages.py MANIFEST… prints the pages, the processor time of the whole process in seconds (the start of Python and the import
included) and pages per second of it. The manifests have the format of `gleaner extract --batch`; each page is read, its charset is detected, and its main
text is extracted as resiliparse does by default for HTML.
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


def main():
    count = characters = 0
    for manifest in map(Path, sys.argv[1:]):
        for page in pages(manifest):
            tree = HTMLTree.parse_from_bytes(page, detect_encoding(page))
            characters += len(extract_plain_text(tree, main_content=True))
            count += 1
    seconds = time.process_time()
    print(f"{count} pages, {characters} characters, {seconds:.2f} s, {count / seconds:.0f} pages/s")


main()
