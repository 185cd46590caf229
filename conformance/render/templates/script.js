"use strict";
(() => {
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const items = [...document.querySelectorAll(".scenario, .card, .rules tbody tr")];
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const search = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const hit = words.every((word) => text(item).includes(word));
      item.classList.toggle("missed", !hit);
      if (hit && item.classList.contains("scenario")) shown += 1;
    }
    found.textContent = words.length ? `${shown} scenarios` : "";
  };
  // Browsers open the folds around a link's target by themselves, older ones only so.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (target) target.scrollIntoView();
  };
  // Paper has no folds: what is printed is opened, and folded again. Newer browsers do so by the style.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll(".printed details:not([open])")];
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of unfolded) each.open = false;
  });
  document.getElementById("find-label").hidden = false;
  find.addEventListener("input", search);
  addEventListener("hashchange", open);
  if (location.hash) open();
})();
