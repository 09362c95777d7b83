// Sending by itself: letters counted, fields put in, the preview and the course of a mailing kept fresh. All works without it.
"use strict"; (() => {
  const byId = (id) => document.getElementById(id), form = byId("write"), text = byId("text"), live = byId("live");
  let asked = 0, waiting, polling;
  document.documentElement.classList.add("js");

  const part = async (kind, body) => {
    const answer = await fetch(body ? form.action : location.href, { method: body ? "POST" : "GET", body, headers: { "X-Part": kind }, cache: "no-store", redirect: "error" });
    return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)));
  };

  const put = (at, html) => {  // what was open stays open, what had the focus keeps it
    const open = [...at.querySelectorAll("details[open][id]")].map((one) => one.id), was = document.activeElement;
    const named = at.contains(was) && was.name ? `[name="${CSS.escape(was.name)}"][value="${CSS.escape(was.value)}"]` : "";
    at.innerHTML = html;
    open.map(byId).forEach((one) => { if (one) one.open = true; });
    if (named && at.querySelector(named)) at.querySelector(named).focus({ preventScroll: true });
  };

  const refresh = async () => {
    const box = document.createElement("template");
    box.innerHTML = await part("truth");
    const at = box.content.getElementById("seen-at");
    if (at) { byId("live-at").textContent = at.value; at.remove(); }
    put(byId("truth"), box.innerHTML);
  };

  const look = async () => {
    const mine = ++asked, body = new FormData(form);
    body.delete("file");
    const box = document.createElement("template");
    const html = await part("look", body);
    if (mine !== asked) return;
    box.innerHTML = html;
    box.content.querySelectorAll("[data-of]").forEach((one) => put(byId(one.dataset.of), one.innerHTML));
  };

  if (form) {
    const count = () => {
      const letters = [...text.value.normalize("NFC").trim()].length;
      byId("counted").textContent = `${letters.toLocaleString("vi-VN")}/1.000 ký tự`;
      byId("counted").classList.toggle("bad", letters > 1000);
    };
    form.querySelectorAll("code[data-insert]").forEach((one) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "insert", textContent: one.textContent });
      button.addEventListener("click", () => { text.setRangeText(one.dataset.insert, text.selectionStart, text.selectionEnd, "end"); text.focus(); text.dispatchEvent(new Event("input", { bubbles: true })); });
      one.replaceWith(button);
    });
    form.addEventListener("input", () => { count(); clearTimeout(waiting); waiting = setTimeout(() => look().catch(() => {}), 600); });
    count();
    if (text.value.trim()) look().catch(() => {});
  }

  if (!document.body.dataset.live) return;
  const say = (word) => { live.className = `live ${word}`; live.querySelectorAll(".still, .on, .off").forEach((one) => { one.hidden = one.className !== word; }); };
  const line = new EventSource(document.body.dataset.live);
  const poll = () => refresh().then(() => say("still"), () => say("off"));
  line.onopen = () => { clearInterval(polling); say("on"); };
  line.onerror = () => { say("off"); if (line.readyState === 2) { clearInterval(polling); polling = setInterval(poll, 15000); } };
  line.addEventListener("changed", () => refresh().catch(() => say("off")));
  line.addEventListener("ended", () => { line.close(); location.reload(); });
})();
