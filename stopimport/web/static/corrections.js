// The grid of rejects: what is typed is judged by the program after a moment, and the keys are those of a spreadsheet.
// All words come from the page itself or from the program, in its language.

document.getElementById("print")?.addEventListener("click", () => print());

const grid = document.getElementById("grid");
const PAUSE = 250; // milliseconds without a key before what is typed is judged
const AT_ONCE = 1000; // cells of a pasted column that go in one request

if (grid) begin();

function begin() {
  const total = Number(grid.dataset.total);
  const token = grid.querySelector("input[name=csrf]").value;
  const news = document.getElementById("news");
  const lost = document.getElementById("lost");
  const use = document.getElementById("use");
  const sum = document.getElementById("sum");
  const waiting = new Map(); // name of a field -> its text, not yet judged
  const before = new Map(); // name of a field -> its text when it got the focus
  let timer = 0;
  let asking = Promise.resolve();

  function show(answer) {
    for (const row of answer.rows) {
      const line = document.getElementById(`line-${row.at}`);
      if (!line) continue;
      line.dataset.found = row.found;
      const [sign, told] = line.querySelectorAll(".told b, .told span");
      sign.textContent = row.sign;
      told.textContent = row.told;
      const input = line.querySelector(".write input");
      if (row.found === "bad") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    sum.textContent = answer.figures.sum;
    use.textContent = answer.figures.button;
    use.disabled = use.hasAttribute("data-needs-key") && answer.figures.ready > 0;
    if (answer.news) news.textContent = answer.news;
  }

  async function ask(fields) {
    const body = new URLSearchParams([["csrf", token], ...fields]);
    try {
      const answer = await fetch(grid.dataset.address, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
      lost.hidden = true;
    } catch {
      // What was typed stays in its fields, and goes along with the next request.
      for (const [name, text] of fields) if (!waiting.has(name)) waiting.set(name, text);
      lost.textContent = grid.dataset.broken;
      lost.hidden = false;
    }
  }

  function judge() {
    clearTimeout(timer);
    asking = asking.then(async () => {
      const fields = [...waiting];
      waiting.clear();
      for (let from = 0; from < fields.length; from += AT_ONCE) await ask(fields.slice(from, from + AT_ONCE));
    });
    return asking;
  }

  function wrote(input) {
    waiting.set(input.name, input.value);
    clearTimeout(timer);
    timer = setTimeout(judge, PAUSE);
  }

  // --- Keys -----------------------------------------------------------------------------------------------------------

  const field = (name) => grid.elements.namedItem(name);

  async function leave(where, name) {
    await judge();
    if (!waiting.size) location.assign(`${where}#${name}`);
  }

  function move(input, by) {
    const [sign, at] = [input.name[0], Number(input.name.slice(1)) + by];
    const next = field(`${sign}${at}`);
    if (next) {
      next.focus();
      next.select();
      next.scrollIntoView({ block: "nearest" });
    } else if (at >= 0 && at < total) {
      leave(grid.querySelector(by > 0 ? "[data-next]" : "[data-before]").href, `${sign}${at}`);
    }
  }

  function aside(input, sign) {
    const next = field(`${sign}${input.name.slice(1)}`);
    next.focus();
    next.select();
  }

  const KEYS = {
    ArrowDown: (input) => move(input, 1),
    ArrowUp: (input) => move(input, -1),
    Enter: (input, event) => move(input, event.shiftKey ? -1 : 1),
    Escape(input) {
      input.value = before.get(input.name) ?? input.value;
      wrote(input);
      input.select();
    },
  };

  function atEnd(input, event) {
    const { selectionStart: start, selectionEnd: end, value, name } = input;
    const whole = start === 0 && end === value.length;
    if (event.key === "ArrowRight" && name[0] === "n" && end === value.length && (whole || start === end)) return "a";
    if (event.key === "ArrowLeft" && name[0] === "a" && start === 0 && (whole || start === end)) return "n";
    return "";
  }

  grid.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !/^[na]\d+$/.test(input.name) || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const over = atEnd(input, event);
    if (over) {
      event.preventDefault();
      aside(input, over);
    } else if (event.key in KEYS) {
      event.preventDefault();
      KEYS[event.key](input, event);
    }
  });

  grid.addEventListener("focusin", ({ target }) => {
    if (/^[na]\d+$/.test(target.name ?? "")) before.set(target.name, target.value);
  });

  grid.addEventListener("input", ({ target }) => {
    if (/^[na]\d+$/.test(target.name ?? "")) wrote(target);
  });

  // A column from a spreadsheet program: one line a cell, the first cell of each line.
  grid.addEventListener("paste", (event) => {
    const input = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/^[na]\d+$/.test(input.name ?? "") || !/[\r\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    const lines = text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/);
    const [sign, from] = [input.name[0], Number(input.name.slice(1))];
    for (const [number, line] of lines.slice(0, total - from).entries()) {
      const name = `${sign}${from + number}`;
      const value = line.split("\t")[0].trim().slice(0, 200);
      const shown = field(name);
      if (shown) shown.value = value;
      waiting.set(name, value);
    }
    judge();
  });

  // --- Leaving --------------------------------------------------------------------------------------------------------

  grid.addEventListener("click", (event) => {
    const link = event.target.closest(".windows a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link.href, "");
  });

  addEventListener("pagehide", () => {
    if (waiting.size) navigator.sendBeacon(grid.dataset.address, new URLSearchParams([["csrf", token], ...waiting]));
  });

  // What was typed before this script came, or was put back by the browser.
  for (const input of grid.elements) {
    if (/^[na]\d+$/.test(input.name) && input.value !== input.defaultValue) wrote(input);
  }

  const named = field(location.hash.slice(1));
  if (named instanceof HTMLInputElement) {
    named.focus();
    named.select();
  }
  grid.dataset.ready = "";
}
