import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readVectors, type VectorBytes, vectorBytes } from '../../servers/contract/vectors/vectors.ts';
import { Carry } from './carry.ts';
import { anyBytes, anyCuts, chunkings, cutsOf, refuses, shown } from './fixtures/chunkings.ts';
import { HttpResponseReader, type ResponseHead } from './http-response.ts';
import { WireError } from './reader.ts';

interface ExpectedResponse {
  status: number;
  headers: Record<string, string | null>;
  body: VectorBytes;
  keepAlive: boolean;
}

interface HttpVector {
  name: string;
  wire: VectorBytes;
  error?: boolean;
  responses: ExpectedResponse[];
  headBytes: number;
  envelopes: number;
  upgraded?: VectorBytes;
  unfinished?: boolean;
}

/** What a reader makes of `wire`; `names` are the fields asked of every head. */
function read(wire: Buffer, cuts: Iterable<number>, names: string[] = [], maxHeadBytes = 65_536) {
  const responses: { status: number; headers: Record<string, string | null>; body: string; keepAlive: boolean }[] = [];
  let head: ResponseHead | null = null;
  let headers: Record<string, string | null> = {};
  const body = new Carry();
  const upgraded = new Carry();
  const close = (): void => {
    if (head === null) throw new Error('end without head');
    responses.push({
      status: head.status,
      headers,
      body: shown(body.bytes, 0, body.length),
      keepAlive: head.keepAlive,
    });
    head = null;
    body.clear();
  };
  const reader = new HttpResponseReader(
    {
      head: (begun) => {
        if (head !== null) throw new Error('head without end');
        head = begun;
        headers = Object.fromEntries(names.map((name) => [name, begun.header(name)]));
        if (begun.status === 101) close();
      },
      body: (bytes, start, end) => body.append(bytes, start, end),
      end: close,
      upgraded: (bytes, start, end) => upgraded.append(bytes, start, end),
    },
    { maxHeadBytes },
  );
  const refused = refuses(reader, wire, cuts);
  let finished = !refused;
  try {
    if (!refused) reader.finish();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    finished = false;
  }
  const { headBytes, envelopes } = reader;
  return { responses, headBytes, envelopes, upgraded: shown(upgraded.bytes, 0, upgraded.length), refused, finished };
}

const vectors = readVectors<HttpVector>('http-response.json');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('vectors, however they are cut', () => {
  it.each(vectors.filter(({ error }) => !error))('$name', (vector) => {
    const bytes = vectorBytes(vector.wire);
    // Every response is asked for every name; those that a vector does not mention are not compared.
    const names = [...new Set(vector.responses.flatMap(({ headers }) => Object.keys(headers)))];
    const whole = read(bytes, [], names);
    expect(whole).toMatchObject({
      responses: vector.responses.map((response) => ({ ...response, body: shown(vectorBytes(response.body)) })),
      headBytes: vector.headBytes,
      envelopes: vector.envelopes,
      upgraded: shown(vectorBytes(vector.upgraded ?? '')),
      refused: false,
      finished: vector.unfinished !== true,
    });
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts, names)).toEqual(whole);
  });

  it.each(vectors.filter(({ error }) => error))('refused: $name', ({ wire }) => {
    const bytes = vectorBytes(wire);
    const whole = read(bytes, []);
    expect(whole.refused).toBe(true);
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts)).toEqual(whole);
  });
});

/** A response as one may be written, and what must be read. */
interface Written {
  wire: Buffer;
  status: number;
  headers: Record<string, string>;
  body: string;
}

const fieldValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const anyResponse: fc.Arbitrary<Written> = fc
  .record({
    status: fc.constantFrom(200, 201, 204, 304, 404, 410, 503),
    reason: fc.constantFrom('OK', 'Not So Good', 'Zürich'),
    interim: fc.constantFrom('', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-A: no\r\n\r\n'),
    fields: fc.array(fc.tuple(fc.constantFrom('X-A', 'x-a', 'X-B', 'Date-Of'), fieldValue), { maxLength: 4 }),
    pieces: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
    chunked: fc.boolean(),
    extension: fc.constantFrom('', ';a', ';a=b;c="d e"'),
    trailers: fc.constantFrom('', 'X-T: 1\r\n', 'X-T: 1\r\nX-U:\r\n'),
    upperCase: fc.boolean(),
  })
  .map(({ status, reason, interim, fields, pieces, chunked, extension, trailers, upperCase }) => {
    const bodyless = status === 204 || status === 304;
    const body = bodyless ? Buffer.alloc(0) : Buffer.concat(pieces);
    const size = (count: number) => (upperCase ? count.toString(16).toUpperCase() : count.toString(16));
    const framing = chunked ? 'Transfer-Encoding: chunked' : `content-length:${body.length}`;
    const lines = [`HTTP/1.1 ${status} ${reason}`, ...fields.map(([name, value]) => `${name}: ${value} `)];
    const head = Buffer.from(`${interim}${[...lines, ...(bodyless ? [] : [framing])].join('\r\n')}\r\n\r\n`, 'latin1');
    const chunks = pieces.flatMap((piece) => [
      Buffer.from(`${size(piece.length)}${extension}\r\n`),
      piece,
      Buffer.from('\r\n'),
    ]);
    const framed = chunked && !bodyless ? [...chunks, Buffer.from(`0\r\n${trailers}\r\n`)] : [body];
    const headers: Record<string, string> = {};
    for (const [name, value] of fields) {
      const key = name.toLowerCase();
      headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
    }
    return { wire: Buffer.concat([head, ...framed]), status, headers, body: shown(body) };
  });

describe("node's http client as the oracle", () => {
  let answers: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  // Answers the n-th request with answers[n], whatever bytes these are; after the last the connection ends.
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => {
      const answer = answers.shift();
      if (answer === undefined) socket.end();
      else if (answers.length === 0) socket.end(answer);
      else socket.write(answer);
    });
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  async function readByOracle(wires: Buffer[]) {
    answers = [...wires];
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const responses: { status: number | undefined; headers: http.IncomingHttpHeaders; body: string }[] = [];
    try {
      for (let i = 0; i < wires.length; i++) {
        const request = http.get({ agent, host: '127.0.0.1', port: (server.address() as AddressInfo).port });
        // A refusal of the body comes after the response; it also fails the reading of it below.
        request.on('error', () => {});
        const [response] = (await once(request, 'response')) as [http.IncomingMessage];
        const body: Buffer[] = [];
        for await (const part of response) body.push(part as Buffer);
        responses.push({
          status: response.statusCode,
          headers: response.headers,
          body: shown(Buffer.concat(body)),
        });
      }
      return responses;
    } finally {
      agent.destroy();
    }
  }

  it('reads random responses, randomly cut, as node reads them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyResponse, { minLength: 1, maxLength: 4 }), anyCuts, async (written, fractions) => {
        const wire = Buffer.concat(written.map((one) => one.wire));
        const names = ['x-a', 'X-B', 'date-of', 'transfer-encoding', 'content-length', 'x-t'];
        const { responses, refused, finished } = read(wire, cutsOf(wire, fractions), names);
        const oracle = await readByOracle(written.map((one) => one.wire));
        expect({ refused, finished }).toEqual({ refused: false, finished: true });
        expect(responses).toEqual(
          oracle.map(({ status, headers, body }) => ({
            status,
            headers: Object.fromEntries(names.map((name) => [name, headers[name.toLowerCase()] ?? null])),
            body,
            keepAlive: true,
          })),
        );
        // The oracle and the reader might err alike: what was written is known too.
        expect(responses).toMatchObject(written.map(({ status, body }) => ({ status, body })));
      }),
      { numRuns: 60 },
    );
  });

  // What node takes and we do not: a coding that it leaves to its user, and lenience that no server under test needs.
  const nodeIsLenient = new Set([
    'status 000',
    'an empty line first',
    'another transfer coding',
    'chunked twice',
    'chunked in HTTP/1.0',
    'an overlong chunk size',
    'an overlong chunk extension',
    'bytes after the last response',
  ]);

  it.each(vectors.filter(({ error }) => error))('node refuses what we refuse: $name', async ({ name, wire }) => {
    const outcome = await readByOracle([vectorBytes(wire)]).then(
      () => 'taken',
      () => 'refused',
    );
    expect(outcome).toBe(nodeIsLenient.has(name) ? 'taken' : 'refused');
  });
});

const TOKENS = [
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 204 No Content\r\n',
    'HTTP/1.1 101 Up\r\n',
    'HTTP/1.0 200\r\n',
    'HTTP/1.1 100 C\r\n\r\n',
  ],
  ...[
    'Content-Length: 3\r\n',
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
    'X: y\r\n',
  ],
  ...[
    '\r\n',
    '\r\n',
    '\r\n',
    '\n',
    '\r',
    'abc',
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    '3;x\r\n',
    '0\r\nX: y\r\n\r\n',
    ' ',
    ':',
    '\0',
  ],
  ...['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'],
];

const anyOpening = fc.constantFrom(
  '',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
);

