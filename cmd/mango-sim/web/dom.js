// Elements, and lists of them that keep what has the focus.

// h makes an element: h("p.soft", {title: "x"}, "text", child).
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const el = document.createElement(tag);
  if (classes.length) el.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(el.dataset, value);
    else if (name in el && name !== "list" && name !== "role") el[name] = value;
    else el.setAttribute(name, value);
  }
  el.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

// refill gives parent new children; the button that had the focus has it again.
export function refill(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  parent.replaceChildren(...children.filter(Boolean));
  if (focused) parent.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

// keyed keeps one child for each item, by key, in the order of the items.
export function keyed(parent, items, key, make) {
  const old = new Map([...parent.children].map((el) => [el.dataset.key, el]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const k = key(item);
    let el = old.get(k);
    if (el) old.delete(k);
    else {
      el = make(item);
      el.dataset.key = k;
    }
    if (el === at) at = at.nextElementSibling;
    else parent.insertBefore(el, at);
    el.update?.(item);
  }
  for (const el of old.values()) el.remove();
}

// options fills a select and keeps its choice.
export function options(select, list) {
  const text = JSON.stringify(list);
  if (select.dataset.list === text) return;
  select.dataset.list = text;
  const was = select.options.length ? select.value : list[0]?.[0];
  select.replaceChildren(...list.map(([value, label]) => h("option", { value }, label)));
  if (list.some(([value]) => value === was)) select.value = was;
}

// pill is a word on a coloured ground.
export const pill = (kind, text) => h("span.pill" + (kind ? "." + kind : ""), {}, text);
