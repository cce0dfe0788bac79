// Elements, and lists of them.

// h makes an element: h("p.soft", {title: "x"}, "text", child).
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const el = document.createElement(tag);
  if (classes.length) el.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (name === "data") Object.assign(el.dataset, value);
    else el.setAttribute(name, value);
  }
  el.append(...children.filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return el;
}

// fill gives a list its rows, when they changed, and shows the word for none.
export function fill(list, empty, rows) {
  const next = rows.map((r) => r.outerHTML).join("");
  if (list.dataset.was !== next) {
    list.dataset.was = next;
    list.replaceChildren(...rows);
  }
  list.hidden = rows.length === 0;
  if (empty) empty.hidden = rows.length > 0;
}

export const pill = (kind, text, title) => h("span.pill" + (kind ? "." + kind : ""), title ? { title } : {}, text);

const paths = {
  In: "M15 5 5 15M5 15V7M5 15h8", Out: "M5 15 15 5M15 5v8M15 5H7", Internal: "M4 7h12l-3-3M16 13H4l3 3",
};

// arrow shows where a call goes.
export function arrow(direction) {
  const ns = "http://www.w3.org/2000/svg";
  const kind = { in: "In", out: "Out" }[direction] ?? "Internal";
  const svg = document.createElementNS(ns, "svg");
  for (const [k, v] of Object.entries({ viewBox: "0 0 20 20", class: "arrow " + kind.toLowerCase(), "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" })) svg.setAttribute(k, v);
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[kind]);
  svg.append(path);
  return svg;
}
