import { shallowRef } from 'vue';

/** Chrome's offer to put the app on the home screen; no other browser has it. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

const offer = shallowRef<InstallOffer | null>(null);

/** How this device gets the app onto its home screen; `none` when it is there, or can't be. */
export function wayToInstall(view: {
  agent: string;
  standalone: boolean;
}): 'offer' | 'ios' | 'none' {
  if (view.standalone) return 'none';
  if (offer.value) return 'offer';
  return /iPhone|iPad|iPod/.test(view.agent) && /Safari\//.test(view.agent) ? 'ios' : 'none';
}

/** The browser makes its offer once, early: it is kept until the person asks for it. */
export function awaitInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer.value = event as InstallOffer;
  });
  window.addEventListener('appinstalled', () => (offer.value = null));
}

export async function install(): Promise<void> {
  await offer.value?.prompt();
  offer.value = null;
}
