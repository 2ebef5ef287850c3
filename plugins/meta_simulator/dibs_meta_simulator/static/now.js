// Renews what is on air and what was called, but not while somebody is using a button there.
const now = document.getElementById("now");
setInterval(async () => {
  if (document.hidden || now.contains(document.activeElement)) return;
  const answer = await fetch("/_now").catch(() => null);
  if (answer?.ok) now.innerHTML = await answer.text();
}, 2000);
