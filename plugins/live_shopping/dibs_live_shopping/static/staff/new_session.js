/** A new session: for whom, what about, now or later. */
import { _, html, useEffect, useSettled, useState } from "./kit.js";
import { sessions } from "./calls.js";
import { Sheet } from "./sheets.js";

const TIMES = [["30", _("half an hour")], ["60", _("one hour")], ["120", _("two hours")], ["480", _("eight hours")], ["0", _("no limit")]];

function useCustomers(text) {
  const settled = useSettled(text.trim(), 180);
  const [found, setFound] = useState([]);
  useEffect(() => {
    let current = true;
    sessions.customers(settled).then((answer) => current && setFound(answer.customers), () => current && setFound([]));
    return () => { current = false; };
  }, [settled]);
  return found;
}

function Choose({ onPick }) {
  const [text, setText] = useState("");
  const found = useCustomers(text);
  return html`
    <label>${_("Customer")}<input type="search" value=${text} autocomplete="off" maxlength="100" placeholder=${_("Name or contact")} data-focus onInput=${(event) => setText(event.target.value)}
      onKeyDown=${(event) => { if (event.key === "Enter") { event.preventDefault(); if (found.length) onPick(found[0]); } }} /></label>
    <ul class="found" aria-label=${_("Customers found")}>${found.map((one) => html`
      <li key=${one.customer_id}><button type="button" onClick=${() => onPick(one)}><bdi class="handle">${one.name}</bdi> <span class="hint">${one.contact}</span></button></li>`)}</ul>
    ${!found.length && html`<p class="hint">${text ? _("Nobody is called that.") : _("There are no customers yet.")} <a href="/customers">${_("Add a customer")}</a></p>`}`;
}

/** The instant that a field without a zone means, where this person sits. */
const instant = (local) => (local ? new Date(local).toISOString() : null);

export function NewSession({ customer, onClose }) {
  const [picked, pick] = useState(customer ? { customer_id: customer.id, name: customer.name } : null);
  const [later, setLater] = useState(false);
  const submit = async (form) => {
    if (!picked) throw { message: _("Choose a customer from the list.") };
    const title = form.get("title").trim();
    const made = await sessions.create({
      customer_id: picked.customer_id, timeout_minutes: Number(form.get("timeout")), start: !later,
      ...(title ? { title } : {}), ...(later && form.get("at") ? { scheduled_at: instant(form.get("at")) } : {}),
    });
    location.assign(`/live/${(made.session ?? made).session_id}`);
    return false;
  };
  return html`
    <${Sheet} title=${_("New session")} yes=${later ? _("Plan session") : _("Start session")} onClose=${onClose} onSubmit=${submit}>
      ${picked ? html`<p class="picked"><bdi class="handle">${picked.name}</bdi>${!customer && html`<button type="button" class="small" onClick=${() => pick(null)}>${_("Someone else")}</button>`}</p>`
        : html`<${Choose} onPick=${pick} />`}
      <label><span>${_("Title")} <small>${_("optional")}</small></span><input name="title" maxlength="200" autocomplete="off" placeholder=${_("Autumn selection")} /></label>
      <label>${_("Ends without activity after")}<select name="timeout" defaultValue="120">${TIMES.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === "120"}>${words}</option>`)}</select></label>
      <label class="check"><input type="checkbox" checked=${later} onChange=${(event) => setLater(event.target.checked)} />${_("Not now, plan it for later")}</label>
      ${later && html`<label><span>${_("Planned start")} <small>${_("optional")}</small></span><input type="datetime-local" name="at" /></label>`}
    <//>`;
}
