// The review as a supervisor uses it, over the real data layer and a server in memory.
import 'fake-indexeddb/auto';
import { gunzipSync } from 'node:zlib';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, h, type App } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Op } from '../../../../sync/messages';
import { HELD, TestServer } from '@/data/testServer';

const COMMITTEE = 'committee:c';
const ME = {
  account: { id: 'me', login: 'me', name: '周明', roles: ['reviewer'], work_types: [] },
  unit: { id: 'c', name: '茹岗社区', kind: 'community' },
  community: { id: 'c', name: '茹岗社区' },
  scopes: [
    { id: HELD, kind: 'grid', unit_id: 'u', name: '一网格', write: true },
    { id: COMMITTEE, kind: 'committee', unit_id: 'c', name: '茹岗社区', write: true },
  ],
  assignment: null,
  must_change_password: false,
  lease_until: new Date(Date.now() + 30 * 24 * 3600_000).toISOString(),
  server_time: new Date().toISOString(),
};
const DIARY = {
  visit_date: '2026-11-20',
  channel: 'in_person',
  target_type: 'public_place',
  target_name: '广场',
  services: ['visit'],
  narrative: '三楼楼道灯坏了一周，老人晚上不敢下楼。',
  recorded_at: '2026-11-20T08:00:00Z',
};

let server: TestServer;
let app: App | null = null;
let stop = (): void => undefined;

const answer = (status: number, content: unknown): Response =>
  new Response(JSON.stringify(content), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });

async function serve(path: string, { body }: RequestInit): Promise<Response> {
  if (path === '/api/session') return answer(200, ME);
  if (path === '/api/directory') return answer(200, { units: [], people: [], assignments: [] });
  server.time = new Date().toISOString();
  const packed = typeof body === 'string' ? body : gunzipSync(new Uint8Array(body as ArrayBuffer));
  const { status, text } = server.reply('me', packed.toString());
  return answer(status, JSON.parse(text));
}

/** Signs in and opens the path; returns the data layer of this visit. */
async function open(path: string): Promise<typeof import('@/data')> {
  vi.resetModules();
  const data = await import('@/data');
  const { currentSync } = await import('@/data/session');
  await data.signIn('me', 'right');
  stop = () => currentSync()?.stop();
  await vi.waitFor(() => expect(data.sync.state).toBe('synced'), { timeout: 4000 });
  const { loadTexts } = await import('@/i18n');
  await loadTexts('codes', 'supervisor');
  await mount(path);
  return data;
}

/** Shows the pages at `path`, as after a change of the page. */
async function mount(path: string): Promise<void> {
  const list = (await import('../ReviewPage.vue')).default;
  const detail = (await import('../ReviewEntryPage.vue')).default;
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/review', components: { list } },
      { path: '/review/:id', components: { list, default: detail }, props: { default: true } },
      { path: '/:other(.*)', component: { render: () => null } },
    ],
  });
  await router.push(path);
  app = createApp({ render: () => [h(RouterView, { name: 'list' }), h(RouterView)] });
  app.use(router).mount(document.body.appendChild(document.createElement('main')));
}

const all = (css: string): HTMLElement[] => [...document.body.querySelectorAll<HTMLElement>(css)];
const shown = (text: string) =>
  vi.waitFor(() => expect(document.body.textContent).toContain(text), { timeout: 3000 });
const button = (name: string) =>
  vi.waitFor(() => {
    const found = all('button').find((each) => each.textContent?.trim() === name);
    expect(found).toBeDefined();
    return found as HTMLButtonElement;
  });

function fill(label: string, value: string): void {
  const of = all('label')
    .find((each) => each.textContent === label)
    ?.getAttribute('for');
  const control = document.getElementById(of ?? '') as HTMLInputElement;
  control.value = value;
  control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input'));
}

const reviewOps = (): Op[] =>
  [...server.accepted.values()].map(({ op }) => op).filter((op) => op.type === 'review');
const sent = (count: number) =>
  vi.waitFor(() => expect(reviewOps()).toHaveLength(count), { timeout: 3000 });

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('fetch', serve);
  server = new TestServer();
  server.write('d1', DIARY);
});

