// The log: notifications and API requests, the newest first.
import { timeOf } from "./clock.js";
import { h, pill } from "./dom.js";
import { t } from "./text.js";

const most = 200;
const lines = []; // newest first
let kind = "";

function outcome(l) {
  if (l.lost) return pill("bad", t("lost"));
  if (l.status === 0) return pill("bad", t("noAnswer"));
  const code = l.code ? ` · ${l.code}` : "";
  return pill(l.status === 200 && (!l.code || l.code === 1000) ? "good" : "bad", l.status + code);
}

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function row(l) {
  const out = l.kind === "notification";
  const faults = (l.faults ?? []).filter((f) => !(l.lost && f === "lost"));
  const body = () => [pretty(l.json), l.answer && "→ " + pretty(l.answer), l.error].filter(Boolean).join("\n\n");
  const details = h("details", {
    ontoggle: () => { if (details.open && details.children.length === 1) details.append(h("pre", {}, body())); },
  }, h("summary", {},
    h("span.at", {}, timeOf(l.at)),
    h("span.path", { title: l.path }, h("i", { "aria-label": t(out ? "sent" : "received") }, out ? "→" : "←"), l.path),
    h("span.what", {}, l.text),
    h("span.marks", {}, ...faults.map((f) => pill("wait", t("fault_" + f, f))), outcome(l))));
  return h("li", { data: { kind: l.kind } }, details);
}

function draw() {
  const list = document.getElementById("log");
  list.replaceChildren(...lines.filter((l) => !kind || l.kind === kind).map(row));
  done();
}

function done() {
  document.getElementById("no-log").hidden = document.getElementById("log").children.length > 0;
  for (const b of document.querySelectorAll(".log .segmented button")) {
    b.setAttribute("aria-pressed", String(b.dataset.kind === kind));
  }
}

// addLine shows one more.
export function addLine(l) {
  if (lines.length && l.id <= lines[0].id) return;
  lines.unshift(l);
  lines.length = Math.min(lines.length, most);
  const list = document.getElementById("log");
  if (!kind || l.kind === kind) list.prepend(row(l));
  while (list.children.length > most) list.lastElementChild.remove();
  done();
}

// clearLog forgets them.
export function clearLog() {
  lines.length = 0;
  draw();
}

// startLog reacts to the choice of what is shown.
export function startLog() {
  for (const b of document.querySelectorAll(".log .segmented button")) {
    b.addEventListener("click", () => {
      kind = b.dataset.kind;
      draw();
    });
  }
  draw();
}
export const redrawLog = draw;
