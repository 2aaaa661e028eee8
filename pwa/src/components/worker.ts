import { ref } from 'vue';
import type { MessageKey } from '@/i18n';

/**
 * The service worker as the page sees it. It is registered at once, so that one visit is enough;
 * a new version waits until the person accepts it, and the old shell goes on until then.
 */
export type OfflineHint = Extract<MessageKey, `offlineHint.${string}`>;

/** Why the app can't be kept on this device, as a text to show; null while it can or may be. */
export const offlineHint = ref<OfflineHint | null>(null);
/** True once everything is on this device and this page is served from there. */
export const offlineReady = ref(false);
/** `waiting`: a new version can be accepted; `taken`: another tab accepted it. */
export const update = ref<'none' | 'waiting' | 'taken'>('none');

/** How often a page that stays open looks for a new version, ms. */
const LOOK_MS = 60 * 60_000;

let waiting: ServiceWorker | null = null;
let accepted = false;

/** What stands in the way, judged before trying; null when nothing does. */
export function obstacle(view: {
  secure: boolean;
  agent: string;
  hasWorker: boolean;
}): OfflineHint | null {
  if (/MicroMessenger/i.test(view.agent)) return 'offlineHint.wechat';
  const inApp = /\b(QQ\/|DingTalk|AliApp|Weibo|Lark|wxwork|; wv\))/i.test(view.agent);
  const ios = /iPhone|iPad|iPod/.test(view.agent);
  if (!view.secure) return 'offlineHint.insecure';
  if (view.hasWorker) return null;
  if (ios && (inApp || !/Safari\//.test(view.agent))) return 'offlineHint.iosInApp';
  return inApp ? 'offlineHint.inApp' : 'offlineHint.unsupported';
}

/** Registers the worker and follows it for as long as the page lives. Never rejects. */
export async function startWorker(): Promise<void> {
  offlineHint.value = obstacle({
    secure: window.isSecureContext,
    agent: navigator.userAgent,
    hasWorker: 'serviceWorker' in navigator,
  });
  // WeChat may well have a worker; what it keeps is not what the system's browser keeps.
  if (!('serviceWorker' in navigator)) return;
  const hadController = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    offlineReady.value = true;
    if (accepted) window.location.reload();
    else if (hadController) update.value = 'taken';
  });
  offlineReady.value = hadController;
  try {
    follow(await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }));
  } catch (error) {
    if (!offlineReady.value) offlineHint.value ??= hintOf(error);
  }
}

/** A certificate that was clicked through loads the page, but no worker: Chrome says SecurityError. */
function hintOf(error: unknown): OfflineHint {
  const untrusted = error instanceof DOMException && error.name === 'SecurityError';
  return untrusted ? 'offlineHint.untrusted' : 'offlineHint.network';
}

function follow(registration: ServiceWorkerRegistration): void {
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && registration.active) offer(installing);
    });
  });
  window.setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
}

function offer(worker: ServiceWorker | null): void {
  if (!worker) return;
  waiting = worker;
  update.value = 'waiting';
}

/** The person takes the new version: the worker takes over and the page opens again. */
export function acceptUpdate(): void {
  if (update.value === 'taken' || !waiting) {
    window.location.reload();
    return;
  }
  accepted = true;
  waiting.postMessage({ type: 'SKIP_WAITING' });
}
