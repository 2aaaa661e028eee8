import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { chunkGroups } from './build/chunks';
import { classicScripts } from './build/classicScripts';
import { precacheWorker } from './build/precacheWorker';
import { precompress } from './build/precompress';
import { version } from './package.json';

/** The floor of phones: Chromium 99, iOS Safari 15.4, Firefox 115; all know ES2020 and more. */
const TARGET = ['chrome99', 'safari15.4', 'firefox115'];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [
    // Hoisted constants cost 3 kB of gzip and save nothing that can be measured here.
    vue({ template: { compilerOptions: { hoistStatic: false } } }),
    classicScripts(TARGET),
    precacheWorker(here('./src/sw.ts'), TARGET),
    precompress(),
  ],
  resolve: {
    alias: {
      '@': here('./src'),
      // The long hashes are for questionnaires alone: in a module of its own, they stay out of the
      // file with the SHA-256 that every page needs.
      'noble-sha512': `${here('./node_modules/@noble/hashes/sha2.js')}?sha512`,
      // What tus-js-client brings along for browsers below the floor: 5 of its 9 kB.
      'js-base64': here('./src/data/photos/base64.ts'),
      'url-parse': here('./src/data/photos/nativeUrl.ts'),
    },
  },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    'import.meta.env.VITE_VERSION': JSON.stringify(version),
  },
  build: {
    target: TARGET,
    cssTarget: TARGET,
    // An inlined data: URL would break the strict CSP.
    assetsInlineLimit: 0,
    // One style sheet, and few scripts that all lie in the worker's cache: nothing to preload.
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: chunkGroups(here('./src/main.ts')) } },
    },
  },
  server: { host: '127.0.0.1', fs: { allow: ['..'] }, proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: {
    dir: here('..'),
    include: ['pwa/src/**/*.test.ts', 'sync/**/*.test.ts'],
    setupFiles: ['src/i18n/testSetup.ts'],
    environment: 'happy-dom',
  },
});
