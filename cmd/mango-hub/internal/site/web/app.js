// The status page: it shows what the hub tells, and asks for nothing else.
import { arrow, fill, h, pill } from "./dom.js";
import { lang, setLang, t, translate } from "./text.js";

const $ = (id) => document.getElementById(id);
let status;
let linked = "connecting";
let offset = 0; // ms that the hub's clock is ahead of ours
let source;

const words = (note) => note[lang()];
const real = (time) => Boolean(time) && !time.startsWith("0001");

// span is a length of time in two units at most.
function span(ms) {
  const sec = Math.max(0, Math.floor(ms / 1000));
  const parts = [[Math.floor(sec / 86400), "d"], [Math.floor(sec / 3600) % 24, "h"], [Math.floor(sec / 60) % 60, "min"], [sec % 60, "s"]];
  const at = parts.findIndex(([n]) => n > 0);
  if (at < 0) return `0 ${t("s")}`;
  return parts.slice(at, at + 2).filter(([n], i) => i === 0 || n > 0).map(([n, unit]) => `${n} ${t(unit)}`).join(" ");
}

const now = () => Date.now() + offset;
const pad = (n) => String(n).padStart(2, "0");
function clock(since) {
  const sec = Math.max(0, Math.floor((now() - Date.parse(since)) / 1000));
  return `${Math.floor(sec / 60)}:${pad(sec % 60)}`;
}
const hour = (time) => new Date(time).toLocaleTimeString(lang(), { hour: "2-digit", minute: "2-digit" });
const day = (time) => new Date(time).toLocaleDateString(lang(), { day: "numeric", month: "long", year: "numeric" });

function stat(label, value, kind) {
  const tile = h("div.stat" + (kind ? "." + kind : ""), {}, h("b"), h("span", {}, t(label)));
  tile.firstChild.append(...[value].flat());
  return tile;
}

function showStats(s) {
  const l = s.latency_ms;
  const ms = (v) => (v >= 10 ? Math.round(v) : Math.round(v * 10) / 10).toLocaleString(lang());
  const heard = s.last_notification_unix;
  fill($("stats"), null, [
    stat("statCalls", String(new Set(s.calls.map((c) => c.entry_id)).size)),
    stat("statSessions", String(s.sessions.length)),
    stat("statWaiting", s.journal.waiting.toLocaleString(lang())),
    stat("statParked", s.journal.parked.toLocaleString(lang()), s.journal.parked && "alarm"),
    stat("statAgain", s.events_redelivered.toLocaleString(lang())),
    stat("statLatency", l.count ? [`${ms(l.p50)} / ${ms(l.p99)} `, h("small", {}, t("ms"))] : "—"),
    stat("statHeard", heard ? span(now() - heard * 1000) : "—"),
  ]);
}

function alerts(s) {
  const list = [];
  const add = (kind, text, remedy) => list.push(h("div.alert." + kind, { role: "alert" }, h("b", {}, text), h("span", {}, remedy)));
  if (!s.registered && s.why) add(s.why.code === "connection_starting" ? "wait" : "bad", words(s.why).text, words(s.why).remedy ?? "");
  if (s.journal.trouble) add("bad", t("storeAlert"), t("storeHow"));
  if (s.journal.damaged_moved_to) add("wait", t("damagedAlert"), `${t("damagedHow")} ${s.journal.damaged_moved_to}`);
  if (s.journal.parked) add("wait", t("parkedAlert"), t("parkedHow"));
  if (real(s.certificate_expires) && Date.parse(s.certificate_expires) - now() < 14 * 86400e3) add("wait", `${t("certAlert")} ${day(s.certificate_expires)}`, t("certHow"));
  if (Math.abs(s.clock_skew_ms ?? 0) > 60000) add("wait", t("skewAlert"), t("skewHow"));
  fill($("alerts"), null, list);
}

// What is parked is asked for when its number changes: the list takes the hub a
// walk through the journal.
let parked = { count: 0, list: [] };
async function showParked(s) {
  $("parked-card").hidden = s.journal.parked === 0;
  $("parked-count").textContent = s.journal.parked || "";
  if (parked.count !== s.journal.parked) {
    parked.count = s.journal.parked;
    if (s.journal.parked > 0) {
      const answer = await fetch("/api/parked").catch(() => undefined);
      if (!answer?.ok) {
        parked.count = -1; // again with the next status
        return;
      }
      parked.list = (await answer.json()).parked;
    }
  }
  fill($("parked"), null, parked.list.map((p) => h("li", {}, h("b", {}, [p.kind, p.entry_id].filter(Boolean).join(" · ")),
    h("span.count", {}, `${day(p.time)}, ${hour(p.time)} · ×${p.attempts}`), h("small", {}, `${words(p).text}. ${words(p).remedy}.`),
    h("button.small", { type: "button", data: { id: p.id } }, t("send")))));
}

