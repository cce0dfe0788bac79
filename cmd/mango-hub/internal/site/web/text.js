// Texts in two languages.
const en = {
  subtitle: "Hub of the cloud PBX", skip: "To the calls", language: "Language", logout: "Log out",
  loginTitle: "Log in", loginHow: "With the token of an administrator or supervisor: mango-hub tokens add", token: "Token", login: "Log in",
  login_token: "The token is not known, or has not the right.", login_slow: "Too many attempts. Wait for a while.", login_other: "The hub did not answer.",
  connecting: "Connecting…", lost: "No answer from the hub", registered: "Connected to the PBX", unregistered: "Not connected to the PBX",
  numbers: "In numbers", statCalls: "calls now", statSessions: "sessions of 1C", statWaiting: "events wait", statParked: "parked", statAgain: "offered again",
  statLatency: "delivery, p50 / p99", statHeard: "since the last event", never: "none yet", ms: "ms",
  calls: "Calls", noCalls: "Nobody is calling.", phones: "Employees", noPhones: "They appear when 1C has named its users, or somebody calls.",
  sessions: "Sessions of 1C", noSessions: "Nobody is connected. Events are kept until 1C comes.",
  ringing: "ringing", talking: "talking", hold: "on hold", ivr: "in the menu", queue: "in the queue",
  free: "free", offline: "offline", unknown: "not known",
  first: "first", writer: "writes", server: "scheduled job", away: "connection lost", notServed: "not served", anyExt: "all",
  first_hint: "Gets calls of the menu", writer_hint: "Saves calls in 1C", sinceTime: "since",
  pbx: "The PBX", guard: "Requests", guardFree: "unhindered", guardDoubtful: "unproven ones wait", guardPaused: "paused by the PBX", guardBackoff: "slowed down by the PBX",
  requests: "sent", wrong: "refused as wrong", queueLen: "waiting", skew: "clock of the PBX", skewNone: "not known yet", second: "s",
  employees: "employees", taken: "notifications taken",
  address: "Enter on the account page of the PBX:", copy: "Copy", copied: "Copied",
  errors: "Last errors", noErrors: "None since the start.", refusals: "Requests turned away", noRefusals: "None since the start.",
  refusedPace: "Too many requests of one address", refusedPaceHow: "If it is your office, raise http.rate_per_minute.",
  refusedCrowd: "Too many requests at once", refusedCrowdHow: "If it is no attack, raise http.max_requests.",
  about: "This hub", version: "version", uptime: "runs for", folder: "journal", leads: "leads the hubs", certificate: "certificate until", noTLS: "no HTTPS of its own",
  parkedAlert: "Events are parked: 1C did not acknowledge them in 20 attempts.", parkedHow: "Find the cause in 1C's event log, then send them again: below, or mango-hub replay -parked",
  parked: "Parked events", send: "Send again", sendAll: "Send all again", sent: "On their way:", sendAdmin: "Log in with the token of an administrator.",
  certAlert: "The certificate ends soon.", certHow: "Put the new one in place of the old files: it is read without a restart.",
  skewAlert: "The clock of this machine is wrong.", skewHow: "Turn on time synchronisation: links and statistics go by it.",
  storeAlert: "The journal takes nothing: the PBX gets 503.", storeHow: "Look at the room on the disk and the folder of the journal.",
  damagedAlert: "The journal was damaged and a new one begun.", damagedHow: "The old file is kept:",
  foot: "mango-hub, an open hub for 1C and MANGO OFFICE. Everything on this page updates itself.",
  d: "d", h: "h", min: "min", s: "s", now: "now",
};
const ru = {
  subtitle: "Хаб облачной АТС", skip: "К звонкам", language: "Язык", logout: "Выйти",
  loginTitle: "Вход", loginHow: "По токену администратора или руководителя: mango-hub tokens add", token: "Токен", login: "Войти",
  login_token: "Токен неизвестен или не даёт права.", login_slow: "Слишком много попыток. Подождите.", login_other: "Хаб не отвечает.",
  connecting: "Подключение…", lost: "Хаб не отвечает", registered: "АТС подключена", unregistered: "АТС не подключена",
  numbers: "В цифрах", statCalls: "звонков сейчас", statSessions: "сеансов 1С", statWaiting: "событий ждут", statParked: "отложено", statAgain: "выдано повторно",
  statLatency: "доставка, p50 / p99", statHeard: "с последнего события", never: "ещё не было", ms: "мс",
  calls: "Звонки", noCalls: "Никто не звонит.", phones: "Сотрудники", noPhones: "Появятся, когда 1С назовёт пользователей или кто-нибудь позвонит.",
  sessions: "Сеансы 1С", noSessions: "Никто не подключён. События хранятся до прихода 1С.",
  ringing: "вызов", talking: "разговор", hold: "удержание", ivr: "в меню", queue: "в очереди",
  free: "свободен", offline: "не в сети", unknown: "неизвестно",
  first: "первый", writer: "записывает", server: "фоновое задание", away: "связь прервана", notServed: "не обслуживается", anyExt: "все",
  first_hint: "Получает звонки из меню", writer_hint: "Сохраняет звонки в 1С", sinceTime: "с",
  pbx: "АТС", guard: "Запросы", guardFree: "без задержек", guardDoubtful: "непроверенные ждут", guardPaused: "приостановлены АТС", guardBackoff: "замедлены АТС",
  requests: "отправлено", wrong: "отклонено как ошибочные", queueLen: "ждут", skew: "часы АТС", skewNone: "пока неизвестно", second: "с",
  employees: "сотрудников", taken: "принято уведомлений",
  address: "Введите в личном кабинете АТС:", copy: "Копировать", copied: "Скопировано",
  errors: "Последние ошибки", noErrors: "С запуска не было.", refusals: "Отклонённые запросы", noRefusals: "С запуска не было.",
  refusedPace: "Слишком много запросов с одного адреса", refusedPaceHow: "Если это ваш офис, увеличьте http.rate_per_minute.",
  refusedCrowd: "Слишком много запросов сразу", refusedCrowdHow: "Если это не атака, увеличьте http.max_requests.",
  about: "Этот хаб", version: "версия", uptime: "работает", folder: "журнал", leads: "ведёт хаб", certificate: "сертификат до", noTLS: "своего HTTPS нет",
  parkedAlert: "Есть отложенные события: 1С не подтвердила их за 20 попыток.", parkedHow: "Найдите причину в журнале регистрации 1С, затем выдайте их снова: ниже или mango-hub replay -parked",
  parked: "Отложенные события", send: "Выдать снова", sendAll: "Выдать все снова", sent: "Выдаются:", sendAdmin: "Войдите по токену администратора.",
  certAlert: "Сертификат скоро кончится.", certHow: "Положите новый на место старых файлов: он подхватится без перезапуска.",
  skewAlert: "Часы этого компьютера неверны.", skewHow: "Включите синхронизацию времени: по нему работают ссылки и статистика.",
  storeAlert: "Журнал не принимает события: АТС получает 503.", storeHow: "Проверьте место на диске и папку журнала.",
  damagedAlert: "Журнал был повреждён, начат новый.", damagedHow: "Старый файл сохранён:",
  foot: "mango-hub — открытый хаб для 1С и MANGO OFFICE. Всё на этой странице обновляется само.",
  d: "д", h: "ч", min: "мин", s: "с", now: "сейчас",
};
const tables = { en, ru };
const kept = "mango-hub-language";
let code = document.documentElement.lang; // the browser's, told by the server

export const lang = () => code;

// setLang changes the language; without one it is the choice of last time.
export function setLang(next) {
  code = next ?? localStorage.getItem(kept) ?? code;
  if (!(code in tables)) code = "en";
  if (next) localStorage.setItem(kept, code);
  document.documentElement.lang = code;
}

export const t = (name) => tables[code][name] ?? en[name] ?? name;

// translate fills the texts of the page.
export function translate() {
  for (const el of document.querySelectorAll("[data-t]")) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll("[data-tl]")) el.setAttribute("aria-label", t(el.dataset.tl));
}
