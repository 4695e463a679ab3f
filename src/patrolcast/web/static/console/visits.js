"use strict";
// The officer's page: a timer for each visit, and a queue for visits that were recorded without a connection.
// Each visit has a request id of its own, so that what is sent twice is recorded once.
(function () {
  const board = document.getElementById("queue");
  const KEY = "patrolcast visits of " + board.dataset.account, STARTED = "patrolcast started by " + board.dataset.account;
  const RETRY = 15000;
  const parsed = (key, otherwise) => {
    try { return JSON.parse(localStorage.getItem(key)) || otherwise; } catch (broken) { return otherwise; }
  };
  const waitingVisits = () => parsed(KEY, []);
  const keep = (list) => localStorage.setItem(KEY, JSON.stringify(list));
  let sending = false, messages = [];

  function show() {
    const waiting = waitingVisits().length;
    const lines = waiting ? [waiting + (waiting === 1 ? " visit waits" : " visits wait") + " on this phone to be sent. Keep this page open."] : [];
    board.replaceChildren(...[...lines, ...messages].map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    board.hidden = !board.childElementCount;
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waitingVisits().length) {
      const [first] = waitingVisits(), form = document.querySelector("[name=csrfmiddlewaretoken]");
      let answer;
      try {
        answer = await fetch(first.action, {
          method: "POST", credentials: "same-origin", redirect: "manual",
          headers: { Accept: "application/json", "X-CSRFToken": form ? form.value : "" },
          body: new URLSearchParams(first.fields),
        });
      } catch (offline) { break; }
      if (answer.status >= 500 || answer.status === 429 || answer.type === "opaqueredirect") break;
      if (answer.status === 401 || answer.status === 403) {
        messages = ["Sign in again (reload this page) so that what waits can be sent."];
        break;
      }
      const body = await answer.json().catch(() => ({}));
      messages = [answer.ok ? "Recorded: " + first.place + "." : "Not taken: " + first.place + ". " + (body.error || "")];
      keep(waitingVisits().filter((visit) => visit.fields.request !== first.fields.request));
      if (answer.ok && !waitingVisits().length) setTimeout(() => { if (!document.querySelector(".running")) location.reload(); }, 1500);
    }
    sending = false;
    show();
  }

  document.querySelectorAll(".visit-form").forEach((form) => {
    const fields = form.elements, start = form.querySelector(".start"), clock = form.querySelector(".clock");
    const more = form.querySelector(".fields");
    const begun = () => parsed(STARTED, {})[fields.suggestion.value];
    const note = (when) => {
      const all = parsed(STARTED, {});
      if (when) all[fields.suggestion.value] = when; else delete all[fields.suggestion.value];
      localStorage.setItem(STARTED, JSON.stringify(all));
    };

    function tick() {
      const since = begun();
      form.classList.toggle("running", Boolean(since));
      start.hidden = Boolean(since);
      more.hidden = !since;
      if (!since) { clock.textContent = ""; return; }
      const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
      const minutes = Math.floor(seconds / 60);
      clock.textContent = minutes + ":" + String(seconds % 60).padStart(2, "0") + (minutes < 10 ? " of 10 to 15 minutes" : minutes < 15 ? ", long enough" : ", past 15 minutes");
      if (fields.minutes !== document.activeElement && !fields.minutes.dataset.typed) fields.minutes.value = Math.max(1, Math.round(seconds / 60));
    }
    form.querySelector(".timer").hidden = false;
    start.addEventListener("click", () => { note(Date.now()); tick(); more.querySelector("select").focus(); });
    fields.minutes.addEventListener("input", () => { fields.minutes.dataset.typed = "yes"; });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { csrfmiddlewaretoken, ...entered } = Object.fromEntries(new FormData(form));
      keep([...waitingVisits(), { action: form.action, place: form.dataset.place, fields: entered }]);
      // The next visit to the same place is another one.
      fields.request.value = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
      note(0);
      form.reset();
      delete fields.minutes.dataset.typed;
      tick();
      show();
      send();
    });
    tick();
    setInterval(tick, 1000);
  });

  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => { if (waitingVisits().length && !navigator.onLine) event.preventDefault(); });
  setInterval(send, RETRY);
  show();
  send();
})();
