import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../sync/messages';
import { app, FIELDS, signedIn, unsentOps, until, type Data } from './testApp';
import { HELD } from './testServer';

const side = (value: unknown, account: string): JsonObject => ({
  value: value as string,
  account,
  device: `device of ${account}`,
  wall: '2026-11-24T09:00:00.000Z',
  received: '2026-11-24T09:00:01.000Z',
});

/** A record with a conflict of one field, on a phone that is offline. */
async function conflicting(
  fields: JsonObject,
  field: string,
  other: unknown,
  type: 'diary_entry' | 'household' = 'diary_entry',
  shown: unknown = fields[field] ?? false,
): Promise<Data> {
  app.server.write('r', {}, { type });
  app.server.write('r', fields);
  const about = { record_type: type, record_id: 'r', field, state: 'open' };
  const sides = { shown: side(shown, 'you'), other: side(other, 'me') };
  app.server.write('c', { ...about, ...sides }, { type: 'conflict' });
  const data = await signedIn();
  data.records('conflict');
  await until(() => data.recordsReady('conflict').value);
  app.connected = false;
  return data;
}

describe('a conflict', () => {
  test('M3 is shown with both values and their authors', async () => {
    const data = await conflicting({ narrative: '甲' }, 'narrative', '乙');
    expect(data.openConflicts()).toMatchObject([
      { id: 'c', recordId: 'r', field: 'narrative', key: null, mine: true, settled: null },
    ]);
    expect(data.conflict('c')?.shown).toMatchObject({ value: '甲', account: 'you' });
    expect(data.conflict('c')?.other).toMatchObject({ value: '乙', account: 'me' });
  });

  test('M10 that keeps what is shown changes only the conflict', async () => {
    const data = await conflicting({ narrative: '甲' }, 'narrative', '乙');
    await data.settle('c', 'shown');
    expect(await unsentOps()).toMatchObject([
      { type: 'conflict', rid: 'c', kind: 'set', set: { settled: 'shown' } },
    ]);
    expect(data.openConflicts()).toEqual([]);
    expect(data.conflict('c')?.settled).toBe('shown');
  });

  test('M10 that takes the other value sets it on the stamp now seen, in one transaction', async () => {
    const data = await conflicting({ narrative: '甲' }, 'narrative', '乙');
    await data.settle('c', 'other');
    expect(await unsentOps()).toMatchObject([
      {
        rid: 'r',
        n: 1,
        kind: 'set',
        set: { narrative: '乙' },
        base: { narrative: 2 },
        settles: 'c',
      },
      { rid: 'c', n: 2, kind: 'set', set: { settled: 'other' } },
    ]);
    expect((await data.loadRow('diary_entry', 'r'))?.fields.narrative).toBe('乙');
  });

  test('M10 can be joined by hand', async () => {
    const data = await conflicting({ narrative: '甲' }, 'narrative', '乙');
    await data.settle('c', 'joined', '甲,也有乙');
    expect(await unsentOps()).toMatchObject([
      { rid: 'r', set: { narrative: '甲,也有乙' } },
      { rid: 'c', set: { settled: 'joined' } },
    ]);
  });

  test('M6 M10 of a deletion deletes when the deletion is chosen', async () => {
    const data = await conflicting({ narrative: '甲' }, 'gone', true);
    await data.settle('c', 'other');
    expect(await unsentOps()).toMatchObject([
      { rid: 'r', kind: 'delete', base: { narrative: 2 }, settles: 'c' },
      { rid: 'c', set: { settled: 'other' } },
    ]);
    expect(await data.loadRow('diary_entry', 'r')).toBeNull();
  });

  test('M5 M10 of a list puts back one member and leaves the others', async () => {
    const members = [
      { key: 'a', name: '甲' },
      { key: 'b', name: '乙' },
    ];
    const other = { key: 'b', name: '丙' };
    const data = await conflicting({ members }, 'members', other, 'household', members[1]);
    expect(data.conflict('c')?.key).toBe('b');
    await data.settle('c', 'other');
    expect((await unsentOps())[0]?.set).toEqual({ members: [members[0], other] });
  });

  test('M5 M10 of a member taken out takes it out when that is chosen', async () => {
    const members = [
      { key: 'a', name: '甲' },
      { key: 'b', name: '乙' },
    ];
    const data = await conflicting({ members }, 'members', null, 'household', members[1]);
    await data.settle('c', 'other');
    expect((await unsentOps())[0]?.set).toEqual({ members: [members[0]] });
  });
});

test('M10 what is gone cannot be given another value, and the conflict stays', async () => {
  const data = await conflicting({ narrative: '甲' }, 'narrative', '乙');
  await data.remove('diary_entry', 'r');
  await expect(data.settle('c', 'other')).rejects.toMatchObject({ code: 'record_gone' });
  expect(data.openConflicts()).toHaveLength(1);
  await data.settle('c', 'shown');
  expect(data.openConflicts()).toEqual([]);
});

