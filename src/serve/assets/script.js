// Keyboard, colour scheme and copying. Everything else works without scripts.
"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["auto", "dark", "light"];
  const stored = () => { try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; } };
  const apply = (theme) => { if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme; };
  apply(stored());

  const inField = (event) => event.target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => { const dialog = document.getElementById("keys"); if (dialog?.open) dialog.close(); else dialog?.showModal(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const field = inField(event);
    if (event.key === "Escape" && field) { field.blur(); return; }
    const action = field ? undefined : keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  const copy = async (button) => {
    const status = document.getElementById("copied");
    try {
      const response = await fetch(button.dataset.copy);
      if (!response.ok) throw new Error(response.status);
      await navigator.clipboard.writeText(await response.text());
      if (status) status.textContent = "Copied.";
    } catch {
      location.assign(button.dataset.copy);
    }
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-copy], [data-theme-switch], [data-keys]");
    if (!target) return;
    if (target.dataset.copy) { event.preventDefault(); copy(target); }
    else if ("keys" in target.dataset) { event.preventDefault(); keys["?"](); }
    else {
      const next = themes[(themes.indexOf(stored()) + 1) % themes.length];
      try { localStorage.setItem("theme", next); } catch { /* Private windows may refuse; the page changes anyway. */ }
      apply(next);
      target.querySelector("[data-theme-name]").textContent = next;
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
    const name = document.querySelector("[data-theme-name]");
    if (name) name.textContent = stored();
  });
})();
