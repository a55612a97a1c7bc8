"""Finds near duplicates with rensa and with datatrove's MinHash, for comparison with `--bin relate`.

    cargo run --release -p gleaner-bench --bin relate -- --write copies.jsonl MANIFEST…
    pip install rensa 'datatrove[processing]'
    python benches/near_duplicates.py copies.jsonl rensa|datatrove usual|low pairs.jsonl
    cargo run --release -p gleaner-bench --bin relate -- --score pairs.jsonl MANIFEST…

`usual` are the documented settings; `low` are the most that the method finds: many short bands, and no threshold but that of a candidate.
Prints the time without reading and writing files. Scores nothing.
"""

import collections
import itertools
import json
import re
import sys
import time

# Pairs of a bucket are not listed beyond this: boilerplate fills it.
MAX_BUCKET = 200


def rensa_pairs(texts, low):
    from rensa import RMinHash, RMinHashLSH

    bands = 64 if low else 16
    threshold = 0.0 if low else 0.8
    lsh = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=bands)
    hashes = []
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        minhash = RMinHash(num_perm=128, seed=42)
        minhash.update([" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))])
        lsh.insert(number, minhash)
        hashes.append(minhash)
    pairs = set()
    for number, minhash in enumerate(hashes):
        for other in lsh.query(minhash):
            if other != number and (low or minhash.jaccard(hashes[other]) >= threshold):
                pairs.add((min(number, other), max(number, other)))
    return pairs


def datatrove_pairs(texts, low):
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
    from datatrove.utils.hashing import HashConfig

    config = MinhashConfig(hash_config=HashConfig(precision=64))
    if low:
        config.num_buckets, config.hashes_per_bucket = 56, 2
    signature = MinhashDedupSignature("/tmp/datatrove-signatures", config=config)
    buckets = collections.defaultdict(list)
    for number, text in enumerate(texts):
        shingles = signature.get_shingles(text)
        if shingles.size:
            for at, bucket in enumerate(signature.get_signature(shingles)):
                buckets[at, tuple(bucket)].append(number)
    pairs = set()
    for numbers in buckets.values():
        pairs.update(itertools.combinations(numbers[:MAX_BUCKET], 2))
    return pairs


def main():
    path, system, settings, out = sys.argv[1:]
    texts = [json.loads(line)["text"] for line in open(path, encoding="utf-8")]
    start = time.perf_counter()
    find = {"rensa": rensa_pairs, "datatrove": datatrove_pairs}[system]
    pairs = find(texts, settings == "low")
    print(f"{system} {settings}: {len(texts) / (time.perf_counter() - start):.0f} texts/s, {len(pairs)} pairs", file=sys.stderr)
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(pair) + "\n" for pair in sorted(pairs))


main()
