import { describe, expect, test, vi } from 'vitest';
import { watch } from 'vue';
import { app, FIELDS, open, signedIn, until } from './testApp';
import { HELD } from './testServer';

describe('what waits for a person', () => {
  test('P11 a quarantined op is counted, listed with its reason and its whole op', async () => {
    const data = await signedIn();
    app.server.quarantine = () => 'invalid_field';
    const rid = await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'attention');
    expect(data.sync).toMatchObject({ attention: 1, pending: 0, lastError: null });
    const [refused] = await data.quarantined();
    expect(refused).toMatchObject({ rid, code: 'invalid_field', message: '不收', n: 1 });
    expect(refused?.set).toMatchObject({ narrative: '入户走访' });
    expect(JSON.parse(refused?.op ?? '')).toMatchObject({ rid, kind: 'create', n: 1 });
  });

  test('receipts and the last syncs are written down', async () => {
    const data = await signedIn();
    await data.create('diary_entry', HELD, FIELDS);
    await until(() => data.sync.state === 'synced' && data.sync.pending === 0);
    await until(() => data.sync.syncedAt !== null);
    await vi.waitFor(async () => expect((await data.syncLog())[0]).toMatchObject({ sent: 1 }), {
      timeout: 4000,
    });
    expect((await data.syncLog())[0]).toMatchObject({ outcome: 'ok', readBack: 1 });
    expect(await data.receipts()).toMatchObject([{ hash: '0'.repeat(64) }]);
    for (let at = 0; at < 55; at += 1) await data.syncNow();
    expect(await data.syncLog()).toHaveLength(50);
  });

  test('M8 by how much the clock is wrong is known after a sync', async () => {
    app.ahead = 3 * 3600_000;
    const data = await signedIn();
    expect((data.session.value?.clockAhead ?? 0) / 3600_000).toBeCloseTo(3, 1);
  });

  test('L8 a check that could not be made says why', async () => {
    const data = await signedIn();
    app.connected = false;
    expect(await data.checkData()).toMatchObject({ outcome: 'offline', checked: 0 });
    app.connected = true;
    const running = data.syncNow();
    expect(await data.checkData()).toMatchObject({ outcome: 'ok', checked: 2, rebuilt: 0 });
    await running;
  });
});

test('L6 a long first pull says how far it is', async () => {
  app.server.pageSize = 2;
  for (let at = 0; at < 5; at += 1) app.server.write(`d${at}`, { ...FIELDS });
  const data = await open();
  const told = new Set<string>();
  const unwatch = watch(
    () => `${data.sync.state} ${data.sync.done}/${data.sync.total}`,
    (text) => told.add(text),
    { flush: 'sync' },
  );
  await data.signIn('me', 'right');
  await until(() => data.sync.state === 'synced');
  unwatch();
  expect([...told].filter((text) => text.startsWith('syncing'))).toEqual(
    expect.arrayContaining(['syncing 2/5', 'syncing 4/5', 'syncing 5/5']),
  );
});

describe('D2 two tabs', () => {
  test('D2 one that has left in the middle of a sync says nothing more of it', async () => {
    const one = await signedIn();
    const { currentSync } = await import('./session');
    const other = await open();
    await other.restore();
    await until(() => other.sync.state === 'synced');
    app.connected = false;
    await one.create('diary_entry', HELD, FIELDS);
    await one.syncNow();
    await until(() => other.sync.state === 'offline');
    void one.syncNow();
    currentSync()?.stop();
    const heard = new Set<string>();
    for (let at = 0; at < 20; at += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      heard.add(other.sync.state);
    }
    expect([...heard]).toEqual(['offline']);
  });

  test('D2 what one saves or pulls is shown in the other', async () => {
    const one = await signedIn();
    const other = await open();
    await other.restore();
    const rows = other.records('diary_entry');
    await until(() => other.recordsReady('diary_entry').value && other.sync.state === 'synced');
    app.connected = false;
    const id = await one.create('diary_entry', HELD, FIELDS);
    await until(() => rows.value.get(id)?.pending === true);
    expect(other.sync.pending).toBe(1);
    app.connected = true;
    app.server.write('d1', { ...FIELDS });
    await one.syncNow();
    await until(() => rows.value.get(id)?.pending === false && rows.value.has('d1'));
    expect(other.sync.pending).toBe(0);
    await one.saveDraft(one.newDraft(HELD, { narrative: '写到一半' }));
    await until(() => other.drafts.value.length === 1);
  });
});
