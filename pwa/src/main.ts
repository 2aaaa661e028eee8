import { createApp } from 'vue';
import App from './App.vue';
import { awaitInstallOffer } from './components/install';
import { followSettings } from './components/settings';
import { startWorker } from './components/worker';
import { restore } from './data';
import { restoreLocale } from './i18n';
import { router } from './router';
import './styles/main.css';

// The worker first: what it stores is what opens tomorrow without a signal.
void startWorker();
awaitInstallOffer();
followSettings();

async function start(): Promise<void> {
  await Promise.all([restore(), restoreLocale()]);
  const app = createApp(App).use(router);
  // Drawn once, with its page, and not first as an empty frame: that would be laid out twice.
  await router.isReady();
  app.mount('#app');
  document.documentElement.dataset['started'] = '';
}

// boot.js shows its notice for whatever keeps the app from starting.
start().catch((error: unknown) => {
  console.error(error);
  document.dispatchEvent(new Event('minqing-failed'));
});
