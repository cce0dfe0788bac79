// Calls as they go, and who is busy.
import { ask, attempt } from "./api.js";
import { h, keyed, options, pill, refill } from "./dom.js";
import { t } from "./text.js";

let people = []; // whom a call can be led to
const stateKind = { Appeared: "wait", Connected: "good", OnHold: "" };

function act(call, action, body) {
  return attempt(() => ask("POST", `calls/${encodeURIComponent(call.entry_id)}/${action}`, body));
}

const button = (focus, text, onclick, kind = "") =>
  h("button" + (kind && "." + kind), { type: "button", onclick, data: { focus } }, text);

const who = (number) => number || t("hidden");

function leg(call, l) {
  const ringing = l.state === "Appeared" && l.location === "abonent";
  const acts = ringing ? [
    button("answer" + l.to, t("answer"), () => act(call, "answer", { by: l.to }), "small.primary"),
    button("decline" + l.to, t("decline"), () => act(call, "decline", { by: l.to }), "small"),
  ] : [];
  const place = l.location === "abonent" ? "" : t(l.location);
  return h("div.leg", {},
    pill(stateKind[l.state], ringing ? t("ringing") : l.location === "abonent" ? t(l.state) : place),
    h("span.path", {}, `${who(l.from)} → ${l.to}${l.group ? ` (${l.group})` : ""}`),
    h("time", { data: { since: l.since } }),
    acts.length ? h("span.acts", {}, ...acts) : null);
}

// pad types digits in the menu.
const pad = (call) => h("div.pad", { role: "group", "aria-label": t("digits") },
  ..."123456789*0#".split("").map((d) => button("pad" + d, d, () => act(call, "dtmf", { digits: d }), "small")));

function controls(call, to, free) {
  const has = (fn) => call.legs.some(fn);
  const inMenu = has((l) => l.location !== "abonent");
  const talking = has((l) => l.state === "Connected" && l.location === "abonent");
  const held = has((l) => l.state === "OnHold");
  const ringing = has((l) => l.state === "Appeared" && l.location === "abonent");
  const target = (text) => h("label", {}, h("span", {}, text), to);
  const out = [];
  if (has((l) => l.location === "ivr")) out.push(pad(call));
  if (inMenu && !has((l) => l.location === "abonent")) {
    out.push(target(t("whom")), button("ring", t("ring"), () => act(call, "ring", { to: to.value }), "primary"));
  } else if (call.consulting) {
    out.push(button("join", t("join"), () => act(call, "join"), "primary"), button("cancel", t("cancel"), () => act(call, "cancel")));
  } else if (held) {
    out.push(button("resume", t("resume"), () => act(call, "resume"), "primary"));
  } else if (talking) {
    out.push(button("hold", t("hold"), () => act(call, "hold")), target(t("transferTo")),
      button("blind", t("blind"), () => act(call, "transfer", { to: to.value, how: "blind" })),
      button("consult", t("consult"), () => act(call, "transfer", { to: to.value, how: "consult" })));
  } else if (ringing && call.direction === "incoming" && free.length) {
    out.push(target(t("whom")), button("pickup", t("pickup"), () => act(call, "pickup", { by: to.value })));
  }
  out.push(button("hangup", t("hangup"), () => act(call, "hangup"), "danger"));
  return out;
}

function card() {
  const head = h("div.call-head");
  const legs = h("div.legs");
  const to = h("select", { data: { focus: "to" } }); // outlives the buttons around it
  const acts = h("div.call-acts");
  const el = h("article.call", {}, head, legs, acts);
  let seen = "";
  el.update = (c) => {
    const key = JSON.stringify([c, t("answer"), people]);
    if (key === seen) return;
    seen = key;
    el.setAttribute("aria-label", `${t(c.direction)}: ${who(c.from)}`);
    refill(head, pill("", t(c.direction)), h("span.who", {}, who(c.from)),
      c.line ? h("span.line", {}, "→ " + c.line) : null, h("time", { data: { since: c.began } }));
    refill(legs, ...c.legs.map((l) => leg(c, l)));
    const busy = new Set(c.legs.flatMap((l) => [l.from, l.to]));
    const free = people.filter((p) => !busy.has(p.extension));
    options(to, free.map((p) => [p.extension, `${p.extension} ${p.name}`]));
    refill(acts, ...controls(c, to, free));
  };
  return el;
}

// showCalls draws the calls of a state.
export function showCalls(board) {
  const list = document.getElementById("call-list");
  const before = new Map([...list.children].map((el) => [el.dataset.key, el.getAttribute("aria-label")]));
  people = board.employees.map(({ extension, name }) => ({ extension, name }));
  keyed(list, board.calls, (c) => c.entry_id, card);
  for (const c of board.calls) {
    if (!before.delete(c.entry_id)) announce(`${t(c.direction)}: ${who(c.from)}`);
  }
  for (const label of before.values()) announce(`${t("ended")}: ${label}`);
  document.getElementById("calls-count").textContent = board.calls.length || "";
  document.getElementById("no-calls").hidden = board.calls.length > 0;
}

const announce = (text) => { document.getElementById("announce").textContent = text; };

const seatKind = { free: "", ringing: "wait", talking: "good", holding: "wait" };

// showPeople draws who does what.
export function showPeople(board) {
  keyed(document.getElementById("people"), board.employees, (p) => p.extension, () => {
    const el = h("li");
    let seen = "";
    el.update = (p) => {
      const key = JSON.stringify([p, t("free")]);
      if (key === seen) return;
      seen = key;
      el.className = `seat ${seatKind[p.state]}`;
      refill(el, h("span.ext", {}, p.extension), h("span.who", {}, h("b", { title: p.name }, p.name),
        h("small", { title: p.department }, h("b", {}, t(p.state)), p.department ? " · " + p.department : "")));
    };
    return el;
  });
}
