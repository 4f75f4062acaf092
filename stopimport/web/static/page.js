// What HTML alone cannot do: dropping files, the progress of an upload, and telling news to those who do not see them.
// All words come from the page itself (data- attributes), in its language.

const body = document.getElementById("body");
const news = document.getElementById("news");
const lost = document.getElementById("lost");

// --- News: said once, and the focus goes where they are -------------------------------------------------------------

const stage = () => document.getElementById("stage");

function tell(text) {
  if (news && text && news.textContent !== text) news.textContent = text;
}

function arrived(before) {
  const now = stage();
  if (!now || !before) return;
  if (now.dataset.title) document.title = now.dataset.title;
  // Counting again is no news by itself: whoever works at a choice stays there.
  const again = now.dataset.step === "rereading" || before === "rereading";
  const held = again && !now.querySelector("[data-ask]") && document.getElementById(focusedId);
  if (held) held.focus({ preventScroll: true });
  else if (now.dataset.step !== before) {
    const place = now.querySelector("[data-focus]") ?? now.querySelector("h1");
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "nearest" });
  }
  tell(now.dataset.news);
}

// On a narrow screen the phone column may lie outside: a preview shows it first.
function showPhones() {
  for (const box of document.querySelectorAll(".scroll:has(th.phone)")) {
    const head = box.querySelector("th.phone");
    const beyond = head.offsetLeft + head.offsetWidth - box.clientWidth;
    if (beyond > 0) box.scrollLeft = beyond + 24;
  }
}

showPhones();
let step = stage()?.dataset.step;
let opened = [];
let focusedId = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== body) return;
  lost.hidden = true;
  focusedId = body.contains(document.activeElement) ? document.activeElement.id : "";
  opened = [...body.querySelectorAll("details[open][id]")].map((one) => one.id);
  // While nothing but figures moves, only they are exchanged: what somebody reads or holds the focus on stays.
  const parsed = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const next = parsed.getElementById("stage");
  const live = document.getElementById("live");
  if (live && event.detail.requestConfig.verb === "get" && next?.dataset.step === step && next.querySelector("#live")) {
    event.detail.target = live;
    event.detail.selectOverride = "#live";
    event.detail.swapOverride = "outerHTML";
    tell(next.dataset.news);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== body) return;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  showPhones();
  arrived(step);
  step = stage()?.dataset.step;
});

for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, () => {
    lost.hidden = false;
  });
}

document.addEventListener("htmx:responseError", (event) => {
  // Gone, or not for this browser any more: the page itself says which.
  if (event.detail.requestConfig.verb === "get") return location.reload();
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  lost.textContent = answer.querySelector("[data-problem]")?.textContent.trim() || lost.textContent;
  lost.hidden = false;
  return lost.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) lost.hidden = true;
});

// --- Uploading ------------------------------------------------------------------------------------------------------

const drop = document.getElementById("drop");

function figures(bytes) {
  const language = document.documentElement.lang;
  const megabytes = bytes / 1e6;
  return new Intl.NumberFormat(language, { maximumFractionDigits: megabytes < 10 ? 1 : 0 }).format(megabytes);
}

function upload(files) {
  if (!files.length) return;
  const { asking, sending, bar, done, cancel, problem } = parts();
  const form = new FormData(drop);
  form.delete("files");
  for (const file of files) form.append("files", file);
  const request = new XMLHttpRequest();
  asking.hidden = true;
  sending.hidden = false;
  problem.hidden = true;
  cancel.onclick = () => request.abort();
  cancel.focus();
  tell(sending.dataset.begun);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
    const text = event.loaded < event.total ? done.dataset.part : done.dataset.all;
    done.textContent = text.replace("{done}", figures(event.loaded)).replace("{total}", figures(event.total));
  });
  const back = (text) => {
    asking.hidden = false;
    sending.hidden = true;
    problem.textContent = text;
    problem.hidden = !text;
    drop.reset();
    (text ? problem : document.getElementById("files")).focus();
  };
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    return back(answer.querySelector("[data-problem]")?.textContent.trim() || problem.dataset.refused);
  });
  request.addEventListener("error", () => back(problem.dataset.broken));
  request.addEventListener("abort", () => back(""));
  request.open("POST", drop.action);
  request.send(form);
}

function parts() {
  const of = (name) => drop.querySelector(`[data-part-of-drop=${name}]`);
  return Object.fromEntries(
    ["asking", "sending", "bar", "done", "cancel", "problem"].map((name) => [name, of(name)]),
  );
}

if (drop) {
  document.getElementById("files").addEventListener("change", (event) => upload([...event.target.files]));
  let inside = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    inside += 1;
    document.body.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    inside -= 1;
    if (inside <= 0) document.body.classList.remove("dragging");
  });
  addEventListener("drop", () => {
    inside = 0;
    document.body.classList.remove("dragging");
  });
  addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    upload([...event.dataTransfer.files]);
  });
}
// A file that misses the drop zone must not replace the page by its contents.
else for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());

document.documentElement.classList.add("ready");
