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
  const open = () => {
    let node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = node;
    for (; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (target) target.scrollIntoView();
  };
  document.getElementById("find-label").hidden = false;
  find.addEventListener("input", search);
  addEventListener("hashchange", open);
  if (location.hash) open();
})();
