import { describe, expect, test } from 'vitest';
import type { Past } from '../../../sync/messages';
import { app, FIELDS, signedIn } from './testApp';

const past = (rev: number, kind: Past['kind'], set: Past['set'], device = 'd'): Past => ({
  rev,
  kind,
  by: 'somebody',
  device,
  at: `2026-11-2${rev}T09:30:00.000Z`,
  wall: `2026-11-2${rev}T09:29:00.000Z`,
  ...(set && { set }),
});

describe('the history of a record', () => {
  test('L10 says of each version who, when, from which device and what changed', async () => {
    app.server.write(
      'r',
      { narrative: '一', place: '广场' },
      {
        rev: 3,
        h: [
          past(1, 'create', { narrative: '零', place: '广场' }),
          past(2, 'set', { narrative: '一' }, 'other'),
          past(3, 'set', { opinions: null }),
        ],
      },
    );
    const data = await signedIn();
    const versions = await data.history('diary_entry', 'r');
    expect(versions.map(({ rev, device }) => [rev, device])).toEqual([
      [3, 'd'],
      [2, 'other'],
      [1, 'd'],
    ]);
    expect(versions[0]?.changes).toEqual([]);
    expect(versions[1]).toMatchObject({
      by: 'somebody',
      at: '2026-11-22T09:30:00.000Z',
      wall: '2026-11-22T09:29:00.000Z',
      own: false,
      changes: [{ field: 'narrative', before: '零', after: '一' }],
    });
    expect(versions[2]?.changes).toEqual([
      { field: 'narrative', before: null, after: '零' },
      { field: 'place', before: null, after: '广场' },
    ]);
  });

  test('L10 has the unsent versions of this phone on top, offline', async () => {
    app.server.write('r', { narrative: '一' });
    const data = await signedIn();
    app.connected = false;
    await data.change('diary_entry', 'r', { narrative: '二' });
    const [unsent, first, ...more] = await data.history('diary_entry', 'r');
    expect(unsent).toMatchObject({
      rev: null,
      by: 'me',
      own: true,
      changes: [{ field: 'narrative', before: '一', after: '二' }],
    });
    expect(first).toMatchObject({ rev: 1, kind: 'create', device: null, own: false });
    expect(more).toEqual([]);
  });

  test('L10 does not guess what stood before the oldest version known', async () => {
    app.server.write(
      'r',
      { narrative: '三' },
      { rev: 9, h: [past(8, 'set', { narrative: '二' }), past(9, 'set', { narrative: '三' })] },
    );
    const data = await signedIn();
    const versions = await data.history('diary_entry', 'r');
    expect(versions.map(({ changes }) => changes[0]?.before)).toEqual(['二', undefined]);
  });

  test('of a record that is only here is what is unsent', async () => {
    const data = await signedIn();
    app.connected = false;
    const id = await data.create('diary_entry', 'grid:g', FIELDS);
    expect(await data.history('diary_entry', id)).toMatchObject([{ rev: null, kind: 'create' }]);
    expect(await data.history('diary_entry', 'nothing')).toEqual([]);
  });
});
