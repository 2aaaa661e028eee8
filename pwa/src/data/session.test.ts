import { describe, expect, test, vi } from 'vitest';
import { app, FIELDS, open, signedIn, until } from './testApp';
import { HELD } from './testServer';

describe('signing in', () => {
  test('opens the account and pulls what it may see', async () => {
    app.server.write('d1', { ...FIELDS, narrative: '别人的' });
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
    app.connected = false;
    const data = await open();
    await expect(data.signIn('me', 'right')).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('without a connection', () => {
  test('the app opens with what it had, and what is written waits', async () => {
    app.server.write('d1', { ...FIELDS });
    await signedIn();
    app.connected = false;
    const data = await open();
    expect((await data.restore())?.me.account.id).toBe('me');
    const rows = data.records('diary_entry');
    const id = await data.create('diary_entry', HELD, FIELDS);
    await until(() => rows.value.size === 2);
    expect(rows.value.get(id)).toMatchObject({ rev: 0, pending: true, by: 'me' });
    await data.syncNow();
    expect(data.sync).toMatchObject({ state: 'offline', pending: 1 });
    expect(data.sync.lastError?.code).toBe('offline');

    app.connected = true;
    window.dispatchEvent(new Event('online'));
    await until(() => data.sync.state === 'synced');
    expect(data.sync.pending).toBe(0);
    expect(rows.value.get(id)).toMatchObject({ rev: 1, pending: false });
  });

  test('nobody is signed in on a new phone', async () => {
    app.connected = false;
    expect(await (await open()).restore()).toBeNull();
  });

  test('a line that says nothing is said to be offline within 5 s, and may still come through', async () => {
    const data = await signedIn();
    await data.create('diary_entry', HELD, FIELDS);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const notHeld = (): void => undefined;
    app.release = notHeld;
    const running = data.syncNow();
    await until(() => app.release !== notHeld);
    expect(data.sync.state).toBe('syncing');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(data.sync).toMatchObject({ state: 'offline', pending: 1 });
    vi.useRealTimers();
    const go = app.release;
    app.release = null;
    go();
    await running;
    expect(data.sync).toMatchObject({ state: 'synced', pending: 0 });
  });
});

describe('D4 when the server has ended the session', () => {
  test('D4 writing goes on, nothing is lost, and signing in again sends it', async () => {
    const data = await signedIn();
    app.cookie = null;
    const id = await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'signed_out');
    expect(data.session.value).not.toBeNull();
    expect(await data.outbox()).toMatchObject([{ rid: id, n: 1, kind: 'create', sent: false }]);
    await data.signIn('me', 'right');
    await until(() => data.sync.state === 'synced');
    expect(app.server.records.get(id)?.f).toMatchObject({ narrative: '入户走访' });
    expect(await data.outbox()).toEqual([]);
  });
});

describe('the lease of 30 days', () => {
  test('locks reading when it has run out; writing goes on; contact renews it', async () => {
    app.server.write('d1', { ...FIELDS });
    await signedIn();
    app.connected = false;
    vi.useFakeTimers({ now: Date.now() + 31 * 24 * 3600_000, toFake: ['Date'] });
    const data = await open();
    await data.restore();
    expect(data.leaseExpired.value).toBe(true);
    expect(data.records('diary_entry').value.size).toBe(0);
    expect(data.householdTotal()).toBe(0);
    const id = await data.create('diary_entry', HELD, FIELDS);
    expect(await data.outbox()).toHaveLength(1);
    app.connected = true;
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
    app.connected = false;
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
    expect(app.cookie).toBeNull();
    expect((await indexedDB.databases()).map(({ name }) => name)).toEqual(['minqing']);
    expect(await (await open()).restore()).toBeNull();
  });

  test('offline ends the session at the server at the next start', async () => {
    const data = await signedIn();
    app.connected = false;
    await data.signOut();
    expect(app.cookie).toBe('me');
    app.connected = true;
    await (await open()).restore();
    await until(() => app.cookie === null);
  });
});

describe('another account on the same phone', () => {
  test('sees nothing of the first, whose unsent work stays and is reported', async () => {
    const first = await signedIn('me');
    await until(() => first.sync.state === 'synced');
    app.connected = false;
    await first.create('diary_entry', HELD, FIELDS);
    app.connected = true;
    app.server.held.clear();
    const data = await open();
    await data.signIn('you', 'right');
    await until(() => data.sync.state === 'synced');
    expect(data.records('diary_entry').value.size).toBe(0);
    expect(await data.outbox()).toEqual([]);
    await until(() => data.otherUnsent.value.length === 1);
    expect(data.otherUnsent.value).toMatchObject([{ login: 'me', ops: 1, drafts: 0 }]);

    app.server.held.add(HELD);
    await data.signIn('me', 'right');
    await until(() => data.sync.state === 'synced');
    expect(app.server.records.size).toBe(1);
    expect([...app.server.records.values()][0]?.by).toBe('me');
  });
});
