// The time of the PBX between two looks at it, and what ticks with it.

let base = { now: Date.now(), at: performance.now(), speed: 1 };

// setClock takes the clock of a state.
export function setClock(c) {
  base = { now: Date.parse(c.now), at: performance.now(), speed: c.stepped ? 0 : c.speed };
  tick();
}

const now = () => base.now + (performance.now() - base.at) * base.speed;

// span is a duration as m:ss or h:mm:ss.
function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

const time = (ms) => new Date(ms).toLocaleTimeString("ru-RU");
export const timeOf = (text) => time(Date.parse(text));

function tick() {
  for (const el of document.querySelectorAll("time[data-since]")) {
    const text = span(now() - Date.parse(el.dataset.since));
    if (el.textContent !== text) el.textContent = text;
  }
  document.getElementById("clock").textContent = time(now());
}
setInterval(tick, 250);
