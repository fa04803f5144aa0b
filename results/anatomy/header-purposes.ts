/** What a header field is for, by its name in lower case; of fields that differ by direction or value see below. */
const PURPOSES: Record<string, string> = {
  host: 'Which host and port are asked; HTTP/1.1 demands it.',
  upgrade: 'The protocol that this connection is to change to.',
  'sec-websocket-version': 'The version of the WebSocket protocol.',
  'sec-websocket-key': 'A random value; the answer must show that it was read.',
  'sec-websocket-accept': 'The digest of the key: this is a WebSocket server, and no cache or other server.',
  'sec-websocket-extensions': 'Extensions of the protocol that are offered, such as compression.',
  accept: 'The formats that the client takes.',
  'accept-encoding': 'The compressions that the client takes.',
  'accept-language': 'The languages that the user prefers.',
  'user-agent': 'The program that asks.',
  cookie: 'Who the user is and what the site remembers of them, sent with every request.',
  origin: 'The page that asks.',
  referer: 'The page that asks.',
  pragma: 'The same as Cache-Control for old caches.',
  'last-event-id': 'The last event the client has, to go on after it.',
  'x-padding': 'Fills the request up to the size of the scenario.',
  'content-type': 'The format of the body.',
  'content-length': 'The size of the body in bytes, which tells where it ends.',
  'transfer-encoding': 'The body comes in chunks, each with its size: the end need not be known yet.',
  'keep-alive': 'How long the server keeps an idle connection.',
  date: 'When the answer was made; HTTP wants it of every server with a clock.',
  server: 'The program that answers.',
};

/** What a header field is for, in one sentence. `value` as it was sent. */
export function headerPurpose(name: string, value: string, direction: 'sent' | 'received'): string {
  const key = name.toLowerCase();
  if (key === 'connection') {
    if (/upgrade/i.test(value)) return 'The protocol of this connection is to change.';
    return /close/i.test(value)
      ? 'The connection ends after this answer.'
      : 'The connection stays open for the next request.';
  }
  if (key === 'cache-control') {
    return direction === 'sent' ? 'No cache may answer instead.' : 'No cache may keep a copy: the next answer differs.';
  }
  if (key.startsWith('sec-ch-ua')) return 'The brand and platform of the browser.';
  if (key.startsWith('sec-fetch-')) return 'How the page came to ask, for the server to judge.';
  return PURPOSES[key] ?? 'A header field.';
}
