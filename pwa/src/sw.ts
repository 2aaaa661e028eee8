/// <reference lib="webworker" />
/**
 * The service worker: keeps the whole app on the device, and nothing else (records live in
 * IndexedDB, the API is never cached).
 *
 * A new version is installed beside the running one and waits: the message SKIP_WAITING, sent when
 * the person accepts it, lets it take over. The old shell finds every file it may still load: what
 * is outdated is removed only when no page is open that can need it.
 */
import { PrecacheController, PrecacheRoute, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] };

/** Addresses that are no page of the app: the server answers them, or the lack of a network does. */
const NOT_THE_APP = [/^\/api(\/|$)/, /^\/public(\/|$)/, /^[^?]*\/[^/?]*\.[^/?]+(\?|$)/];

const precache = new PrecacheController();
precache.addToCacheList(self.__WB_MANIFEST);
let firstInstall = false;

registerRoute(new PrecacheRoute(precache, { directoryIndex: 'index.html', cleanURLs: false }));
registerRoute(
  new NavigationRoute(precache.createHandlerBoundToURL('/index.html'), { denylist: NOT_THE_APP }),
);
// A page of an older version asks for chunks that the present manifest doesn't know.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
  async ({ request }) => (await caches.match(request)) ?? fetch(request),
);

self.addEventListener('install', (event) => {
  firstInstall = self.registration.active === null;
  void precache.install(event);
});

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver(event));
});

self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') {
    event.waitUntil(self.skipWaiting());
  }
});

/** The first visit is served from here at once; later versions reach pages when they open anew. */
async function takeOver(event: ExtendableEvent): Promise<void> {
  if (firstInstall) await self.clients.claim();
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // The page that accepted opens anew right away; any other may still be the old version.
  if (firstInstall || pages.length <= 1) await precache.activate(event);
}
