// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../sync/messages';
import { compact } from './compaction';
import { Households } from './households';
import { Rows } from './rows';
import { readScopes } from './scopes';
import { TestPhone, testId } from './testPhone';
import { HELD, TestServer } from './testServer';

const OTHER = 'grid:0190a5c0-0000-7000-8000-00000000000b';

const household = (building: string, entrance: string, door: string, more: JsonObject = {}) => ({
  estate: '幸福小区',
  house_code: 'H1',
  building,
  entrance,
  door,
  head_name: '张伟',
  head_pinyin: 'zhang wei',
  ...more,
});

async function phoneWith(all: readonly JsonObject[], scope = HELD): Promise<TestPhone> {
  const server = new TestServer();
  for (const fields of all) server.write(testId(), fields, { type: 'household', scope });
  server.held.add(scope);
  const phone = new TestPhone(server);
  await phone.sync();
  return phone;
}

async function listOf(phone: TestPhone): Promise<Households> {
  const rows = new Rows(phone.db, 'me');
  rows.setOps(await phone.ops());
  const list = new Households(phone.db, rows, [HELD, OTHER]);
  await list.load();
  return list;
}

const doors = (list: Households, query: string): string[] =>
  list.search(query).map(({ building, entrance, door }) => building + entrance + door);

describe('the list', () => {
  test('is in the order of estate, building, entrance and door, numbers by value', async () => {
    const phone = await phoneWith([
      household('12栋', '1单元', '101'),
      household('3栋', '2单元', '1001'),
      household('3栋', '2单元', '201'),
      household('3栋', '1单元', '1101'),
    ]);
    const list = await listOf(phone);
    expect(list.lines(0, 9).map(({ building, door }) => building + door)).toEqual([
      '3栋1101',
      '3栋201',
      '3栋1001',
      '12栋101',
    ]);
    expect(list.groups()).toMatchObject([
      { building: '3栋', from: 0, to: 3 },
      { building: '12栋', from: 3, to: 4 },
    ]);
  });

  test('is read without parsing a single record', async () => {
    const phone = await phoneWith([household('3栋', '', '501')]);
    const parsed = vi.spyOn(JSON, 'parse');
    const list = await listOf(phone);
    expect(list.total()).toBe(1);
    expect(list.lines(0, 1)).toMatchObject([{ door: '501' }]);
    expect(list.search('501')).toHaveLength(1);
    expect(parsed).not.toHaveBeenCalled();
    parsed.mockRestore();
  });

  test('spans scopes in their order; a part of it crosses them', async () => {
    const phone = await phoneWith([household('1栋', '', '101')]);
    phone.server.held.add(OTHER);
    phone.server.write(testId(), household('9栋', '', '901'), { type: 'household', scope: OTHER });
    await phone.sync();
    const list = await listOf(phone);
    expect(list.lines(0, 2).map(({ scope, door }) => [scope, door])).toEqual([
      [HELD, '101'],
      [OTHER, '901'],
    ]);
    expect(list.groups(OTHER)).toMatchObject([{ building: '9栋', from: 1, to: 2 }]);
    expect(list.total(OTHER)).toBe(1);
  });

  test('follows what changes and what goes', async () => {
    const phone = await phoneWith([household('1栋', '', '101'), household('1栋', '', '102')]);
    const [first, second] = (await listOf(phone)).lines(0, 2);
    phone.server.write(first?.id ?? '', { head_name: '李娜', care_tags: ['disabled'] });
    phone.server.write(second?.id ?? '', {}, { gone: true });
    await phone.sync();
    const list = await listOf(phone);
    expect(list.lines(0, 9)).toMatchObject([
      { head_name: '李娜', door: '101', tags: ['disabled'] },
    ]);
    expect(list.line(first?.id ?? '')?.head_name).toBe('李娜');
    expect(list.line(second?.id ?? '')).toBeUndefined();
  });

  test('D3 shows unsent changes and unsent households', async () => {
    const phone = await phoneWith([household('1栋', '', '101')]);
    const [line] = (await listOf(phone)).lines(0, 1);
    const rid = line?.id ?? '';
    await phone.write(
      { type: 'household', rid, scope: HELD, kind: 'set', set: { head_name: '王芳' }, base: {} },
      {
        type: 'household',
        rid: testId(),
        scope: HELD,
        kind: 'create',
        set: household('1栋', '', '100'),
      },
    );
    const list = await listOf(phone);
    expect(list.lines(0, 9).map(({ door, head_name }) => door + head_name)).toEqual([
      '100张伟',
      '101王芳',
    ]);
    expect(doors(list, '王芳')).toEqual(['1栋101']);
    expect(await list.read(rid)).toMatchObject({ pending: true, fields: { head_name: '王芳' } });
  });

  test('keeps its structure whatever a field holds', async () => {
    const phone = await phoneWith([household('1栋\t2栋', '\n', '101\t', { head_name: '张\n伟' })]);
    const list = await listOf(phone);
    expect(list.lines(0, 9)).toMatchObject([
      { building: '1栋 2栋', door: '101', head_name: '张 伟' },
    ]);
  });
});