async function replay(what) {
  const answer = await post("/api/parked/replay", what).catch(() => undefined);
  const n = answer?.ok ? (await answer.json()).offered : 0;
  $("parked-said").textContent = answer?.ok ? `${t("sent")} ${n}` : t(answer?.status === 403 ? "sendAdmin" : "login_other");
}

const who = (p) => h("span", {}, h("b", {}, p.extension || p.number || "—"), p.name ? " " + p.name : "");
const states = { ringing: "wait", talking: "good", hold: "busy", ivr: "", queue: "wait" };

function showCalls(s) {
  $("calls-count").textContent = s.calls.length ? s.calls.length : "";
  fill($("calls"), $("no-calls"), s.calls.map((c) => {
    const since = real(c.talk_started) ? c.talk_started : c.started;
    return h("li", {}, arrow(c.direction), h("div.path", {}, who(c.caller), h("i", {}, "→"), who(c.callee)),
      h("span.line", {}, [c.line_number, c.group].filter(Boolean).join(" · ")), pill(states[c.state], t(c.state)),
      h("time.ticks", { data: { since } }));
  }));
}

const seats = { free: "good", ringing: "wait", talking: "busy", hold: "busy" };

function showPhones(s) {
  $("phones-count").textContent = s.phones.length || "";
  fill($("phones"), $("no-phones"), s.phones.map((p) => h("li.seat." + (seats[p.state] ?? "off"), {}, h("span.ext", {}, p.extension),
    h("div.who", {}, h("b", {}, p.name || p.extension), h("small", {}, t(p.state))))));
}

function showSessions(s) {
  $("sessions-count").textContent = s.sessions.length || "";
  fill($("sessions"), $("no-sessions"), s.sessions.map((x) => h("li", {}, h("span.ext", {}, x.extension || t("anyExt")),
    h("div.who", {}, h("b", {}, x.user || "1С"), h("small", {}, x.refused ? words(x.refused).text : x.program ? `${t("version")} ${x.program}` : x.id)),
    h("span.line", {}, [x.address, real(x.since) && `${t("sinceTime")} ${hour(x.since)}`].filter(Boolean).join(" · ")),
    h("div.marks", {}, x.first && pill("good", t("first"), t("first_hint")), x.writer && pill("", t("writer"), t("writer_hint")),
      x.role === "server" && pill("", t("server")), x.away && pill("wait", t("away")), x.refused && pill("bad", t("notServed"))))));
}

const rows = (list) => list.map(([name, value, kind]) => h("div" + (name === "folder" ? ".wide" : ""), {}, h("dt", {}, t(name)), h("dd", {}, kind ? pill(kind, value) : String(value))));

function showPBX(s) {
  const g = s.rate_guard, sec = now() / 1000;
  const held = [[g.paused_until_unix, "guardPaused", "bad"], [g.backing_off_until_unix, "guardBackoff", "wait"], [g.doubtful_paused_until_unix, "guardDoubtful", "wait"]].find(([until]) => until > sec);
  const n = (v) => v.toLocaleString(lang());
  fill($("pbx"), null, rows([
    ["guard", held ? `${t(held[1])}, ${span((held[0] - sec) * 1000)}` : t("guardFree"), held ? held[2] : "good"],
    ["requests", n(g.admitted)], ["queueLen", n(g.waiting)], ["wrong", n(g.wrong)], ["taken", n(s.webhook_counters?.accepted ?? 0)],
    ["employees", n(s.employees)],
    ["skew", s.clock_skew_ms === undefined ? t("skewNone") : `${s.clock_skew_ms > 0 ? "+" : ""}${(s.clock_skew_ms / 1000).toLocaleString(lang(), { maximumFractionDigits: 1 })} ${t("second")}`],
  ]));
  $("webhook").textContent = s.webhook;
}

const note = (n) => h("li", {}, h("b", {}, words(n).text), h("span.count", {}, [n.time && hour(n.time), n.count > 1 && "×" + n.count.toLocaleString(lang())].filter(Boolean).join(" · ")),
  words(n).remedy ? h("small", {}, words(n).remedy) : null);

