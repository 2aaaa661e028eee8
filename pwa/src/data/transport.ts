/** HTTP for the data layer: the sync request, and the endpoints that aren't records. */

import { ApiError } from './errors';
import type { Reply } from './faults';

/** Every request carries it: the server refuses a change without. */
const HEADERS = { 'X-Minqing': '1' };
/** Bodies from here on are compressed, bytes. */
const COMPRESS_FROM = 1_000;
/** A reply's head may take this long, ms, and longer for what is sent at a slow line's 1 kB/s. */
const HEAD_TIMEOUT = 20_000;
const BODY_TIMEOUT = 60_000;

/** Sends a sync request; rejects when the line is dead or the reply is cut off. */
export async function sendSync(body: string): Promise<Reply> {
  const packed = await compressed(body);
  const headers: Record<string, string> = { ...HEADERS, 'Content-Type': 'application/json' };
  if (packed) headers['Content-Encoding'] = 'gzip';
  const size = packed?.byteLength ?? body.length;
  return exchange('/api/sync', { method: 'POST', headers, body: packed ?? body }, size);
}

/**
 * The JSON answer of an endpoint (undefined for 204). `body` is sent as JSON, or as it is when it
 * is a form. Throws ApiError: the server's refusal, `offline`, or `captive_portal`.
 */
export async function callApi<T>(method: string, path: string, body?: unknown): Promise<T> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = { ...HEADERS, Accept: 'application/json' };
  const init: RequestInit = { method, headers };
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  if (body !== undefined) init.body = form ? body : JSON.stringify(body);
  const reply = await exchange(path, init, form ? BODY_TIMEOUT : 0).catch(() => {
    throw new ApiError(0, 'offline');
  });
  const ok = reply.status >= 200 && reply.status < 300;
  if (ok && reply.text === '') return undefined as T;
  const answer = parsed(reply);
  if (ok && answer !== undefined) return answer as T;
  throw apiError(reply, answer);
}

function apiError({ status, retryAfter }: Reply, answer: unknown): ApiError {
  if (typeof answer !== 'object' || answer === null) {
    return new ApiError(status >= 500 ? status : 0, status >= 500 ? 'server' : 'captive_portal');
  }
  const problem = { retry_after: retryAfter, ...answer } as Record<string, unknown>;
  const code = typeof problem['code'] === 'string' ? problem['code'] : 'refused';
  return new ApiError(status, code, problem);
}

/** The JSON of a reply; undefined when it isn't the server that spoke. */
function parsed({ contentType, text }: Reply): unknown {
  if (!/^application\/(problem\+)?json\b/i.test(contentType)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A redirect is refused: no endpoint sends one, a hotel's Wi-Fi does. */
async function exchange(path: string, init: RequestInit, bytes: number): Promise<Reply> {
  const controller = new AbortController();
  const { signal } = controller;
  let timer = setTimeout(() => controller.abort(), HEAD_TIMEOUT + bytes);
  try {
    const response = await fetch(path, { ...init, signal, redirect: 'error', cache: 'no-store' });
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), BODY_TIMEOUT);
    return {
      status: response.status,
      contentType: response.headers.get('Content-Type') ?? '',
      retryAfter: response.headers.get('Retry-After'),
      text: await response.text(),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** The gzipped text; null for a short one and for a browser without CompressionStream. */
async function compressed(text: string): Promise<ArrayBuffer | null> {
  if (text.length < COMPRESS_FROM || typeof CompressionStream === 'undefined') return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