describe('a household', () => {
  test('is read from its chunk when it is opened, the latest version', async () => {
    const phone = await phoneWith(
      Array.from({ length: 600 }, (_, at) => household('1栋', '', `${100 + at}`)),
    );
    const [line] = (await listOf(phone)).lines(550, 551);
    phone.server.write(line?.id ?? '', { phone: '13800000000' });
    await phone.sync();
    const list = await listOf(phone);
    expect(await list.read(line?.id ?? '')).toMatchObject({
      rev: 2,
      fields: { door: '650', phone: '13800000000' },
      stamps: { phone: 2 },
      pending: false,
    });
    expect(await list.read(testId())).toBeNull();
  });

  test('is found after its chunks have been joined, by a list read before as well', async () => {
    const phone = await phoneWith([household('1栋', '', '101'), household('1栋', '', '102')]);
    const before = await listOf(phone);
    const [one, two] = before.lines(0, 2).map(({ id }) => id) as [string, string];
    for (let at = 0; at < 30; at += 1) {
      phone.server.write(at % 2 ? one : two, { note: `${at}` });
      await phone.sync();
    }
    expect((await readScopes(phone.db))[0]?.types['household']?.chunks.length).toBeLessThan(26);
    for (const list of [before, await listOf(phone)]) {
      expect((await list.read(one))?.fields.note).toBe('29');
      expect((await list.read(two))?.fields.note).toBe('28');
    }
  });
});

describe('searching', async () => {
  const phone = await phoneWith([
    household('3栋', '2单元', '501', { members: [{ key: 'a', name: '欧阳娜娜' }] }),
    household('3栋', '2单元', '1501', { head_name: '李强', head_pinyin: 'li qiang' }),
    household('13栋', '2单元', '502', { head_name: '王小丽', head_pinyin: 'wang xiao li' }),
    household('5排', '', '3号', { head_name: '周磊', head_pinyin: 'zhou lei' }),
    household('5排', '', '30号', { head_name: '赵敏', head_pinyin: 'zhao min' }),
    household('8号楼', '', '501', { head_name: 'Anna', head_pinyin: '' }),
  ]);
  const list = await listOf(phone);

  test.each([
    ['501', ['3栋2单元501', '8号楼501', '3栋2单元1501']],
    ['3-2-501', ['3栋2单元501']],
    ['3栋', ['3栋2单元501', '3栋2单元1501']],
    ['２单元', ['3栋2单元501', '3栋2单元1501', '13栋2单元502']],
    ['3栋2单元501室', ['3栋2单元501']],
    ['3栋501', ['3栋2单元501']],
    ['8栋', ['8号楼501']],
    ['5排3号', ['5排3号', '5排30号']],
    ['5-30', ['5排30号']],
    ['张伟', ['3栋2单元501']],
    ['欧阳', ['3栋2单元501']],
    ['wangxiao', ['13栋2单元502']],
    ['wang xiao', ['13栋2单元502']],
    ['WXL', ['13栋2单元502']],
    ['lq', ['3栋2单元1501']],
    ['5 0 1 李', ['3栋2单元1501']],
    ['anna', ['8号楼501']],
    ['没有这个人', []],
    ['', []],
    ['   ', []],
  ])('by %s', (query, expected) => {
    expect(doors(list, query)).toEqual(expected);
  });

  test('never matches what is not shown: ids, chunks and sort keys', () => {
    expect(list.search('0190a5c0')).toEqual([]);
    expect(list.search('000003')).toEqual([]);
  });

  test('gives at most what is asked for, 30 by default', async () => {
    const many = await listOf(
      await phoneWith(Array.from({ length: 90 }, (_, at) => household('1栋', '', `${100 + at}`))),
    );
    expect(many.search('1')).toHaveLength(30);
    expect(many.search('1', { limit: 5 })).toHaveLength(5);
    expect(many.search('1', { scope: OTHER })).toEqual([]);
  });
});

test('compaction keeps the latest line of each record and changes nothing that is shown', async () => {
  const server = new TestServer();
  const ids = Array.from({ length: 40 }, () => testId());
  for (const id of ids) server.write(id, { narrative: '0' });
  const phone = new TestPhone(server);
  await phone.sync();
  for (let at = 1; at <= 60; at += 1) {
    for (const id of ids.slice(0, 20)) server.write(id, { narrative: `${at}` });
    await phone.sync();
  }
  const before = await phone.shown();
  const [scope] = await readScopes(phone.db);
  const chunks = scope?.types['diary_entry'];
  expect(chunks?.chunks.length).toBeLessThan(26);
  await compact(phone.db, scope ? [scope] : []);
  expect(await phone.shown()).toEqual(before);
  expect(Object.values(before).filter(({ narrative }) => narrative === '60')).toHaveLength(20);
});
