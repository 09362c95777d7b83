// The chat without reloads: forms are sent, parts of the page swapped. Everything works without this file as well.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const PARTS = ["p-who", "p-head", "p-log", "p-foot"];
  const AGAIN_MS = 3000, POLL_MS = 10000;
  let busy = false, line = null, heard = 0;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const offline = (is, full) => { byId("offline").hidden = !is; byId("offline").classList.toggle("full", Boolean(full)); };
  const newest = () => byId("p-log")?.dataset.newest || "0";
  const about = (root) => root.getElementById("press").elements.about.value;
  const fields = () => [...document.querySelectorAll("textarea, input[inputmode]")];
  const fold = (which, but) => document.querySelectorAll(which).forEach((one) => { one.open &&= Boolean(but && one.contains(but)); });

  function show(own) {
    const live = byId("nay") || document.querySelector("#p-log li:last-child") || byId("p-log");
    const head = live.querySelector("article h2") || live.querySelector("article") || live;
    head.tabIndex = -1;
    if (own) head.focus({ preventScroll: true });
    live.scrollIntoView({ block: "nearest" });
  }

  function announce(own) {
    const last = [...document.querySelectorAll(own ? "#p-log .now p" : "#p-log li:not(.mine, .live)")].pop();
    if (last) byId("told").textContent = last.textContent.trim();
  }

  // What somebody is typing stays: in the answer's fields while the question is the same, in the text field until sent.
  // When only the lines above the card are new, the card and the foot stay as they are, folds and all.
  function swap(html, sent) {
    const fresh = parse(html);
    if (!PARTS.every((id) => fresh.getElementById(id))) return location.reload();
    const [card, next] = [document, fresh].map((root) => root.getElementById("nay"));
    const still = !sent && card && next && card.dataset.card === next.dataset.card;
    const same = about(fresh) === about(document), here = document.activeElement;
    const low = innerHeight + scrollY > document.body.scrollHeight - 200;
    const kept = still ? [] : fields().filter((box) => (box.form && box.form.id === "figures" ? same : box.form !== sent));
    const typed = kept.map((box) => [box.id, box.value, box === here, box.selectionEnd]);
    if (still) next.replaceWith(card);
    for (const id of still ? PARTS.slice(0, 3) : PARTS) byId(id).replaceWith(fresh.getElementById(id));
    for (const [id, value, had, end] of typed) {
      const box = byId(id);
      if (box) box.value = value;
      if (!box || !had || sent) continue;
      box.focus({ preventScroll: true });
      box.setSelectionRange(end, end);
    }
    if (still) here.focus({ preventScroll: true }); else fold(".menu");
    announce(sent);
    if (sent || low) show(sent);
  }

  // A refusal comes as a page of its own words: it is shown in place of this one.
  function tell(html) {
    line.close();
    document.body.replaceWith(document.importNode(parse(html).body, true));
  }

  async function send(form, button) {
    if (busy) return;
    busy = true;
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const body = form.id === "file" ? data : new URLSearchParams(data);
    if (button) button.setAttribute("aria-busy", "true");
    try {
      // The form's key makes a repetition harmless: it is sent until it has been taken.
      for (;;) {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } }).catch(() => null);
        const full = answer && answer.status === 429;
        offline(!answer || full || answer.status >= 500, full);
        if (answer && answer.ok && !answer.redirected) return swap(await answer.text(), form);
        if (answer && (answer.redirected || answer.status === 401)) return location.reload();
        if (answer && answer.status < 500 && !full) return tell(await answer.text());
        await wait(Number(answer && answer.headers.get("Retry-After")) * 1000 || AGAIN_MS);
      }
    } finally {
      busy = false;
      if (button) button.removeAttribute("aria-busy");
      if (heard > Number(newest())) refresh();
    }
  }

  async function ask(path) {
    const answer = await fetch(path, { headers: { "X-Part": "1", Accept: "text/html, application/json" } }).catch(() => null);
    const full = answer && answer.status === 429, away = !answer || full || answer.status >= 500;
    offline(away, full);
    return away ? null : answer.ok ? answer : location.reload();
  }

  async function refresh() {
    const answer = !busy && byId("p-log") && await ask("/chat/part");
    if (answer && !busy) swap(await answer.text(), null);
  }

  async function poll(refused) {  // a line that was refused is asked for again at the next beat, not at once
    if (busy || !byId("p-log") || (line.readyState === EventSource.OPEN && byId("offline").hidden)) return;
    const answer = await ask("/chat/live");
    if (answer && (await answer.json()).version > Number(newest())) await refresh();
    if (answer && !refused && line.readyState === EventSource.CLOSED) listen();
  }

  function listen() {
    line = new EventSource(`/chat/live?since=${newest()}`);
    line.addEventListener("changed", (event) => { heard = Number(event.data); if (heard > Number(newest())) refresh(); });
    line.addEventListener("ended", () => { line.close(); location.assign("/"); });
    line.onopen = () => offline(false);
    line.onerror = () => poll(true);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!["press", "figures", "say", "file"].includes(form.id)) return;
    event.preventDefault();
    if (form.id === "say" && !byId("f-text").value.trim()) return byId("f-text").focus();
    send(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    const box = fill && byId(fill.dataset.fill);
    if (box) {
      event.preventDefault();
      box.value = fill.dataset.with;
      (byId("f-n").value ? box : byId("f-n")).focus();
    }
    fold(".menu, .clip", event.target);
  });

  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key === "Escape") {
      box.closest(".menu, .clip")?.firstElementChild.focus();
      fold(".menu, .clip");
    }
    const next = box.id === "f-n" && byId("f-d") && !byId("f-d").value;
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || (box.id !== "f-text" && !next)) return;
    event.preventDefault();
    if (next) byId("f-d").focus(); else box.form.requestSubmit();
  });

  document.addEventListener("toggle", (event) => { if (event.target.open && event.target.matches(".more")) event.target.scrollIntoView({ block: "nearest" }); }, true);  // else it unfolds under the text field
  document.addEventListener("change", (event) => { if (event.target.id === "f-file") event.target.form.requestSubmit(); });
  for (const [now, then] of [["offline", () => offline(true)], ["online", () => poll()]]) addEventListener(now, then);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  setInterval(() => poll(), POLL_MS);
  show();
  listen();
})();
