import type { FastifyReply, FastifyRequest } from 'fastify';
import type { History } from './history.ts';

const SEQ = /^(0|[1-9]\d{0,15})$/;
const ONLY_AFTER = /^after=(\d+)$/;

/** The event to resume after, or why the request is refused, in words. */
export type Resume = { ok: true; after: number } | { ok: false; problem: string };

function parseSeq(name: string, value: string): Resume {
  if (SEQ.test(value)) return { ok: true, after: Number(value) };
  return { ok: false, problem: `${name} must match ${SEQ.source}, got ${JSON.stringify(value)}` };
}

/**
 * Reads `after` from the path and query of a request. By hand, because a schema validator would convert what it should
 * refuse: absent is 0; another key, a second `after` or a malformed number is a problem.
 */
export function parseAfter(target: string): Resume {
  const mark = target.indexOf('?');
  if (mark === -1) return { ok: true, after: 0 };
  const query = target.slice(mark + 1);
  const usual = ONLY_AFTER.exec(query)?.[1];
  if (usual !== undefined) return parseSeq('after', usual);
  const pairs = [...new URLSearchParams(query)];
  for (const [key] of pairs) {
    if (key !== 'after') return { ok: false, problem: `unknown query key ${JSON.stringify(key)}; there is only after` };
  }
  if (pairs.length > 1) return { ok: false, problem: 'after is given more than once' };
  const value = pairs[0]?.[1];
  return value === undefined ? { ok: true, after: 0 } : parseSeq('after', value);
}

/** The same for sse, where a `Last-Event-ID` header wins over `after` (WHATWG HTML 9.2.4). */
export function parseLastEventId(target: string, header: string | string[] | undefined): Resume {
  const resume = parseAfter(target);
  if (!resume.ok || header === undefined) return resume;
  return parseSeq('Last-Event-ID', String(header));
}

/** Answers with a JSON body; `no-store`, since the same request may be fine a moment later. */
export function refuse(reply: FastifyReply, statusCode: number, body: object): void {
  reply.code(statusCode).header('Cache-Control', 'no-store').send(body);
}

/**
 * The event this request resumes after; or null when it has been answered, with 400 (malformed) or 410 (older than the
 * history, which would be a silent loss).
 */
export function acceptResume(
  request: FastifyRequest,
  reply: FastifyReply,
  history: History,
  resume: Resume = parseAfter(request.url),
): number | null {
  if (!resume.ok) {
    refuse(reply, 400, { error: resume.problem });
    return null;
  }
  if (!history.reachesBackTo(resume.after)) {
    refuse(reply, 410, { oldestSeq: history.oldestSeq });
    return null;
  }
  return resume.after;
}
