import { describe, expect, test, vi } from 'vitest';
import { app, FIELDS, open, signedIn, unsentOps, until } from './testApp';
import { testId } from './testPhone';
import { HELD } from './testServer';

describe('a change', () => {
  test('sends only the fields that differ, with the stamps its author saw', async () => {
    app.server.write('d1', { ...FIELDS });
    app.server.write('d1', { narrative: '二' });
    const data = await signedIn();
    app.connected = false;
    await data.change('diary_entry', 'd1', { narrative: '三', place: '广场', services: ['visit'] });
    const [op] = await data.outbox();
    expect(op).toMatchObject({ kind: 'set', set: { narrative: '三', place: '广场' } });
    const [sent] = await unsentOps();
    expect(sent?.base).toEqual({ narrative: 2, place: 1 });
  });

  test('that changes nothing writes nothing', async () => {
    app.server.write('d1', { ...FIELDS });
    const data = await signedIn();
    await data.change('diary_entry', 'd1', { narrative: FIELDS.narrative, place: null });
    expect(await data.outbox()).toEqual([]);
  });

  test('M3 compares with the row as it was when the author began', async () => {
    app.server.write('d1', { ...FIELDS });
    const data = await signedIn();
    const seen = await data.loadRow('diary_entry', 'd1');
    app.server.write('d1', { narrative: '别人改的' });
    await data.syncNow();
    app.connected = false;
    await data.change('diary_entry', 'd1', { narrative: '我改的' }, seen ?? undefined);
    const [sent] = await unsentOps();
    expect(sent?.base).toEqual({ narrative: 1 });
  });

  test('removed, a record is not shown any more', async () => {
    app.server.write('d1', { ...FIELDS });
    const data = await signedIn();
    const rows = data.records('diary_entry');
    await until(() => rows.value.size === 1);
    await data.remove('diary_entry', 'd1');
    expect(rows.value.size).toBe(0);
    await until(() => data.sync.state === 'synced' && data.sync.pending === 0);
    expect(app.server.records.get('d1')?.gone).toBe(true);
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
    app.connected = false;
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
    app.server.write('d1', { ...FIELDS, place: '广场' });
    const data = await signedIn();
    const seen = await data.loadRow('diary_entry', 'd1');
    if (!seen) throw new Error('not pulled');
    const draft = data.draftOf(seen);
    draft.fields.narrative = '改过';
    delete draft.fields.place;
    await data.saveDraft(draft);
    app.server.write('d1', { opinions: '别人加的' });
    await data.syncNow();
    app.connected = false;
    await data.commitDraft(draft.id);
    const [op] = await data.outbox();
    expect(op?.set).toEqual({ narrative: '改过', place: null });
    expect((await data.loadRow('diary_entry', 'd1'))?.fields).toMatchObject({
      opinions: '别人加的',
    });
  });
});

test('a draft saved at pagehide has its transaction begun before the page may be frozen', async () => {
  const data = await signedIn();
  await data.saveDraft(data.newDraft(HELD, {}));
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const saving = data.saveDraft(data.newDraft(HELD, { narrative: '走了' }));
  // Only microtasks run between the event's handler and the end of the page.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect(begun.mock.calls).toEqual([[['drafts'], 'readwrite', { durability: 'strict' }]]);
  begun.mockRestore();
  await saving;
});