afterEach(() => {
  app?.unmount();
  stop();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('已阅 keeps the revision and the contents that were read', async () => {
  await open('/review/d1');
  (await button('已阅')).click();
  await sent(1);
  expect(reviewOps()[0]?.set).toMatchObject({ diary_id: 'd1', diary_rev: 1, verdict: 'read' });
  expect(reviewOps()[0]?.set?.['seen']).toMatchObject({ narrative: DIARY.narrative });
  expect(all('.queue-item')).toHaveLength(0);
});

test('退回 says what about which field, and needs to say something', async () => {
  await open('/review/d1');
  (await button('退回')).click();
  (await button('确认退回')).click();
  await shown('至少写一条意见');
  fill('对该项的意见', '请写明物业怎么答复。');
  (await button('确认退回')).click();
  await vi.waitFor(() => expect(all('select[aria-invalid="true"]')).toHaveLength(1), {
    timeout: 4000,
  });
  fill('字段', 'narrative');
  (await button('确认退回')).click();
  await sent(1);
  expect(reviewOps()[0]?.set).toMatchObject({
    verdict: 'returned',
    comments: [{ field: 'narrative', text: '请写明物业怎么答复。' }],
  });
  expect(reviewOps()[0]?.set).not.toHaveProperty('comment');
});

test('comments that were not sent back are there again when the diary is opened anew', async () => {
  const data = await open('/review/d1');
  (await button('退回')).click();
  await button('确认退回');
  fill('退回意见', '请补充物业的答复。');
  (await button('取消')).click();
  await vi.waitFor(() => expect(data.drafts.value).toHaveLength(1), { timeout: 4000 });
  app?.unmount();
  document.body.replaceChildren();
  await mount('/review/d1');
  await shown('已经恢复');
  (await button('确认退回')).click();
  await sent(1);
  expect(reviewOps()[0]?.set).toMatchObject({ diary_id: 'd1', comment: '请补充物业的答复。' });
  await vi.waitFor(() => expect(data.drafts.value).toHaveLength(0), { timeout: 4000 });
});

test('a corrected diary comes back first, with both versions marked', async () => {
  const data = await open('/review/d1');
  (await button('退回')).click();
  await button('确认退回');
  fill('退回意见', '请补充。');
  (await button('确认退回')).click();
  await sent(1);
  server.write('d1', { narrative: '三楼楼道灯坏了一周，物业答应周五前换好。' });
  await data.syncNow();
  await shown('此后的更正');
  expect(all('del').map((each) => each.textContent)).toEqual(['老人晚上不敢下楼']);
  expect(all('ins').map((each) => each.textContent)).toEqual(['物业答应周五前换好']);
  expect(all('.queue-item')[0]?.textContent).toContain('已更正');
});

test('a version that came while the comment was written is shown before it is returned', async () => {
  const data = await open('/review/d1');
  (await button('退回')).click();
  await button('确认退回');
  fill('退回意见', '请补充。');
  server.write('d1', { narrative: '已经改过了，物业修好了。' });
  await data.syncNow();
  await shown('已经改过了');
  (await button('确认退回')).click();
  await shown('这篇日记又更新了');
  expect(reviewOps()).toHaveLength(0);
  (await button('确认退回')).click();
  await sent(1);
  expect(reviewOps()[0]?.set).toMatchObject({ diary_rev: 2 });
});

test('the selected rows are marked as read together, thirty at a time', async () => {
  for (let n = 2; n <= 40; n++) server.write(`d${n}`, DIARY);
  await open('/review');
  await vi.waitFor(() => expect(all('.queue-item')).toHaveLength(30), { timeout: 4000 });
  all('label')
    .find((each) => each.textContent?.includes('选中本页'))
    ?.click();
  (await button('把选中的 30 篇标为已阅')).click();
  await sent(30);
  await vi.waitFor(() => expect(all('.queue-item')).toHaveLength(10), { timeout: 4000 });
});

test('conflicts and held entries are listed with what they are about', async () => {
  const side = { account: 'a', device: 'dddddd', wall: server.time, received: server.time };
  const conflict = {
    record_type: 'diary_entry',
    record_id: 'd1',
    field: 'narrative',
    state: 'open',
  };
  const sides = { shown: { ...side, value: '甲说' }, other: { ...side, value: '乙说' } };
  server.write('c1', { ...conflict, ...sides }, { type: 'conflict' });
  const op = JSON.stringify({
    type: 'diary_entry',
    kind: 'create',
    set: { narrative: '水管漏水' },
  });
  const held = { op, op_id: 'o', device: 'dddddd', n: 3, account: 'a', code: 'invalid_field' };
  const why = { message: '走访日期不能早于 2000 年', received_at: server.time };
  server.held.add(COMMITTEE);
  server.write('q1', { ...held, ...why }, { type: 'quarantine', scope: COMMITTEE });
  await open('/review?tab=conflicts');
  await shown('甲说');
  await shown('乙说');
  await shown('待处理（1）');
  all('a')
    .find((each) => each.textContent?.startsWith('待处理'))
    ?.click();
  await shown('走访日期不能早于 2000 年');
  await shown('水管漏水');
});
