"use strict";
// On every page of a published run: once its time is over, the banner comes and what invites to use it goes.
(function () {
  const ends = Number(document.getElementById("ends").textContent);
  function watch() {
    const over = Date.now() / 1000 >= ends;
    document.getElementById("expired").hidden = !over;
    document.querySelectorAll(".in-force").forEach((element) => { element.hidden = over; });
    document.querySelectorAll(".out-of-force").forEach((element) => { element.hidden = !over; });
  }
  watch();
  setInterval(watch, 60000);
  document.addEventListener("visibilitychange", watch);
})();
