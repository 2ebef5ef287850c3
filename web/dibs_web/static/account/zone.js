/** Tells the form in which time zone this browser is; a server that does not know it keeps its own. */
for (const input of document.querySelectorAll("input[data-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
