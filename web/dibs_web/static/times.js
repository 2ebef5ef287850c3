/* Instants of the server in the reader's own time and words. */
(() => {
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const show = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      time.textContent = day.format(new Date(time.dateTime));
    }
  };
  document.addEventListener("DOMContentLoaded", () => show(document));
  document.addEventListener("htmx:after:swap", () => show(document));
})();
