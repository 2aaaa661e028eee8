import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { app, closeTabs, FIELDS, open, signedIn, until } from './testApp';
import { HELD } from './testServer';

function clearDatabases(): void {
  closeTabs();
  vi.stubGlobal('indexedDB', new IDBFactory());
}

beforeEach(() => {
  localStorage.clear();
  document.cookie = 'minqing-kept=; Max-Age=0; Path=/';
});

describe('what the browser cleared', () => {
  test('is noticed with how much was unsent, until somebody signs in', async () => {
    const data = await signedIn();
    app.connected = false;
    await data.create('diary_entry', HELD, FIELDS);
    await data.saveDraft(data.newDraft(HELD, { narrative: '写了一半' }));
    clearDatabases();
    const again = await open();
    expect(await again.restore()).toBeNull();
    expect(again.sync.evicted).toMatchObject({ unsent: 2 });
    expect(Date.parse(again.sync.evicted?.at ?? '')).not.toBeNaN();
    app.connected = true;
    await again.signIn('me', 'right');
    expect(again.sync.evicted).toBeNull();
  });

  test('D10 is told to the server by the next device, until it has answered', async () => {
    const data = await signedIn();
    const device = data.thisDevice.value;
    app.connected = false;
    await data.create('diary_entry', HELD, FIELDS);
    clearDatabases();
    const again = await open();
    await again.restore();
    app.connected = true;
    const { reply } = app.server;
    app.server.reply = (account, body) => {
      reply.call(app.server, account, body);
      return { status: 200, contentType: 'text/html', text: '', retryAfter: null };
    };
    const asked = app.server.requests.length;
    await again.signIn('me', 'right');
    await until(() => again.sync.lastError !== null);
    app.server.reply = reply;
    void again.syncNow();
    await until(() => again.sync.state === 'synced');
    await again.syncNow();
    const told = app.server.requests.slice(asked).map(({ evicted }) => evicted);
    expect(told.slice(0, 2)).toEqual(Array(2).fill({ device, unsent: 1 }));
    await until(() => app.server.requests.at(-1)?.evicted === undefined);
  });

  test('is noticed by the cookie alone, where localStorage went with it', async () => {
    const data = await signedIn();
    app.connected = false;
    await data.create('diary_entry', HELD, FIELDS);
    clearDatabases();
    localStorage.clear();
    const again = await open();
    await again.restore();
    expect(again.sync.evicted).toEqual({
      ...{ unsent: 1, at: null },
      device: data.thisDevice.value,
    });
  });

  test('is nothing where nobody has been, nor after signing out', async () => {
    const fresh = await open();
    await fresh.restore();
    expect(fresh.sync.evicted).toBeNull();
    const data = await signedIn();
    await data.signOut();
    const again = await open();
    await again.restore();
    expect(again.sync.evicted).toBeNull();
  });

  test('is nothing while all is there', async () => {
    await signedIn();
    closeTabs();
    const again = await open();
    expect(await again.restore()).not.toBeNull();
    expect(again.sync.evicted).toBeNull();
  });
});
