import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { precacheWorker } from './build/precacheWorker';
import { precompress } from './build/precompress';
import { version } from './package.json';

/** The floor of phones: ES2020, Chromium 99, iOS Safari 15.4, Firefox 115. */
const TARGET = ['es2020', 'chrome99', 'safari15.4', 'firefox115'];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [vue(), precacheWorker(here('./src/sw.ts'), TARGET), precompress()],
  resolve: { alias: { '@': here('./src') } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    'import.meta.env.VITE_VERSION': JSON.stringify(version),
  },
  build: {
    target: TARGET,
    cssTarget: TARGET,
    // Inlined data: URLs and the inline-script polyfill would both break the strict CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1', fs: { allow: ['..'] }, proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: {
    dir: here('..'),
    include: ['pwa/src/**/*.test.ts', 'sync/**/*.test.ts'],
    setupFiles: ['src/i18n/testSetup.ts'],
    environment: 'happy-dom',
  },
});
