import { describe, expect, test } from 'vitest';
import { app, FIELDS, signedIn, until, type Data } from './testApp';
import { HELD, SIGNED_AT } from './testServer';

const OTHER = 'grid:0190a5c0-0000-7000-8000-00000000000b';
const household = (door: string, head_name: string) => ({
  estate: '和平小区',
  building: '3栋',
  door,
  head_name,
});

/** Two households on the phone, of which the first has a diary and then moves away. */
async function moved(): Promise<Data> {
  app.server.write('h1', household('101', '王伟'), { type: 'household' });
  app.server.write('h2', household('102', '李芳'), { type: 'household' });
  app.server.write('d', { household_id: 'h1', narrative: '入户走访' });
  const data = await signedIn();
  await until(() => data.householdTotal() === 2);
  app.server.move('h1', OTHER);
  await data.syncNow();
  await until(() => data.householdTotal() === 1);
  return data;
}

describe('a household that moved to another grid', () => {
  test('P14 leaves the list and the search; its diary still names it', async () => {
    const data = await moved();
    expect(data.searchHouseholds('王伟')).toEqual([]);
    expect(await data.loadRow('household', 'h1')).toBeNull();
    expect(await data.loadRow('diary_entry', 'd')).not.toBeNull();
    expect(data.householdLine('h1')).toMatchObject({ head_name: '王伟', moved: true });
    expect(data.householdLine('h2')?.moved).toBeUndefined();
  });

  test('P14 L9 is still named after the scope was read anew', async () => {
    const data = await moved();
    app.server.floors.set(HELD, app.server.seqOf(HELD) + 1);
    app.server.write('h3', household('103', '张敏'), { type: 'household' });
    await data.syncNow();
    await until(() => data.householdTotal() === 2);
    expect(data.householdLine('h1')).toMatchObject({ head_name: '王伟', moved: true });
    expect(data.searchHouseholds('张敏')).toHaveLength(1);
  });

  test('P14 is in the list again when it comes back', async () => {
    const data = await moved();
    app.server.move('h1', HELD);
    await data.syncNow();
    await until(() => data.householdTotal() === 2);
    expect(data.householdLine('h1')?.moved).toBeUndefined();
    expect(data.searchHouseholds('王伟')).toHaveLength(1);
  });
});

test('L8 L9 P12 a check that was asked for is in the log with what it found', async () => {
  app.server.write('d1', { narrative: '一' });
  const data = await signedIn();
  await data.create('diary_entry', HELD, FIELDS);
  await data.syncNow();
  await until(() => data.sync.pending === 0);
  expect(await data.newestReceipt()).toMatchObject({ n: 1 });
  expect((await data.receipts())[0]).toMatchObject({ n: 1, at: SIGNED_AT, sig: 'sig' });
  expect(await data.checkData()).toMatchObject({ outcome: 'ok', checked: 2, rebuilt: 0 });
  expect((await data.syncLog())[0]).toMatchObject({ outcome: 'ok', checked: 2, rebuilt: 0 });
  app.server.digest = (scope) => (scope === HELD ? { count: 9 } : {});
  expect(await data.checkData()).toMatchObject({ outcome: 'ok', checked: 2, rebuilt: 1 });
  expect((await data.syncLog())[0]).toMatchObject({ checked: 2, rebuilt: 1 });
});

test('L9 what is in memory is read anew with the scope', async () => {
  app.server.write('d1', { narrative: '一' });
  const data = await signedIn();
  data.records('diary_entry');
  await until(() => data.records('diary_entry').value.size === 1);
  app.server.records.delete('d1');
  app.server.write('d2', { narrative: '二' });
  app.server.floors.set(HELD, app.server.seqOf(HELD));
  await data.syncNow();
  await until(() => data.records('diary_entry').value.has('d2'));
  await until(() => !data.records('diary_entry').value.has('d1'));
});
