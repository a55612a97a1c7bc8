// compare.mjs PROGRAM PAGE…: whether the WebAssembly program gives the same articles as the native one.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { extract } from "./demo/extract.mjs";

const [native, ...pages] = process.argv.slice(2);
const program = await WebAssembly.compile(readFileSync("target/wasm/gleaner.wasm"));
let differ = 0;
for (const page of pages) {
  const bytes = readFileSync(page);
  const start = performance.now();
  const ours = await extract(program, bytes);
  const took = Math.round(performance.now() - start);
  const { stdout, status } = spawnSync(native, ["extract", "--format", "json", "--explain", "-"], { input: bytes });
  if (status !== 0 && status !== 3) throw new Error(`${native} ended with ${status}`);
  const theirs = JSON.parse(stdout);
  const fields = ["text", "title", "authors", "date", "language", "site", "completeness", "confidence", "removals"];
  const wrong = fields.filter((field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]));
  differ += wrong.length > 0;
  console.log(wrong.length ? `${page}: ${wrong.join(", ")} differ` : `${page}: the same, ${ours.text.length} characters, ${took} ms`);
}
console.log(`${pages.length} pages, ${differ} differ`);
process.exit(differ ? 1 : 0);
