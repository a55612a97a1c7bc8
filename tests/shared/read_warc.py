"""Reads some.warc and some.warc.gz in the current folder with warcio, which checks every digest, and compares them with warc.json: the SHA-256 of each page's
body, by its URL. Needs: pip install -r tests/shared/read_exports.txt.
"""

import hashlib
import json
import sys

from warcio.archiveiterator import ArchiveIterator

EXPECTED = json.load(open("warc.json", encoding="utf-8"))

for name in ("some.warc", "some.warc.gz"):
    found, kinds = {}, []
    with open(name, "rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            kinds.append(record.rec_type)
            body = record.content_stream().read()
            if record.rec_type == "response":
                found[record.rec_headers.get_header("WARC-Target-URI")] = hashlib.sha256(body).hexdigest()
                if record.http_headers.get_statuscode() != "200":
                    sys.exit(f"{name}: status {record.http_headers.get_statuscode()}")
    if found != EXPECTED:
        sys.exit(f"{name}: {found} is not {EXPECTED}")
    if kinds[:1] != ["warcinfo"] or kinds.count("request") != len(EXPECTED):
        sys.exit(f"{name}: records {kinds}")
print("warc: as exported")
