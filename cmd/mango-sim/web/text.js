// Texts in two languages.
import en from "./text-en.js";
import ru from "./text-ru.js";

const tables = { en, ru };
const kept = "mango-sim-language";
let code = document.documentElement.lang; // the browser's, told by the server

export const lang = () => code;

// setLang changes the language; without one it is the choice of last time.
export function setLang(next) {
  code = next ?? localStorage.getItem(kept) ?? code;
  if (!(code in tables)) code = "en";
  if (next) localStorage.setItem(kept, code);
  document.documentElement.lang = code;
}

// t is a text; other when there is none.
export const t = (name, other) => tables[code][name] ?? other ?? en[name] ?? name;

// translate fills the texts of the page.
export function translate() {
  for (const el of document.querySelectorAll("[data-t]")) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll("[data-tl]")) el.setAttribute("aria-label", t(el.dataset.tl));
  for (const el of document.querySelectorAll("[data-ph]")) el.placeholder = t(el.dataset.ph);
  document.title = "mango-sim · " + t("subtitle");
}
