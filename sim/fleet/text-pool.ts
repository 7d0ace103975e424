/** Equal texts as one: a server gives thousands of devices the same values, each parsed anew from a response of its own. */

/** Texts kept, whatever servers send: at most some MiB. When it is full it begins anew, so that what is common comes back. */
const MOST_TEXTS = 8_192;
/** Longer ones are rarely the same, and cost time to look up. */
const LONGEST_TEXT = 512;

export class TextPool {
  private readonly texts = new Map<string, string>();
  private readonly most: number;

  constructor(most = MOST_TEXTS) {
    this.most = most;
  }

  /** The same text; one that was seen before where there is such. */
  shared(text: string): string {
    if (text.length > LONGEST_TEXT) return text;
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= this.most) this.texts.clear();
    this.texts.set(text, text);
    return text;
  }

  get size(): number {
    return this.texts.size;
  }
}