describe('what was handed over', () => {
  const op = {
    op_id: 'o',
    n: 1,
    kind: 'set',
    set: { narrative: '乙' },
    wall: '',
    received_at: '1',
  };
  const about = { of_type: 'diary_entry', rid: 'r', account: 'you', device: 'd' };

  test('P13 waits for whoever writes in the scope, and is taken or declined with a note', async () => {
    const handover = { ...about, reason: 'scope_lost', ops: [op], state: 'waiting' };
    app.server.write('h1', handover, { type: 'handover' });
    app.server.write('h2', handover, { type: 'handover' });
    const data = await signedIn();
    data.records('handover');
    await until(() => data.openHandovers().length === 2);
    expect(data.openHandovers()[0]).toMatchObject({ recordId: 'r', account: 'you', ops: [op] });
    app.connected = false;
    await data.decide('h1', 'taken');
    await data.decide('h2', 'declined', '已另行记录');
    expect(data.openHandovers()).toEqual([]);
    expect(await unsentOps()).toMatchObject([
      { rid: 'h1', kind: 'set', set: { state: 'taken' }, base: { state: 1 } },
      { rid: 'h2', kind: 'set', set: { state: 'declined', note: '已另行记录' } },
    ]);
  });

  test('P13 asks its author for nothing unless it is declined', async () => {
    const refusal = {
      ...about,
      op: '{}',
      op_id: 'o',
      n: 1,
      code: 'handed_over',
      message: '已移交',
    };
    const row = { type: 'quarantine', scope: 'person:me' };
    app.server.write('q', { ...refusal, received_at: '2026-11-24T09:30:00Z' }, row);
    const data = await signedIn();
    expect(await data.quarantined()).toMatchObject([{ id: 'q', decision: null }]);
    expect(data.sync.attention).toBe(0);
    app.server.write('q', { decision: 'declined', decision_note: '不在本格' }, row);
    await data.syncNow();
    await until(() => data.sync.attention === 1);
    expect(await data.quarantined()).toMatchObject([{ decisionNote: '不在本格' }]);
  });
});

/** A diary that the server refused, read back on this phone. */
async function refused(code = 'invalid_field'): Promise<{ data: Data; rid: string; id: string }> {
  app.server.quarantine = (op) => (op.type === 'diary_entry' && op.n === 1 ? code : null);
  const data = await signedIn();
  const rid = await data.create('diary_entry', HELD, FIELDS);
  await data.syncNow();
  await until(() => data.sync.pending === 0 && data.sync.attention === 1);
  app.connected = false;
  const [op] = await data.quarantined();
  return { data, rid, id: op?.id ?? '' };
}

describe('a refused op', () => {
  test('P11 waits until its author gives it up', async () => {
    const { data, id } = await refused();
    await data.dropQuarantined(id);
    expect(await data.quarantined()).toEqual([]);
    expect(await unsentOps()).toMatchObject([
      { type: 'quarantine', rid: id, scope: 'person:me', set: { settled: 'dropped' } },
    ]);
    await until(() => data.sync.attention === 0);
  });

  test('P11 is sent again with its words corrected', async () => {
    const { data, rid, id } = await refused();
    await data.resendQuarantined(id, { visit_date: '2026-11-23' });
    expect(await unsentOps()).toMatchObject([
      { type: 'diary_entry', rid, kind: 'create', set: { ...FIELDS, visit_date: '2026-11-23' } },
      { type: 'quarantine', rid: id, set: { settled: 'resent' } },
    ]);
  });

  test('P11 gets another id where its own is used up', async () => {
    const { data, rid, id } = await refused('id_reused');
    await data.resendQuarantined(id, {});
    const [again] = await unsentOps();
    expect(again?.kind).toBe('create');
    expect(again?.rid).not.toBe(rid);
  });

  test('P11 goes back into the form, and is settled when that is sent', async () => {
    const { data, rid, id } = await refused();
    const [op] = await data.quarantined();
    if (!op) throw new Error('none');
    const draft = await data.draftOfQuarantined(op);
    draft.fields.visit_date = '2026-11-22';
    await data.saveDraft(draft);
    expect(await data.quarantined()).toHaveLength(1);
    await data.commitDraft(draft.id);
    expect(await unsentOps()).toMatchObject([
      { type: 'diary_entry', rid, set: { visit_date: '2026-11-22', narrative: FIELDS.narrative } },
      { type: 'quarantine', rid: id, set: { settled: 'resent' } },
    ]);
  });

  test('P11 of somebody else is handled by the supervisor, with a note', async () => {
    const refusal = {
      op: '{}',
      op_id: 'o',
      device: 'd',
      n: 1,
      account: 'you',
      code: 'invalid_field',
    };
    app.server.write(
      'q',
      { ...refusal, message: '不收', received_at: '2026-11-24T09:30:00Z' },
      { type: 'quarantine', scope: 'committee:c' },
    );
    app.server.held.add('committee:c');
    const data = await signedIn();
    data.records('quarantine');
    await until(() => data.quarantinedOfOthers().length === 1);
    expect(data.sync.attention).toBe(0);
    app.connected = false;
    await data.handleQuarantined('q', '已电话告知');
    expect(data.quarantinedOfOthers()).toEqual([]);
    expect(await unsentOps()).toMatchObject([
      { rid: 'q', scope: 'committee:c', set: { handled: true, note: '已电话告知' } },
    ]);
  });
});
