import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveAnswer, type LiveState, REPORT_HEADER } from '../../results/report/live-state.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { LivePages } from './live-pages.ts';

const state: LiveState = {
  runId: 'a-run',
  status: 'running',
  step: '[1/2] sse trial 1',
  doneSteps: 0,
  plannedSteps: 2,
  expectedEndAt: null,
  report: 0,
  measuring: false,
  files: { document: '/run.json', report: '/report.html' },
  failures: [],
};

let pages: LivePages;
const url = (path: string) => `http://127.0.0.1:${pages.port}${path}`;

beforeEach(async () => {
  pages = await LivePages.listen(0, () => {});
});

afterEach(() => pages.close());

/** The status of a request with these header fields, which fetch would not let one set. */
function statusOf(headers: Record<string, string>, path = '/'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url(path), { headers }, (answer) => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end();
  });
}

/** The events of a stream as text, from now on. */
async function follow(path: string): Promise<{ text: () => string; close: () => Promise<void> }> {
  const { body } = await fetch(url(path));
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  void (async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) text += decoder.decode(read.value);
  })().catch(() => {});
  while (pages.connectedCount === 0) await sleep(5);
  return { text: () => text, close: () => reader.cancel() };
}

const seen = (seq: number) => fetch(url(`/seen/${seq}`), { method: 'POST' });

describe('LivePages', () => {
  it('says that the run is being prepared, then shows its plan, under a policy', async () => {
    expect((await fetch(url('/'))).status).toBe(503);
    pages.open(state, '<p>the plan</p>');
    const answer = await fetch(url('/'));
    expect(await answer.text()).toBe('<p>the plan</p>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; .*script-src 'sha256-.*connect-src 'self'; .*frame-ancestors 'none'$/,
    );
  });

  it.each([
    ['127.0.0.1', 200],
    ['localhost:80', 200],
    ['attacker.example', 403],
    ['127.0.0.1.attacker.example:80', 403],
    ['attacker.example:127.0.0.1', 403],
  ])('answers requests for %s with %i', async (host, status) => {
    pages.open(state, '');
    expect(await statusOf({ host })).toBe(status);
  });

  it.each([
    ['cross-site', 'cors', 403],
    ['same-site', 'no-cors', 403],
    ['cross-site', 'navigate', 200],
    ['same-origin', 'cors', 200],
    ['none', 'navigate', 200],
  ])('answers a %s request of mode %s with %i', async (site, mode, status) => {
    pages.open(state, '');
    expect(await statusOf({ 'sec-fetch-site': site, 'sec-fetch-mode': mode }, '/state')).toBe(status);
  });

  it('streams each state by the reference server’s sse, and gives the newest to whoever asks', async () => {
    pages.open(state, '');
    const stream = await follow('/sse?after=0');
    const second = { ...state, doneSteps: 1 };
    const published = pages.publish(second, null);
    await seen(2);
    await published;
    expect(stream.text()).toBe(`id: 1\ndata: ${JSON.stringify(state)}\n\nid: 2\ndata: ${JSON.stringify(second)}\n\n`);
    expect((await (await fetch(url('/state'))).json()) as LiveAnswer).toEqual({ seq: 2, state: second });
    await stream.close();
  });

  it('waits until a page shows what it was told, or is gone, and for no page when there is none', async () => {
    pages.open(state, '');
    await pages.publish(state, null);
    const stream = await follow('/sse?after=2');
    for (const end of [() => seen(3), () => stream.close()]) {
      let isOver = false;
      const published = pages.publish(state, null).then(() => {
        isOver = true;
      });
      await sleep(100);
      expect(isOver).toBe(false);
      await end();
      await published;
    }
    expect(pages.connectedCount).toBe(0);
  });

  it('does not wait for long for a page that hangs', async () => {
    pages.open(state, '');
    const stream = await follow('/sse?after=1');
    const startedUs = nowUs();
    await pages.publish(state, null);
    expect((nowUs() - startedUs) / 1e6).toBeGreaterThan(1.9);
    await stream.close();
  });

  it('gives out the report, and while a step is measured the plan', async () => {
    pages.open(state, 'the plan');
    await pages.publish({ ...state, report: 1 }, 'the report');
    const read = async () => {
      const answer = await fetch(url('/'));
      return [answer.headers.get(REPORT_HEADER), await answer.text()];
    };
    expect(await read()).toEqual(['1', 'the report']);
    pages.measure();
    expect(await read()).toEqual(['0', 'the plan']);
    expect(((await (await fetch(url('/state'))).json()) as LiveAnswer).state.measuring).toBe(true);
    await pages.publish({ ...state, report: 1 }, null);
    expect(await read()).toEqual(['1', 'the report']);
  });

  it('throws when the port is taken', async () => {
    await expect(LivePages.listen(pages.port, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
