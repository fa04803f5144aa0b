const SLOTS = 1024;

/**
 * The requests `GET PATH?after=SEQ` of all subscribers that ask one server. Subscribers ask after the same few seqs, so
 * the texts are made once and kept, the newest of each slot.
 */
export class RequestTexts {
  readonly #before: string;
  readonly #behind: string;
  readonly #seqs = new Float64Array(SLOTS).fill(-1);
  readonly #texts: string[] = new Array(SLOTS).fill('');

  static readonly #shared = new Map<string, RequestTexts>();

  /** The one of all subscribers with these parameters. */
  static of(path: string, authority: string, keepAlive: boolean): RequestTexts {
    const key = `${path} ${authority} ${keepAlive}`;
    let texts = RequestTexts.#shared.get(key);
    if (texts === undefined) {
      texts = new RequestTexts(path, authority, keepAlive);
      RequestTexts.#shared.set(key, texts);
    }
    return texts;
  }

  /** Without `keepAlive` the server is told to end the connection after its answer (RFC 9112 9.6). */
  constructor(path: string, authority: string, keepAlive: boolean) {
    this.#before = `GET ${path}?after=`;
    this.#behind = ` HTTP/1.1\r\nHost: ${authority}\r\n${keepAlive ? '' : 'Connection: close\r\n'}\r\n`;
  }

  /** The request for the events after this one. */
  after(seq: number): string {
    const slot = seq % SLOTS;
    if (this.#seqs[slot] !== seq) {
      this.#seqs[slot] = seq;
      this.#texts[slot] = `${this.#before}${seq}${this.#behind}`;
    }
    return this.#texts[slot] as string;
  }
}
