#!/usr/bin/env bash
# Takes the pictures of the web interface in docs/pictures/ from the pages beside them: docs/pictures.sh [GLEANER]. Needs chromium, python3 with Pillow, and fonts
# for Arabic, Hebrew, Chinese and Japanese (Debian: fonts-noto-core, fonts-noto-cjk).
set -euo pipefail
cd "$(dirname "$0")/.."
gleaner=$(realpath "${1:-target/release/gleaner}")
out=$PWD/docs/pictures
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

# The pages as a crawl has them: with their URLs.
mkdir "$work/raw"
python3 - "$out/pages" "$work/raw" <<'PYTHON'
import json, pathlib, re, sys
for page in sorted(pathlib.Path(sys.argv[1]).glob("*.html")):
    html = page.read_text(encoding="utf-8")
    url = re.search(r'rel="canonical" href="([^"]+)"', html).group(1)
    (pathlib.Path(sys.argv[2]) / f"{page.stem}.jsonl").write_text(json.dumps({"url": url, "html": html}) + "\n")
PYTHON
printf '[[watch]]\nname = "Harbours"\nquery = "harbour OR ferry"\n' > "$work/config.toml"
# The runs are shown with their times.
export SOURCE_DATE_EPOCH=1710061200
"$gleaner" --root "$work" --quiet clean
"$gleaner" --root "$work" --quiet serve --addr 127.0.0.1:8018 &
server=$!
base=http://127.0.0.1:8018
until python3 -c "import urllib.request; urllib.request.urlopen('$base/')" 2>/dev/null; do sleep 0.2; done

# The beginning of the id of the document that a page became.
id_of() { "$gleaner" --root "$work" show --json "https://www.$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'; }

# take NAME WIDTHxHEIGHT PATH [dark]
take() {
  local scheme=0
  [ "${4:-}" = dark ] && scheme=1
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
    --blink-settings=preferredColorScheme=$((1 - scheme)) --window-size="${2/x/,}" --screenshot="$work/$1.png" "$base$3" 2>/dev/null
  # A palette is enough for text, and a quarter of the size.
  python3 - "$work/$1.png" "$out/$1.png" <<'PYTHON'
import sys
from PIL import Image
image = Image.open(sys.argv[1]).convert("RGB")
image.quantize(colors=64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)
PYTHON
}

take search 1200x720 '/documents?q=harbour'
take document 1200x800 "/documents/$(id_of holm-courier.example/2024/harbour-wall)"
take blocks-dark 1200x800 "/documents/$(id_of holm-courier.example/2024/harbour-wall)/blocks" dark
take arabic 900x720 "/documents/$(id_of marfa.example/2024/harbour)"
take japanese 900x720 "/documents/$(id_of hamamachi.example/2024/harbour)" dark
du -cb "$out"/*.png | tail -1
