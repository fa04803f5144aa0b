import {
  AUTHORITY,
  type HeaderProfile,
  headerLines,
  KEY,
  KEY_BYTES,
  PADDING_NAME,
  REQUEST_BYTES_MAX,
} from '../../servers/contract/header-profiles.ts';
import type { TransportId } from '../../servers/contract/transports.ts';

const MOST_SLOTS = 1024;
/** What the kept texts of one shape may take: the memory of a worker is measured. */
const KEPT_BYTES = 1024 * 1024;

/** What the requests of a subscriber are made of, besides the seq that they ask after. */
export interface RequestShape {
  readonly transport: TransportId;
  /** Host and port, as the `Host` header has them. */
  readonly authority: string;
  readonly headers: HeaderProfile;
  /** false has the server end the connection after its answer. */
  readonly keepAlive: boolean;
}

/**
 * The request `GET /TRANSPORT?after=SEQ` on both sides of SEQ; where a handshake needs its key stands KEY.
 * Throws a RangeError when the authority would break the request, or its size is out of reach.
 */
function aroundSeq({ transport, authority, headers, keepAlive }: RequestShape): [string, string] {
  if (!/^[\x21-\x7e]+$/.test(authority)) {
    throw new RangeError(`not a host and port of visible ASCII: ${JSON.stringify(authority)}`);
  }
  const before = `GET /${transport}?after=`;
  const behind = (padding: string) => {
    const lines = headerLines(transport, headers, keepAlive).map((line) => line.replace(AUTHORITY, () => authority));
    return [' HTTP/1.1', ...lines, `${padding}\r\n`].join('\r\n');
  };
  if (typeof headers === 'string') return [before, behind('')];
  const keyBytes = transport === 'websocket' ? KEY_BYTES - KEY.length : 0;
  const unfilled = `${before}0${behind(`${PADDING_NAME}: \r\n`)}`.length + keyBytes;
  if (headers <= unfilled || headers > REQUEST_BYTES_MAX) {
    throw new RangeError(
      `a ${transport} request cannot have ${headers} bytes: ${unfilled + 1} to ${REQUEST_BYTES_MAX}`,
    );
  }
  return [before, behind(`${PADDING_NAME}: ${'a'.repeat(headers - unfilled)}\r\n`)];
}

/**
 * The requests `GET /TRANSPORT?after=SEQ` of all subscribers that ask one server. Subscribers ask after the same few
 * seqs, so the texts are made once and kept, the newest of each slot.
 */
export class RequestTexts {
  readonly #before: string;
  readonly #behind: string;
  readonly #seqs: Float64Array;
  readonly #texts: string[];

  static readonly #shared = new Map<string, RequestTexts>();

  /** The one of all subscribers whose requests have this shape. */
  static of(shape: RequestShape): RequestTexts {
    const key = `${shape.transport} ${shape.authority} ${shape.headers} ${shape.keepAlive}`;
    let texts = RequestTexts.#shared.get(key);
    if (texts === undefined) {
      texts = new RequestTexts(shape);
      RequestTexts.#shared.set(key, texts);
    }
    return texts;
  }

  /** Throws what `aroundSeq` does. */
  constructor(shape: RequestShape) {
    [this.#before, this.#behind] = aroundSeq(shape);
    const slots = Math.min(MOST_SLOTS, Math.floor(KEPT_BYTES / (this.#before.length + this.#behind.length)));
    this.#seqs = new Float64Array(slots).fill(-1);
    this.#texts = new Array(slots).fill('');
  }

  /** The request for the events after this one. */
  after(seq: number): string {
    const slot = seq % this.#texts.length;
    if (this.#seqs[slot] !== seq) {
      this.#seqs[slot] = seq;
      this.#texts[slot] = `${this.#before}${seq}${this.#behind}`;
    }
    return this.#texts[slot] as string;
  }
}