describe('HttpResponseReader', () => {
  it('throws nothing but WireError on random bytes, and reads them the same however they are cut', () => {
    let refusals = 0;
    let responses = 0;
    fc.assert(
      fc.property(
        anyOpening,
        anyBytes(TOKENS),
        anyCuts,
        fc.constantFrom(60, 65_536),
        (opening, rest, fractions, maxHeadBytes) => {
          const wire = Buffer.concat([Buffer.from(opening), rest]);
          const whole = read(wire, [], ['x'], maxHeadBytes);
          expect(read(wire, cutsOf(wire, fractions), ['x'], maxHeadBytes)).toEqual(whole);
          if (whole.refused) refusals++;
          responses += whole.responses.length;
        },
      ),
      { numRuns: 3000 },
    );
    expect(refusals).toBeGreaterThan(300);
    expect(responses).toBeGreaterThan(300);
  });

  it('hands out body bytes in the fed buffer itself, however many reads a chunk takes', () => {
    const first = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n wo');
    const second = Buffer.from('rld\r\n');
    const seen: [string, boolean, boolean, number][] = [];
    const reader = new HttpResponseReader({
      head: () => {},
      body: (bytes, start, end) =>
        seen.push([bytes.toString('latin1', start, end), bytes === first, bytes === second, reader.envelopes]),
      end: () => {},
    });
    reader.feed(first, 0, first.length);
    expect(reader.between).toBe(false);
    reader.feed(second, 0, second.length);
    expect(reader.between).toBe(true);
    expect(seen).toEqual([
      ['hello', true, false, 1],
      [' wo', true, false, 2],
      ['rld', false, true, 2],
    ]);
  });

  it('is between units at the boundaries of responses and chunks alone', () => {
    const reader = new HttpResponseReader({ head: () => {}, body: () => {}, end: () => {} });
    const states = (text: string) =>
      Array.from(text, (character) => {
        reader.feed(Buffer.from(character), 0, 1);
        return reader.between ? '+' : '-';
      }).join('');
    expect(reader.between).toBe(true);
    const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    expect(states(sized)).toBe(`${'-'.repeat(sized.length - 1)}+`);
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(states(chunked)).toBe(`${'-'.repeat(chunked.length - 1)}+`);
    expect(states('2;a\r\nok\r\n')).toBe('--------+');
    expect(states('0\r\nA: b\r\n\r\n')).toBe('----------+');
  });

  it('gives a head whose fields hold until the next, and whose header() ends with the call', () => {
    let kept: ResponseHead | null = null;
    const fields: unknown[] = [];
    const reader = new HttpResponseReader({
      head: (head) => {
        kept = head;
        fields.push(head.header('X-A'));
      },
      body: () => {},
      end: () => {
        const { status, headBytes, keepAlive, chunked, contentLength } = kept as unknown as ResponseHead;
        fields.push({ status, headBytes, keepAlive, chunked, contentLength });
      },
    });
    const sized = Buffer.from('HTTP/1.1 410 Gone\r\nX-A: 1\r\nContent-Length: 1\r\n\r\nx');
    const chunked = Buffer.from(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: 2\r\n\r\n',
    );
    reader.feed(sized, 0, sized.length);
    reader.feed(chunked, 0, chunked.length);
    expect(fields).toEqual([
      '1',
      { status: 410, headBytes: sized.length - 1, keepAlive: true, chunked: false, contentLength: 1 },
      null,
      { status: 200, headBytes: chunked.length - 13, keepAlive: false, chunked: true, contentLength: null },
    ]);
    expect(() => (kept as unknown as ResponseHead).header('X-A')).toThrow('header() may be called only');
  });

  it('refuses 101 when nothing takes what follows', () => {
    const reader = new HttpResponseReader({ head: () => {}, body: () => {}, end: () => {} });
    const bytes = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    expect(() => reader.feed(bytes, 0, bytes.length)).toThrow(WireError);
  });

  it('takes a head of exactly the limit and refuses one byte more, however it is cut', () => {
    const bytes = Buffer.from('HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n');
    for (const cuts of chunkings(bytes)) {
      expect(read(bytes, cuts, [], bytes.length)).toMatchObject({ refused: false, headBytes: bytes.length });
      expect(read(bytes, cuts, [], bytes.length - 1)).toMatchObject({ refused: true, responses: [] });
    }
  });

  it('holds no more of a head than its limit, and nothing of a body', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const endless = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), Buffer.alloc(1_000_000, 'A: 0123456789\r\n')]);
    const cuts = Array.from({ length: 999 }, (_, i) => (i + 1) * 1000);
    expect(read(endless, cuts, [], 10_000).refused).toBe(true);
    expect(Math.max(...allocations.mock.calls.map(([size]) => size))).toBeLessThanOrEqual(16_384);

    allocations.mockClear();
    const body = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.alloc(1_000_000, 'x')]);
    let bodyBytes = 0;
    const reader = new HttpResponseReader({
      head: () => {},
      body: (_bytes, start, end) => {
        bodyBytes += end - start;
      },
      end: () => {},
    });
    expect(refuses(reader, body, cuts)).toBe(false);
    expect(bodyBytes).toBe(1_000_000);
    expect(allocations).not.toHaveBeenCalled();
  });
});
