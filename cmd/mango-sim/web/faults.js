// Fault switches: what is changed goes to the PBX at once, and what the PBX
// says is what is shown.
import { ask, attempt } from "./api.js";
import { h, options } from "./dom.js";
import { t } from "./text.js";

const area = { notifications: "faultsOut", api: "faultsAPI", clock: "faultsClock" };
// What a fault needs beside its "when" is shown while it is on, and is not
// nothing then.
const parts = { delay_by: ["delay", 5], fail_with: ["fail", 500], retry_after: ["limit", 0], slow_by: ["slow", 3] };
// Rows: [area, name, kind]
const rows = [
  ["notifications", "lose", "when"], ["notifications", "double", "when"], ["notifications", "delay", "when"],
  ["notifications", "delay_by", "seconds"], ["notifications", "reorder", "when"], ["notifications", "wrong_sign", "when"],
  ["notifications", "cut", "when"], ["notifications", "text_numbers", "switch"], ["notifications", "v2", "switch"],
  ["api", "fail", "when"], ["api", "fail_with", "status"], ["api", "limit", "when"], ["api", "retry_after", "seconds"],
  ["api", "cut", "when"], ["api", "garble", "when"], ["api", "slow", "when"], ["api", "slow_by", "seconds"],
  ["clock", "clock_skew", "seconds"],
];
const modes = ["off", "always", "next", "every", "share"];
let faults;

const groupOf = (a) => (a === "clock" ? faults : faults[a]);

function put(a, name, value) {
  groupOf(a)[name] = value;
  for (const [part, [of, least]] of Object.entries(parts)) {
    if (of === name && least && modeOf(value) !== "off" && !faults[a][part]) faults[a][part] = least;
  }
  return attempt(async () => showFaults(await ask("PUT", "faults", faults)));
}

const modeOf = (w) => (w.next ? "next" : w.every ? "every" : w.share === 1 ? "always" : w.share ? "share" : "off");
const number = (w) => w.next ?? w.every ?? Math.round((w.share ?? 0) * 100);

function whenOf(mode, n) {
  switch (mode) {
    case "always": return { share: 1 };
    case "next": return { next: Math.max(1, Math.round(n)) };
    case "every": return { every: Math.max(1, Math.round(n)) };
    case "share": return { share: Math.min(100, Math.max(0, n)) / 100 };
  }
  return {};
}

function whenRow(a, name, id) {
  const select = h("select", { id });
  const n = h("input", { type: "number", min: 1, value: 1, "aria-label": t("howMany") });
  const label = h("label", { htmlFor: id }, t(`${a}_${name}`));
  const el = h("div.fault", {}, label, select, n);
  const send = () => put(a, name, whenOf(select.value, Number(n.value) || 0));
  const start = { next: 1, every: 3, share: 20 };
  select.addEventListener("change", () => {
    n.value = start[select.value] ?? 1;
    send();
  });
  n.addEventListener("change", send);
  el.update = () => {
    const w = groupOf(a)[name];
    options(select, modes.map((m) => [m, t("when_" + m)]));
    select.value = modeOf(w);
    n.hidden = !(select.value in start);
    if (document.activeElement !== n) n.value = number(w);
    el.classList.toggle("on", select.value !== "off");
  };
  return el;
}

function valueRow(a, name, id, kind) {
  const input = kind === "switch" ? h("input.switch", { type: "checkbox", role: "switch", id })
    : kind === "status" ? h("select", { id })
      : h("input", { type: "number", step: "any", id });
  const el = h(parts[name] ? "div.fault.part" : "div.fault", {}, h("label", { htmlFor: id }, t(`${a}_${name}`)), input);
  input.addEventListener("change", () => put(a, name, kind === "switch" ? input.checked : Number(input.value) || 0));
  el.update = () => {
    const v = groupOf(a)[name];
    if (kind === "status") options(input, ["500", "502", "503", "504"].map((s) => [s, s]));
    if (kind === "switch") input.checked = v;
    else if (document.activeElement !== input) input.value = kind === "status" ? v || 500 : v;
    el.hidden = parts[name] !== undefined && modeOf(faults[a][parts[name][0]]) === "off";
    el.classList.toggle("on", kind === "switch" && v || a === "clock" && v !== 0);
  };
  return el;
}

// startFaults draws the switches in the language of now.
export function startFaults() {
  const form = document.getElementById("faults");
  form.replaceChildren(...Object.entries(area).map(([a, title]) => h("fieldset", {}, h("legend", {}, t(title)),
    ...rows.filter((r) => r[0] === a).map(([, name, kind]) => {
      const id = `fault-${a}-${name}`;
      return kind === "when" ? whenRow(a, name, id) : valueRow(a, name, id, kind);
    }))));
  form.onsubmit = (e) => e.preventDefault();
  document.getElementById("no-faults").onclick = () => attempt(async () => showFaults(await ask("PUT", "faults", {})));
  if (faults) showFaults(faults);
}

// showFaults takes what the PBX says.
export function showFaults(f) {
  faults = f;
  for (const el of document.querySelectorAll(".fault")) el.update();
}