function showNotes(s) {
  fill($("errors"), $("no-errors"), s.errors.map(note));
  const own = [["refused_pace", "refusedPace"], ["refused_crowd", "refusedCrowd"]].filter(([k]) => s[k]).map(([k, name]) => {
    const w = { text: t(name), remedy: t(name + "How") };
    return { count: s[k], ru: w, en: w };
  });
  fill($("refusals"), $("no-refusals"), [...s.refusals, ...own].map(note));
}

function showAbout(s) {
  fill($("about"), null, rows([
    ["version", s.version], ["uptime", span(now() - Date.parse(s.started))], ["folder", s.journal.folder || (s.cluster ? "NATS" : "—")],
    ...(s.cluster ? [["leads", s.cluster.name, s.cluster.reachable ? "good" : "bad"]] : []),
    ["certificate", real(s.certificate_expires) ? day(s.certificate_expires) : t("noTLS")],
  ]));
}

function show() {
  if (!status) return;
  for (const part of [alerts, showParked, showStats, showCalls, showPhones, showSessions, showPBX, showNotes, showAbout]) part(status);
  tick();
  link();
}

function tick() {
  for (const el of document.querySelectorAll("time.ticks")) el.textContent = clock(el.dataset.since);
}

function link(next = linked) {
  linked = next;
  const state = linked !== "live" ? linked : status?.registered ? "registered" : "unregistered";
  $("link").className = "pill " + ({ registered: "good", unregistered: "bad", lost: "bad" }[state] ?? "");
  $("link-text").textContent = t(state);
}

function view(name) {
  $("login").hidden = name !== "login";
  $("board").hidden = name !== "board";
  $("link").hidden = name === "login";
}

function listen() {
  source?.close();
  source = new EventSource("/api/events");
  source.addEventListener("status", (e) => {
    status = JSON.parse(e.data);
    offset = Date.parse(status.now) - Date.now();
    view("board");
    linked = "live";
    show();
  });
  source.addEventListener("bye", () => { source.close(); start(); });
  source.addEventListener("error", () => {
    link("lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(start, 3000); // refused, not cut off
  });
}

// start asks once: a stream does not tell why it was refused.
async function start() {
  try {
    const answer = await fetch("/api/status");
    if (answer.status === 401) {
      status = undefined;
      $("logout").hidden = true;
      view("login");
      $("login-form").elements.token.focus();
      return;
    }
    if (answer.ok) return listen();
  } catch { /* the hub is not there */ }
  link("lost");
  setTimeout(start, 3000);
}

const post = (path, body) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

$("login-form").addEventListener("submit", async (e) => {
  e.preventDefault();
  const field = e.target.elements.token, error = $("login-error");
  let why = "other";
  try {
    const answer = await post("/api/login", { token: field.value.trim() });
    why = answer.ok ? "" : answer.status === 429 ? "slow" : answer.status === 403 ? "token" : "other";
  } catch { /* told below */ }
  error.hidden = why === "";
  error.textContent = why && t("login_" + why);
  if (why) return field.select();
  field.value = "";
  sessionStorage.setItem("logged-in", "1");
  $("logout").hidden = false;
  start();
});
$("logout").addEventListener("click", async () => {
  await post("/api/logout", {}).catch(() => {});
  sessionStorage.removeItem("logged-in");
  source?.close();
  start();
});
$("parked-all").addEventListener("click", () => replay({ all: true }));
$("parked").addEventListener("click", (e) => { if (e.target.dataset.id) replay({ id: e.target.dataset.id }); });
$("copy").addEventListener("click", async (e) => {
  await navigator.clipboard?.writeText($("webhook").textContent);
  e.target.textContent = t("copied");
  setTimeout(() => { e.target.textContent = t("copy"); }, 1500);
});

function speak(code) {
  setLang(code);
  translate();
  document.title = "mango-hub · " + t("subtitle");
  for (const b of document.querySelectorAll("[data-lang]")) b.setAttribute("aria-pressed", String(b.dataset.lang === lang()));
  link();
  show();
}

for (const b of document.querySelectorAll("[data-lang]")) b.addEventListener("click", () => speak(b.dataset.lang));
$("logout").hidden = !sessionStorage.getItem("logged-in");
speak();
start();
setInterval(() => { tick(); if (status) { showStats(status); showPBX(status); showAbout(status); } }, 1000);
