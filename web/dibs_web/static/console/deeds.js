/** What operators did, in words: as said to the one who did it, and to the others. */
import { _, ngettext } from "../lib/i18n.js";

const WORDS = {
  "claim.released": (v) => [_("Released {item} of {handle}.", v), _("{name} released {item} of {handle}", v)],
  "claim.accepted": (v) => [_("Accepted: {item} for {handle}.", v), _("{name} accepted {item} for {handle}", v)],
  "claim.declined": (v) => [_("Declined the claim of {handle}.", v), _("{name} declined the claim of {handle}", v)],
  "claim.moved": (v) => [_("Moved the claim of {handle} to {item}.", v), _("{name} moved the claim of {handle} to {item}", v)],
  "claim.quantity_changed": (v) => [_("{handle} now has {quantity} of {item}.", v), _("{name} changed the claim of {handle} on {item} to {quantity}", v)],
  "claim.awarded": (v) => [
    ngettext("Gave {n} unit of {item} to {handle}.", "Gave {n} units of {item} to {handle}.", v.quantity, v),
    ngettext("{name} gave {n} unit of {item} to {handle}", "{name} gave {n} units of {item} to {handle}", v.quantity, v)],
  "item.added": (v) => [v.item ? _("Added item {item}.", v) : _("Added the items."), v.item ? _("{name} added item {item}", v) : _("{name} added items", v)],
  "item.edited": (v) => [_("Changed item {item}.", v), _("{name} changed item {item}", v)],
  "item.deleted": (v) => [_("Deleted item {item}.", v), _("{name} deleted item {item}", v)],
  "item.reordered": (v) => [_("Changed the order of the items."), _("{name} changed the order of the items", v)],
  "item.pinned": (v) => [v.item ? _("{item} is on now.", v) : _("Nothing is on now."), v.item ? _("{name} put {item} on now", v) : _("{name} took the item off that was on", v)],
  "show.started": (v) => [_("The show runs."), _("{name} started the show", v)],
  "show.paused": (v) => [_("The show is paused."), _("{name} paused the show", v)],
  "show.resumed": (v) => [_("The show goes on."), _("{name} resumed the show", v)],
  "show.ended": (v) => [_("The show has ended."), _("{name} stopped the show", v)],
  "show.edited": (v) => [_("Changed the show."), _("{name} changed the show", v)],
  "action.undone": (v) => [_("Undone."), _("{name} took the last action back", v)],
  "buyer.blocked": (v) => [_("{handle} may not claim any more.", v), _("{name} blocked {handle}", v)],
  "buyer.unblocked": (v) => [_("{handle} may claim again.", v), _("{name} unblocked {handle}", v)],
};

function said(deed) {
  const values = {
    name: deed.actor?.name || _("Somebody"), item: deed.item_number ?? "", handle: deed.handle || _("a hidden author"),
    quantity: deed.quantity ?? 1,
  };
  return WORDS[deed.action]?.(values) ?? [_("Done."), _("{name} changed something", values)];
}

/** What to tell the one who did it. */
export const ownWords = (deed) => said(deed)[0];
/** What to tell the others. */
export const otherWords = (deed) => said(deed)[1];
