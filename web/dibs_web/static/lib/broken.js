/** The banner over every page: asks now and then whether an account that a running show listens to has lost its access. */
const EVERY_MS = 5000;
const banner = document.getElementById("broken");

function row({ words, href }) {
  const line = document.createElement("p");
  line.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (href) {
    const back = encodeURIComponent(location.pathname);
    const link = Object.assign(document.createElement("a"), { className: "button small", href: `${href}&next=${back}` });
    link.textContent = banner.dataset.words;
    line.append(" ", link);
  }
  return line;
}

let shown = null;
async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/connections/broken", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { lines } = await answer.json();
    const now = JSON.stringify(lines);
    if (now !== shown) banner.replaceChildren(...lines.map(row));
    shown = now;
  } catch {
    /* The server is away for a moment: the next look tells. */
  }
}

if (banner) {
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
}
