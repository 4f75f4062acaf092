"use strict";
(() => {
  const table = document.getElementById("reject-rows");
  if (!table) return;
  const body = table.tBodies[0];
  const original = [...body.rows];
  const search = document.getElementById("search");
  const told = document.querySelector("output[for=search]");
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const figures = new Intl.NumberFormat(language);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = new Map(original.map((row) => [row, plain(row.textContent)]));

  const filter = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of original) {
      const text = texts.get(row);
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    told.value = told.dataset.shown
      .replace("{shown}", figures.format(shown))
      .replace("{all}", figures.format(original.length));
  };
  search.addEventListener("input", filter);
  search.closest("p").hidden = false;

  const heads = [...table.tHead.rows[0].cells];
  const sort = (column, head) => {
    const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
    for (const other of heads) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", next);
    const sign = next === "descending" ? -1 : 1;
    const cell = (row) => row.cells[column].textContent;
    const compare = head.dataset.sort === "number"
      ? (a, b) => sign * (Number(cell(a)) - Number(cell(b)))
      : (a, b) => sign * collator.compare(cell(a), cell(b));
    body.append(...(next === "none" ? original : [...original].sort(compare)));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.dataset.text = head.textContent;
    button.addEventListener("click", () => sort(column, head));
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
  });
})();
