// The page of the demonstration: reads what was chosen, and shows the article and what was removed.

import { extract } from "./extract.mjs";

const $ = (id) => document.getElementById(id);
const program = await WebAssembly.compileStreaming(fetch("gleaner.wasm"));

async function run() {
  const [file] = $("file").files;
  const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode($("source").value);
  const start = performance.now();
  let article;
  try {
    article = await extract(program, bytes, $("url").value);
  } catch (error) {
    article = { error: error.message };
  }
  $("state").textContent = article.error ?? `${Math.round(performance.now() - start)} ms`;
  $("title").textContent = article.title ?? "";
  const facts = [article.authors?.join(", "), article.date, article.site, article.language, article.completeness];
  $("facts").textContent = facts.filter(Boolean).join(" · ");
  $("text").textContent = article.text ?? "";
  const removals = article.removals ?? [];
  $("count").textContent = `Removed: ${removals.length}`;
  $("removals").replaceChildren(
    ...removals.map((removal) => {
      const item = document.createElement("li");
      item.textContent = `${removal.category}: ${removal.text}`;
      return item;
    }),
  );
}

$("go").addEventListener("click", run);
$("file").addEventListener("change", run);
$("go").disabled = false;
$("state").textContent = "Ready";
