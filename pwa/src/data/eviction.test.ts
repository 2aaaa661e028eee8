import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { app, closeTabs, FIELDS, open, signedIn } from './testApp';
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

  test('is noticed by the cookie alone, where localStorage went with it', async () => {
    const data = await signedIn();
    app.connected = false;
    await data.create('diary_entry', HELD, FIELDS);
    clearDatabases();
    localStorage.clear();
    const again = await open();
    await again.restore();
    expect(again.sync.evicted).toEqual({ unsent: 1, at: null });
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
