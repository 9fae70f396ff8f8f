"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const rows = () => all(".tree .move").filter(move => move.offsetParent !== null);

function choose() {  // the row of the chosen move is marked, opened and brought into view
  all(".chosen").forEach(row => row.classList.remove("chosen"));
  const id = location.hash.slice(1);
  const link = id && all(".tree a").find(each => each.getAttribute("href") === "#" + id && !each.closest(".back"));
  const row = link ? link.closest(".row") : id && one("li#" + CSS.escape(id));
  if (!row) return;
  row.classList.add("chosen");
  for (const kind of ["fault", "hangup"])
    if (row.closest(".row." + kind)) one("#" + kind + "s").checked || one("#" + kind + "s").click();
  for (let up = row.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  row.firstElementChild.scrollIntoView({block: "nearest"});
  one("#right").scrollTop = 0;
}

function show(name, on) { document.body.classList.toggle("with-" + name, on); }

function search(words) {
  const wanted = words.trim().toLowerCase();
  all(".tree .row").forEach(row => row.classList.toggle("searched-out", Boolean(wanted)));
  if (!wanted) return;
  for (const row of all(".tree .row")) {
    const head = one(":scope > .leaf, :scope > details > summary", row);
    if (!head.textContent.toLowerCase().includes(wanted)) continue;
    for (let up = row; up; up = up.parentElement) {
      up.classList.remove("searched-out");
      if (up.tagName === "DETAILS") up.open = true;
    }
  }
}

function step(by) {
  const moves = rows();
  const now = document.activeElement.closest(".row");
  const at = now ? moves.findIndex(move => move.closest(".row") === now) : -1;
  const next = moves[Math.min(Math.max(at + by, 0), moves.length - 1)];
  if (next) next.focus();
}

function next_finding() {
  const links = all(".findings a");
  const at = links.findIndex(link => link.getAttribute("href") === location.hash);
  if (links.length) { links[(at + 1) % links.length].click(); links[(at + 1) % links.length].focus(); }
}

function fold(is_open) {
  const details = document.activeElement.closest(".row > details, .row")?.querySelector(":scope > details")
    || document.activeElement.closest("details");
  if (details) details.open = is_open;
}

document.addEventListener("keydown", event => {
  const field = event.target.matches("input");
  if (event.key === "Escape" && field) { event.target.value = ""; search(""); event.target.blur(); }
  if (field || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("#right")) return;
  const does = {ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
    ArrowRight: () => fold(true), ArrowLeft: () => fold(false), n: next_finding, "/": () => one("#search").focus()};
  if (does[event.key]) { event.preventDefault(); does[event.key](); }
});
document.addEventListener("click", async event => {
  if (event.target.matches(".tree summary a")) { event.preventDefault(); location.hash = event.target.hash; }
  if (!event.target.matches("button.copy")) return;
  const text = event.target.closest("h3").nextElementSibling.textContent;
  try { await navigator.clipboard.writeText(text); } catch {  // no clipboard for files in some browsers
    const area = document.body.appendChild(Object.assign(document.createElement("textarea"), {value: text}));
    area.select(); document.execCommand("copy"); area.remove();
  }
  event.target.textContent = "Copied"; setTimeout(() => { event.target.textContent = "Copy"; }, 1500);
});
one("#faults").addEventListener("change", event => show("faults", event.target.checked));
one("#hangups").addEventListener("change", event => show("hangups", event.target.checked));
one("#search").addEventListener("input", event => search(event.target.value));
one("#open").addEventListener("click", () => all(".tree details").forEach(each => { each.open = true; }));
one("#close").addEventListener("click", () => all(".tree details").forEach(each => { each.open = false; }));
one("#theme").addEventListener("click", () => {
  const root = document.documentElement;
  const is_dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = is_dark ? "light" : "dark";
});
addEventListener("hashchange", choose);
show("faults", one("#faults").checked); show("hangups", one("#hangups").checked); choose();
