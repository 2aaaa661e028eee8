// The whole data layer as pages use it, over IndexedDB and a server in memory.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Op } from '../../../sync/messages';
import type { DiaryEntryFields } from './records';
import { testId } from './testPhone';
import { HELD, TestServer } from './testServer';

type Data = typeof import('./index');

const FIELDS = {
  visit_date: '2026-11-24',
  channel: 'in_person',
  target_type: 'public_place',
  target_name: '广场',
  services: ['visit'],
  narrative: '入户走访',
} as DiaryEntryFields;

let server: TestServer;
/** Whose cookie the browser has; null when signed out. */
let cookie: string | null = null;
let connected = true;
/** Holds every request back until it is called. */
let release: (() => void) | null = null;

const closeTabs: (() => void)[] = [];

/** The app opened anew: nothing in memory, the same databases. */
async function open(): Promise<Data> {
  vi.resetModules();
  const { currentSync } = await import('./session');
  closeTabs.push(() => currentSync()?.stop());
  return import('./index');
}

async function signedIn(account = 'me'): Promise<Data> {
  const data = await open();
  await data.signIn(account, 'right');
  await until(() => data.sync.state === 'synced');
  return data;
}

/** The ops as they will be sent. */
async function unsentOps(data: Data): Promise<Op[]> {
  const exported = JSON.parse(await (await data.exportUnsent()).text()) as { ops: Op[] };
  return exported.ops;
}

async function until(met: () => boolean): Promise<void> {
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
  if (!connected) throw new TypeError('Failed to fetch');
  if (release) await new Promise<void>((resolve) => (release = resolve));
  if (path === '/api/session') return serveSession(init);
  if (!cookie) return answer(401, { code: 'signed_out', title: '请重新登录' });
  if (path === '/api/directory') return answer(200, { units: [], people: [], assignments: [] });
  server.time = new Date().toISOString();
  const { status, text } = server.reply(cookie, await bodyOf(init));
  return answer(status, JSON.parse(text));
}

function serveSession({ method, body }: RequestInit): Response {
  if (method === 'DELETE') cookie = null;
  if (method === 'DELETE') return answer(204, null);
  if (method === 'POST') {
    const { account, password } = JSON.parse(String(body)) as Record<string, string>;
    if (password !== 'right')
      return answer(401, { code: 'wrong_credentials', title: '账号或密码不正确' });
    cookie = account ?? '';
  }
  return cookie ? answer(200, me(cookie)) : answer(401, { code: 'signed_out' });
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('fetch', serve);
  server = new TestServer();
  cookie = null;
  connected = true;
  release = null;
});

afterEach(() => {
  closeTabs.splice(0).forEach((close) => close());
  vi.unstubAllGlobals();
});

