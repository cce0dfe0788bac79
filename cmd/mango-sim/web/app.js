// The console: it shows what the PBX tells and asks it for what is clicked.
import { ask, attempt } from "./api.js";
import { showCalls, showPeople } from "./calls.js";
import { setClock } from "./clock.js";
import { h, options } from "./dom.js";
import { showFaults, startFaults } from "./faults.js";
import { addLine, clearLog, redrawLog, startLog } from "./log.js";
import { lang, setLang, t, translate } from "./text.js";

const $ = (id) => document.getElementById(id);
let state;
let linked = "connecting";

const counters = [
  ["calls", "statCalls"], ["posted", "statPosted"], ["refused", "statRefused", true], ["dropped", "statDropped", true],
  ["requests", "statRequests"], ["wrong", "statWrong", true],
];

function show(s) {
  if (s.target !== state?.target) $("target").elements.url.value = s.target; // else it may be half typed
  state = s;
  setClock(s.clock);
  showCalls(s.board);
  showPeople(s.board);
  showFaults(s.faults);
  const people = s.board.employees.map((p) => [p.extension, `${p.extension} ${p.name}`]);
  const groups = s.board.groups.map((g) => [g.extension, `${g.extension} ${g.name}`]);
  options($("new").elements.to, [...people, ...groups, ["*", t("follow")], ["", t("menu")]]);
  options($("new").elements.line, s.board.lines.map((l) => [l.number, l.name ? `${l.number} · ${l.name}` : l.number]));
  options($("play").elements.scenario, s.scenarios.map((x) => [x.name, `${x.name} — ${t("scenario_" + x.name, x.title)}`]));
  $("stats").replaceChildren(...counters.map(([name, label, alarm]) =>
    h("div.stat" + (alarm && s.stats[name] ? ".alarm" : ""), {}, h("b", {}, String(s.stats[name])), h("span", {}, t(label)))));
  $("api-url").textContent = s.api_url + "/vpbx/";
  $("key").textContent = s.vpbx_api_key;
}

function link(now = linked) {
  linked = now;
  $("link").className = "pill " + (now === "live" ? "good" : now === "lost" ? "bad" : "");
  $("link-text").textContent = t(now === "lost" ? "linkLost" : now);
}

function listen() {
  const source = new EventSource("/admin/v1/events");
  source.addEventListener("open", () => link("live"));
  source.addEventListener("error", () => link("lost")); // it comes back by itself
  source.addEventListener("state", (e) => show(JSON.parse(e.data)));
  source.addEventListener("log", (e) => addLine(JSON.parse(e.data)));
}

function forms() {
  $("new").addEventListener("submit", (e) => {
    e.preventDefault();
    const { from, line, to } = e.target.elements;
    const path = e.submitter?.value ?? "calls";
    const whom = to.value !== "*" ? { to: to.value } : path === "calls" ? { follow: true } : {};
    attempt(() => ask("POST", path, { from: from.value.trim(), line: line.value, ...whom }));
  });
  $("play").addEventListener("submit", (e) => {
    e.preventDefault();
    attempt(() => ask("POST", "play", { scenario: e.target.elements.scenario.value }));
  });
  $("target").addEventListener("submit", (e) => {
    e.preventDefault();
    attempt(() => ask("PUT", "target", { url: e.target.elements.url.value.trim() }));
  });
  $("ping").addEventListener("click", () => attempt(() => ask("POST", "ping")));
  $("reset").addEventListener("click", () => attempt(async () => {
    await ask("POST", "reset");
    clearLog();
  }));
  for (const b of document.querySelectorAll("[data-step]")) {
    b.addEventListener("click", () => attempt(async () => setClock(await ask("POST", "clock/step", { seconds: Number(b.dataset.step) }))));
  }
}

function speak(code) {
  setLang(code);
  translate();
  for (const b of document.querySelectorAll("[data-lang]")) b.setAttribute("aria-pressed", String(b.dataset.lang === lang()));
  startFaults();
  redrawLog();
  link();
  if (state) show(state);
}

for (const b of document.querySelectorAll("[data-lang]")) b.addEventListener("click", () => speak(b.dataset.lang));
forms();
startLog();
speak();
listen();
