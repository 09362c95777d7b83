// The chat without reloads: forms are sent and parts of the page swapped; everything works without this file as well.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const PARTS = ["p-head", "p-log", "p-foot"];
  const AGAIN_MS = 3000, POLL_MS = 10000;
  let busy = false, line = null;

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const offline = (is) => { byId("offline").hidden = !is; };
  const newest = () => byId("p-log").dataset.newest || "0";
  const about = (root) => root.getElementById("press").elements.about.value;
  const fields = () => [...document.querySelectorAll("textarea, input[inputmode]")];

  const grow = (box) => {
    if (!box || CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };

  function show(own) {
    const live = byId("nay") || byId("p-log").querySelector("li:last-child");
    if (!live) return;
    const head = live.querySelector("h2, .text, article") || live;
    if (own) {
      head.tabIndex = -1;
      head.focus({ preventScroll: true });
    }
    live.scrollIntoView({ block: "nearest" });
  }

  function announce(own) {
    const said = byId("p-log").querySelectorAll("li:not(.mine):not(.live)");
    const last = own ? byId("p-log").querySelector("li.now p") : said[said.length - 1];
    byId("told").textContent = last ? last.textContent.trim() : "";
  }

  // What somebody is typing stays: in the answer's fields while the question is the same, in the text field until sent.
  function swap(html, sent) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!PARTS.every((id) => fresh.getElementById(id))) return location.reload();
    const same = about(fresh) === about(document);
    const kept = fields().filter((box) => (box.form && box.form.id === "figures" ? same : box.form !== sent));
    const typed = kept.map((box) => [box.id, box.value, box === document.activeElement, box.selectionEnd]);
    for (const id of PARTS) byId(id).replaceWith(document.importNode(fresh.getElementById(id), true));
    for (const [id, value, here, end] of typed) {
      const box = byId(id);
      if (!box || !(value || here)) continue;
      box.value = value;
      grow(box);
      if (here && !sent) {
        box.focus({ preventScroll: true });
        box.setSelectionRange(end, end);
      }
    }
    document.querySelectorAll("details.menu[open]").forEach((one) => { one.open = false; });
    announce(sent);
    if (sent || document.activeElement === document.body) show(sent);
  }

  async function send(form, button) {
    if (busy) return;
    busy = true;
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    if (button) button.setAttribute("aria-busy", "true");
    try {
      // The form's key makes a repetition harmless: it is sent until it has been taken.
      for (;;) {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } }).catch(() => null);
        if (answer && answer.ok && !answer.redirected) {
          offline(false);
          return swap(await answer.text(), form);
        }
        if (answer && answer.status < 500) return location.assign("/chat#nay");
        offline(true);
        await wait(AGAIN_MS);
      }
    } finally {
      busy = false;
      if (button) button.removeAttribute("aria-busy");
    }
  }

  async function refresh() {
    if (busy) return;
    const answer = await fetch("/chat/part").catch(() => null);
    offline(!answer || answer.status >= 500);
    if (!answer || answer.status >= 500 || busy) return;
    if (!answer.ok || answer.redirected) return location.reload();
    swap(await answer.text(), null);
  }

  async function poll() {
    if (busy || (line && line.readyState === EventSource.OPEN && byId("offline").hidden)) return;
    const answer = await fetch("/chat/live", { headers: { Accept: "application/json" } }).catch(() => null);
    offline(!answer || answer.status >= 500);
    if (!answer || answer.status >= 500) return;
    if (!answer.ok || answer.redirected) return location.reload();
    if ((await answer.json()).version > Number(newest())) await refresh();
    if (line && line.readyState === EventSource.CLOSED) listen();
  }

  function listen() {
    line = new EventSource(`/chat/live?since=${newest()}`);
    line.addEventListener("changed", (event) => { if (Number(event.data) > Number(newest())) refresh(); });
    line.addEventListener("ended", () => location.reload());
    line.onopen = () => offline(false);
    line.onerror = () => poll();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!["press", "figures", "say", "file"].includes(form.id)) return;
    event.preventDefault();
    const box = byId("f-text");
    if (form.id === "say" && !box.value.trim()) return box.focus();
    send(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    const box = fill && byId(fill.dataset.fill);
    if (box) {
      event.preventDefault();
      box.value = fill.dataset.with;
      (fields().find((one) => one.form.id === "figures" && !one.value) || box).focus();
    }
    document.querySelectorAll("details.menu[open], details.clip[open]").forEach((one) => {
      if (!one.contains(event.target)) one.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open], details.clip[open]").forEach((one) => {
        one.open = false;
        one.firstElementChild.focus();
      });
    }
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (box.id === "f-text") {
      event.preventDefault();
      box.form.requestSubmit();
    } else if (box.id === "f-n" && byId("f-d") && !byId("f-d").value) {
      event.preventDefault();
      byId("f-d").focus();
    }
  });

  document.addEventListener("input", (event) => { if (event.target.id === "f-text") grow(event.target); });
  document.addEventListener("change", (event) => { if (event.target.id === "f-file") event.target.form.requestSubmit(); });
  addEventListener("offline", () => offline(true));
  addEventListener("online", poll);
  addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  setInterval(poll, POLL_MS);
  show(false);
  listen();
})();