describe('signing in', () => {
  test('opens the account and pulls what it may see', async () => {
    server.write('d1', { ...FIELDS, narrative: '别人的' });
    const data = await signedIn();
    expect(data.session.value?.me.account.name).toBe('me先生');
    const rows = data.records('diary_entry');
    await until(() => rows.value.size === 1);
    expect(rows.value.get('d1')).toMatchObject({ rev: 1, pending: false, by: 'somebody' });
    expect(data.sync).toMatchObject({ pending: 0, lastError: null });
  });

  test('with a wrong password says what the server says', async () => {
    const data = await open();
    const refused = data.signIn('me', 'wrong');
    await expect(refused).rejects.toMatchObject({ code: 'wrong_credentials', status: 401 });
    expect(data.session.value).toBeNull();
  });

  test('without a connection says offline', async () => {
    connected = false;
    const data = await open();
    await expect(data.signIn('me', 'right')).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('without a connection', () => {
  test('the app opens with what it had, and what is written waits', async () => {
    server.write('d1', { ...FIELDS });
    await signedIn();
    connected = false;
    const data = await open();
    expect((await data.restore())?.me.account.id).toBe('me');
    const rows = data.records('diary_entry');
    const id = await data.create('diary_entry', HELD, FIELDS);
    await until(() => rows.value.size === 2);
    expect(rows.value.get(id)).toMatchObject({ rev: 0, pending: true, by: 'me' });
    await data.syncNow();
    expect(data.sync).toMatchObject({ state: 'offline', pending: 1 });
    expect(data.sync.lastError?.code).toBe('offline');

    connected = true;
    window.dispatchEvent(new Event('online'));
    await until(() => data.sync.state === 'synced');
    expect(data.sync.pending).toBe(0);
    expect(rows.value.get(id)).toMatchObject({ rev: 1, pending: false });
  });

  test('nobody is signed in on a new phone', async () => {
    connected = false;
    expect(await (await open()).restore()).toBeNull();
  });

  test('a line that says nothing is said to be offline within 5 s, and may still come through', async () => {
    const data = await signedIn();
    await data.create('diary_entry', HELD, FIELDS);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const notHeld = (): void => undefined;
    release = notHeld;
    const running = data.syncNow();
    await until(() => release !== notHeld);
    expect(data.sync.state).toBe('syncing');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(data.sync).toMatchObject({ state: 'offline', pending: 1 });
    vi.useRealTimers();
    const go = release;
    release = null;
    go();
    await running;
    expect(data.sync).toMatchObject({ state: 'synced', pending: 0 });
  });
});

describe('D4 when the server has ended the session', () => {
  test('D4 writing goes on, nothing is lost, and signing in again sends it', async () => {
    const data = await signedIn();
    cookie = null;
    const id = await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'signed_out');
    expect(data.session.value).not.toBeNull();
    expect(await data.outbox()).toMatchObject([{ rid: id, n: 1, kind: 'create', sent: false }]);
    await data.signIn('me', 'right');
    await until(() => data.sync.state === 'synced');
    expect(server.records.get(id)?.f).toMatchObject({ narrative: '入户走访' });
    expect(await data.outbox()).toEqual([]);
  });
});

describe('the lease of 30 days', () => {
  test('locks reading when it has run out; writing goes on; contact renews it', async () => {
    server.write('d1', { ...FIELDS });
    await signedIn();
    connected = false;
    vi.useFakeTimers({ now: Date.now() + 31 * 24 * 3600_000, toFake: ['Date'] });
    const data = await open();
    await data.restore();
    expect(data.leaseExpired.value).toBe(true);
    expect(data.records('diary_entry').value.size).toBe(0);
    expect(data.householdTotal()).toBe(0);
    const id = await data.create('diary_entry', HELD, FIELDS);
    expect(await data.outbox()).toHaveLength(1);
    connected = true;
    await data.syncNow();
    expect(data.leaseExpired.value).toBe(false);
    const rows = data.records('diary_entry');
    await until(() => rows.value.size === 2);
    expect(rows.value.get(id)).toMatchObject({ pending: false });
    vi.useRealTimers();
  });
});

describe('signing out', () => {
  test('is refused while an op is unsent or a draft open, with their number', async () => {
    const data = await signedIn();
    connected = false;
    await data.create('diary_entry', HELD, FIELDS);
    await data.saveDraft(data.newDraft(HELD, { narrative: '写到一半' }));
    await expect(data.signOut()).rejects.toMatchObject({ name: 'UnsentError', count: 2 });
    expect(data.session.value).not.toBeNull();
    await data.create('diary_entry', HELD, FIELDS);
    expect(data.sync.pending).toBe(2);
  });

  test('wipes the database and ends the session at the server', async () => {
    const data = await signedIn();
    await data.signOut();
    expect(data.session.value).toBeNull();
    expect(cookie).toBeNull();
    expect((await indexedDB.databases()).map(({ name }) => name)).toEqual(['minqing']);
    expect(await (await open()).restore()).toBeNull();
  });

  test('offline ends the session at the server at the next start', async () => {
    const data = await signedIn();
    connected = false;
    await data.signOut();
    expect(cookie).toBe('me');
    connected = true;
    await (await open()).restore();
    await until(() => cookie === null);
  });
});

describe('another account on the same phone', () => {
  test('sees nothing of the first, whose unsent work stays and is reported', async () => {
    const first = await signedIn('me');
    await until(() => first.sync.state === 'synced');
    connected = false;
    await first.create('diary_entry', HELD, FIELDS);
    connected = true;
    server.held.clear();
    const data = await open();
    await data.signIn('you', 'right');
    await until(() => data.sync.state === 'synced');
    expect(data.records('diary_entry').value.size).toBe(0);
    expect(await data.outbox()).toEqual([]);
    await until(() => data.otherUnsent.value.length === 1);
    expect(data.otherUnsent.value).toMatchObject([{ login: 'me', ops: 1, drafts: 0 }]);

    server.held.add(HELD);
    await data.signIn('me', 'right');
    await until(() => data.sync.state === 'synced');
    expect(server.records.size).toBe(1);
    expect([...server.records.values()][0]?.by).toBe('me');
  });
});

describe('a change', () => {
  test('sends only the fields that differ, with the stamps its author saw', async () => {
    server.write('d1', { ...FIELDS });
    server.write('d1', { narrative: '二' });
    const data = await signedIn();
    connected = false;
    await data.change('diary_entry', 'd1', { narrative: '三', place: '广场', services: ['visit'] });
    const [op] = await data.outbox();
    expect(op).toMatchObject({ kind: 'set', set: { narrative: '三', place: '广场' } });
    const [sent] = await unsentOps(data);
    expect(sent?.base).toEqual({ narrative: 2, place: 1 });
  });

  test('that changes nothing writes nothing', async () => {
    server.write('d1', { ...FIELDS });
    const data = await signedIn();
    await data.change('diary_entry', 'd1', { narrative: FIELDS.narrative, place: null });
    expect(await data.outbox()).toEqual([]);
  });

  test('M3 compares with the row as it was when the author began', async () => {
    server.write('d1', { ...FIELDS });
    const data = await signedIn();
    const seen = await data.loadRow('diary_entry', 'd1');
    server.write('d1', { narrative: '别人改的' });
    await data.syncNow();
    connected = false;
    await data.change('diary_entry', 'd1', { narrative: '我改的' }, seen ?? undefined);
    const [sent] = await unsentOps(data);
    expect(sent?.base).toEqual({ narrative: 1 });
  });

  test('removed, a record is not shown any more', async () => {
    server.write('d1', { ...FIELDS });
    const data = await signedIn();
    const rows = data.records('diary_entry');
    await until(() => rows.value.size === 1);
    await data.remove('diary_entry', 'd1');
    expect(rows.value.size).toBe(0);
    await until(() => data.sync.state === 'synced' && data.sync.pending === 0);
    expect(server.records.get('d1')?.gone).toBe(true);
    expect(rows.value.size).toBe(0);
  });
});

describe('a draft', () => {
  test('is there again after the app was killed', async () => {
    const data = await signedIn();
    const draft = data.newDraft(HELD, { narrative: '写到一半' });
    draft.problems.push({ id: testId(), fields: { title: '路灯不亮' } });
    await data.saveDraft(draft);
    const again = await open();
    await again.restore();
    expect(again.drafts.value).toMatchObject([{ id: draft.id, recordId: draft.recordId }]);
    expect(await again.loadDraft(draft.id)).toMatchObject({
      fields: { narrative: '写到一半' },
      problems: [{ fields: { title: '路灯不亮' } }],
    });
  });

  test('D1 becomes ops and goes in one transaction, its problems with it', async () => {
    const data = await signedIn();
    connected = false;
    const draft = data.newDraft(HELD, { ...FIELDS });
    draft.problems.push({ id: testId(), fields: { title: '路灯不亮' } });
    await data.saveDraft(draft);
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    expect(await data.commitDraft(draft)).toBe(draft.recordId);
    const writing = begun.mock.calls.filter(([, mode]) => mode === 'readwrite');
    begun.mockRestore();
    expect(writing).toEqual([[['meta', 'ops', 'drafts'], 'readwrite', { durability: 'strict' }]]);
    expect(data.drafts.value).toEqual([]);
    expect(await data.outbox()).toMatchObject([
      { type: 'diary_entry', rid: draft.recordId, set: { narrative: '入户走访' } },
      { type: 'problem', set: { title: '路灯不亮', diary_id: draft.recordId } },
    ]);
  });

  test('D1 stays when there is no room for its ops', async () => {
    const data = await signedIn();
    const draft = data.newDraft(HELD, { ...FIELDS });
    await data.saveDraft(draft);
    const full = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('the disk is full', 'QuotaExceededError');
    });
    await expect(data.commitDraft(draft)).rejects.toThrow('disk is full');
    full.mockRestore();
    draft.fields.narrative = '接着写';
    await data.saveDraft(draft);
    expect((await data.loadDraft(draft.id))?.fields.narrative).toBe('接着写');
    expect(await data.outbox()).toEqual([]);
    await data.commitDraft(draft.id);
    expect(data.drafts.value).toEqual([]);
  });

  test('that is sent does not come back by an autosave that was late', async () => {
    const data = await signedIn();
    const draft = data.newDraft(HELD, { ...FIELDS });
    const late = data.saveDraft(draft);
    await Promise.all([late, data.commitDraft(draft), data.saveDraft(draft)]);
    await data.saveDraft(draft);
    const again = await open();
    await again.restore();
    expect(again.drafts.value).toEqual([]);
  });

  test('of a change sends what differs from what its author saw, emptied fields too', async () => {
    server.write('d1', { ...FIELDS, place: '广场' });
    const data = await signedIn();
    const seen = await data.loadRow('diary_entry', 'd1');
    if (!seen) throw new Error('not pulled');
    const draft = data.draftOf(seen);
    draft.fields.narrative = '改过';
    delete draft.fields.place;
    await data.saveDraft(draft);
    server.write('d1', { opinions: '别人加的' });
    await data.syncNow();
    connected = false;
    await data.commitDraft(draft.id);
    const [op] = await data.outbox();
    expect(op?.set).toEqual({ narrative: '改过', place: null });
    expect((await data.loadRow('diary_entry', 'd1'))?.fields).toMatchObject({
      opinions: '别人加的',
    });
  });
});

describe('what waits for a person', () => {
  test('P11 a quarantined op is counted, listed with its reason and can be exported', async () => {
    const data = await signedIn();
    server.quarantine = () => 'invalid_field';
    const rid = await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'attention');
    expect(data.sync).toMatchObject({ attention: 1, pending: 0, lastError: null });
    const [refused] = await data.quarantined();
    expect(refused).toMatchObject({ rid, code: 'invalid_field', message: '不收', n: 1 });
    expect(refused?.set).toMatchObject({ narrative: '入户走访' });
    const exported = JSON.parse(await (await data.exportUnsent()).text()) as {
      quarantined: string[];
    };
    expect(exported.quarantined.map((op) => (JSON.parse(op) as { rid: string }).rid)).toEqual([
      rid,
    ]);
  });

  test('the export holds every unsent op and draft', async () => {
    const data = await signedIn();
    connected = false;
    const rid = await data.create('diary_entry', HELD, FIELDS);
    await data.saveDraft(data.newDraft(HELD, { narrative: '写到一半' }));
    const blob = await data.exportUnsent();
    expect(blob.type).toBe('application/json');
    expect(JSON.parse(await blob.text())).toMatchObject({
      format: 'minqing-unsent',
      account: 'me',
      ops: [{ rid, n: 1, set: { narrative: '入户走访' } }],
      drafts: [{ fields: { narrative: '写到一半' } }],
    });
  });

  test('receipts and the last syncs are written down', async () => {
    const data = await signedIn();
    await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'synced' && data.sync.pending === 0);
    await until(() => data.sync.syncedAt !== null);
    await vi.waitFor(async () => expect((await data.syncLog())[0]).toMatchObject({ sent: 1 }));
    expect((await data.syncLog())[0]).toMatchObject({ outcome: 'ok', readBack: 1 });
    expect(await data.receipts()).toMatchObject([{ hash: '0'.repeat(64) }]);
    for (let at = 0; at < 55; at += 1) await data.syncNow();
    expect(await data.syncLog()).toHaveLength(50);
  });
});

describe('D2 two tabs', () => {
  test('D2 what one saves or pulls is shown in the other', async () => {
    const one = await signedIn();
    const other = await open();
    await other.restore();
    const rows = other.records('diary_entry');
    await until(() => other.recordsReady('diary_entry').value && other.sync.state === 'synced');
    connected = false;
    const id = await one.create('diary_entry', HELD, FIELDS);
    await until(() => rows.value.get(id)?.pending === true);
    expect(other.sync.pending).toBe(1);
    connected = true;
    server.write('d1', { ...FIELDS });
    await one.syncNow();
    await until(() => rows.value.get(id)?.pending === false && rows.value.has('d1'));
    expect(other.sync.pending).toBe(0);
    await one.saveDraft(one.newDraft(HELD, { narrative: '写到一半' }));
    await until(() => other.drafts.value.length === 1);
  });
});
