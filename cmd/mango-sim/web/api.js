// The admin API.
import { lang, t } from "./text.js";

// ask sends a request; what it is refused with is shown, and thrown.
export async function ask(method, path, body) {
  let answer;
  try {
    const r = await fetch("/admin/v1/" + path, {
      method,
      headers: { "Content-Type": "application/json", "Accept-Language": lang() },
      body: JSON.stringify(body ?? {}),
    });
    answer = await r.json();
    if (r.ok) return answer;
  } catch (e) {
    answer = { error: { text: t("unreachable"), remedy: "", detail: String(e.message) } };
  }
  toast(answer.error);
  throw new Refused(answer.error.code);
}

class Refused extends Error {}

// attempt runs fn; a refusal was shown already.
export async function attempt(fn) {
  try {
    return await fn();
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
  }
}

let hiding;
function toast(error) {
  const el = document.getElementById("toast");
  const lines = [["b", error.text], ["span", error.remedy], ["small", error.detail]].filter(([, text]) => text);
  el.replaceChildren(...lines.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
  el.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { el.hidden = true; }, 8000);
}
