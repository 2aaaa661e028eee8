/** The whole data layer as pages use it, over IndexedDB and a server in memory; for tests. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Op, SyncAnswer } from '../../../sync/messages';
import type { DiaryEntryFields } from './records';
import { HELD, TestServer } from './testServer';
import type { Carried } from './types';

/** Both parts of what pages see. */
export type Data = typeof import('./index') & typeof import('./waiting');

export const FIELDS = {
  visit_date: '2026-11-24',
  channel: 'in_person',
  target_type: 'public_place',
  target_name: '广场',
  services: ['visit'],
  narrative: '入户走访',
} as Omit<DiaryEntryFields, 'photos'>;

/** The world around the app; set anew before each test. */
export const app = {
  server: new TestServer(),
  /** Whose cookie the browser has; null when signed out. */
  cookie: null as string | null,
  connected: true,
  /** By how much the phone's clock is ahead of the server's, ms. */
  ahead: 0,
  /** Once set, holds every request back until it is called. */
  release: null as (() => void) | null,
};

const tabs: (() => void)[] = [];

/** The app is gone; its databases stay. */
export function closeTabs(): void {
  tabs.splice(0).forEach((close) => close());
}

/** The app opened anew: nothing in memory, the same databases. */
export async function open(): Promise<Data> {
  vi.resetModules();
  const [{ currentSync }, { account }] = await Promise.all([
    import('./session'),
    import('./state'),
  ]);
  tabs.push(() => {
    currentSync()?.stop();
    // A sync that is under way ends with its database.
    account.value?.db.close();
  });
  return { ...(await import('./index')), ...(await import('./waiting')) };
}

export async function signedIn(account = 'me'): Promise<Data> {
  const data = await open();
  await data.signIn(account, 'right');
  await until(() => ['synced', 'attention'].includes(data.sync.state));
  return data;
}

/** The ops as they will be sent. */
export async function unsentOps(): Promise<Op[]> {
  const [{ openAccount }, { readOps }] = await Promise.all([import('./state'), import('./outbox')]);
  return readOps(openAccount().db);
}

export async function until(met: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(met()).toBe(true), { timeout: 3000, interval: 5 });
}

const me = (account: string) => ({
  account: {
    id: account,
    login: account,
    name: `${account}先生`,
    roles: ['cadre'],
    work_types: [],
  },
  unit: { id: 'u', name: '一网格', kind: 'grid' },
  community: null,
  scopes: [{ id: HELD, kind: 'grid', unit_id: 'u', name: '一网格', write: true }],
  assignment: null,
  must_change_password: false,
  lease_until: new Date(Date.now() + 30 * 24 * 3600_000).toISOString(),
  server_time: new Date().toISOString(),
});

const answer = (status: number, content: unknown): Response =>
  new Response(content === null ? null : JSON.stringify(content), {
    status,
    headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
  });

async function bodyOf(init: RequestInit): Promise<string> {
  if (typeof init.body === 'string') return init.body;
  return gunzipSync(new Uint8Array(init.body as ArrayBuffer)).toString();
}

async function serve(path: string, init: RequestInit): Promise<Response> {
  if (!app.connected) throw new TypeError('Failed to fetch');
  if (app.release) await new Promise<void>((resolve) => (app.release = resolve));
  if (path === '/api/session') return serveSession(init);
  if (!app.cookie) return answer(401, { code: 'signed_out', title: '请重新登录' });
  if (path === '/api/sync/carried') return serveCarried(JSON.parse(await bodyOf(init)) as Carried);
  if (path === '/api/directory') return answer(200, { units: [], people: [], assignments: [] });
  app.server.time = new Date(Date.now() - app.ahead).toISOString();
  const { status, text } = app.server.reply(app.cookie, await bodyOf(init));
  return answer(status, JSON.parse(text));
}

/** Ops of another device, in their author's name [D7]. */
function serveCarried({ account, device, ops }: Carried): Response {
  if (account !== app.cookie && app.cookie !== 'boss') return answer(403, { code: 'device_taken' });
  const request = { device, ops, scopes: {} };
  const { status, text } = app.server.reply(account, JSON.stringify(request));
  const { results } = JSON.parse(text) as SyncAnswer;
  return answer(status, { results });
}

function serveSession({ method, body }: RequestInit): Response {
  if (method === 'DELETE') app.cookie = null;
  if (method === 'DELETE') return answer(204, null);
  if (method === 'POST') {
    const { account, password } = JSON.parse(String(body)) as Record<string, string>;
    if (password !== 'right')
      return answer(401, { code: 'wrong_credentials', title: '账号或密码不正确' });
    app.cookie = account ?? '';
  }
  return app.cookie ? answer(200, me(app.cookie)) : answer(401, { code: 'signed_out' });
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('fetch', serve);
  Object.assign(app, { server: new TestServer(), cookie: null, connected: true, release: null });
  app.ahead = 0;
});

afterEach(() => {
  closeTabs();
  vi.unstubAllGlobals();
});
