// The board by itself: fresh without a reload, filters without a press, arrow keys in the matrix. All works without it.
"use strict"; (() => {
  const main = document.getElementById("main"), live = document.getElementById("live"), byId = (id) => document.getElementById(id);
  const CELL = ".heat td > a", BOXES = ".heat-box, .counts, .filters, .panel";
  let asked = 0, typing, polling;
  document.documentElement.classList.add("js");

  const part = async (url, kind) => {
    const answer = await fetch(url, { headers: { "X-Part": kind }, cache: "no-store", redirect: "error" });
    return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)));
  };

  const keep = () => {
    const at = document.activeElement, typed = at.matches("input[type=search]");
    return { id: main.contains(at) ? at.id : "", cell: at.matches(CELL) ? at.getAttribute("href") : "", top: scrollY,
      value: typed ? at.value : null, caret: typed ? at.selectionStart : 0,
      boxes: [...main.querySelectorAll(BOXES)].map((box) => [box.scrollLeft, box.scrollTop]),
      open: [...main.querySelectorAll("details[open]")].map((one) => one.closest("[id]").id) };
  };

  const restore = (was) => {
    main.querySelectorAll(BOXES).forEach((box, n) => { if (was.boxes[n]) [box.scrollLeft, box.scrollTop] = was.boxes[n]; });
    was.open.map(byId).forEach((at) => { const one = at && (at.matches("details") ? at : at.querySelector("details")); if (one) one.open = true; });
    const at = was.id ? byId(was.id) : was.cell && main.querySelector(`.heat a[href="${CSS.escape(was.cell)}"]`);
    if (at) at.focus({ preventScroll: true });
    if (at && was.value !== null) { at.value = was.value; at.setSelectionRange(was.caret, was.caret); }
    scrollTo(scrollX, was.top);
  };

  const prepare = () => {  // one stop of the Tab key for the whole matrix
    const cells = main.querySelectorAll(CELL), first = main.querySelector(".heat a[aria-current]") || cells[0];
    cells.forEach((cell) => { cell.tabIndex = cell === first ? 0 : -1; });
    main.querySelectorAll("form.filters").forEach((form) => form.classList.add("auto"));
  };

  const refresh = async () => {
    const mine = ++asked, text = await part(location.href, "1"), was = keep();
    if (mine !== asked) return;
    main.innerHTML = text;
    if (byId("seen-at")) byId("live-at").textContent = byId("seen-at").value;
    prepare(), restore(was);
  };

  const show = async (cell) => {
    main.querySelectorAll(".heat a[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    cell.setAttribute("aria-current", "true");
    prepare();
    cell.focus();
    history.replaceState(null, "", cell.href);
    const mine = ++asked;
    await new Promise((done) => setTimeout(done, 80));  // a key held down asks once, where it stops
    const text = mine === asked ? await part(cell.href, "cell") : "";
    if (mine === asked) byId("cell").innerHTML = text;
  };

  const filter = (form) => {
    clearTimeout(typing);
    history.replaceState(null, "", `${form.getAttribute("action")}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`);
    refresh().catch(() => form.submit());
  };

  const beside = (cell, [down, right]) => {
    const rows = [...main.querySelectorAll(".heat tbody tr")].filter((row) => row.querySelector("td > a"));
    const row = rows[rows.indexOf(cell.closest("tr")) + down], next = row && row.cells[cell.parentNode.cellIndex + right];
    return next && next.querySelector(":scope > a") && next.matches("td") ? next.firstElementChild : null;
  };

  main.addEventListener("input", (event) => { clearTimeout(typing); if (event.target.form) typing = setTimeout(filter, 250, event.target.form); });
  main.addEventListener("submit", (event) => { event.preventDefault(); filter(event.target); });
  main.addEventListener("click", (event) => {
    const cell = event.target.closest(CELL);
    if (cell && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); show(cell).catch(() => location.assign(cell.href)); }
  });
  main.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by || !event.target.matches(CELL)) return;
    const next = beside(event.target, by);
    event.preventDefault();
    if (next) show(next).catch(() => say("off"));
  });

  const say = (word) => { live.className = `live ${word}`; live.querySelectorAll(".still, .on, .off").forEach((one) => { one.hidden = one.className !== word; }); };
  const line = new EventSource(document.body.dataset.live);
  const poll = () => refresh().then(() => say("still"), () => say("off"));
  line.onopen = () => { clearInterval(polling); say("on"); };
  line.onerror = () => { say("off"); if (line.readyState === 2) { clearInterval(polling); polling = setInterval(poll, 15000); } };
  line.addEventListener("changed", () => refresh().catch(() => say("off")));
  line.addEventListener("ended", () => { line.close(); location.reload(); });
  prepare();
})();
