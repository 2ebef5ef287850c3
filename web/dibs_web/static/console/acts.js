/** What the operator in front of this page does: carried out, told, and offered to be taken back. */
import { _ } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { otherWords, ownWords } from "./deeds.js";

const MINE_MS = 15000;
const MARK_MS = 9000;

export class Acts {
  /** `draw` is called when notes or marks have changed. */
  constructor(store, me, draw) {
    Object.assign(this, { store, me, draw, mineUntil: 0, told: 0, marks: new Map(), note: null });
    this.stop = store.onDeed((deed) => this.deed(deed));
  }

  /** Do something; tell `words`, unless the event of it says more. Whether it was done. */
  async run(work, words) {
    try {
      await this.tried(work, words);
      return true;
    } catch (error) {
      toast(error.message, { bad: true });
      return false;
    }
  }

  /** The same, with the error for whoever wants to show it in its place. */
  async tried(work, words) {
    const told = this.told;
    this.mineUntil = Date.now() + MINE_MS;
    await work();
    if (words && this.told === told) toast(words);
  }

  /** Take an action back: the one given, or one's own last one in this show. */
  undo(entryId) {
    return this.run(() => this.store.api.undo(entryId), _("Undone."));
  }

  deed(deed) {
    if (deed.actor?.id !== this.me) this.others(deed);
    else if (Date.now() < this.mineUntil) {
      this.told += 1;
      toast(ownWords(deed), { undo: deed.undoable ? () => this.undo(deed.entry_id) : undefined });
    }
  }

  /** Somebody else did something: a quiet line, and a mark on what was changed. */
  others(deed) {
    const name = deed.actor?.name || _("Somebody");
    this.note = { words: otherWords(deed), key: deed.entry_id, at: Date.now() };
    this.marks = new Map(this.marks).set(deed.entity_id, name);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.note = null;
      this.marks = new Map();
      this.draw();
    }, MARK_MS);
    this.draw();
  }
}
